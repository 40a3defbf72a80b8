// Derivation and authentication with SHA-256. These run at once, in JavaScript:
// WebCrypto has them too, but every statement would have to wait for them.

import { expand, extract, hkdf as hkdf256 } from '@noble/hashes/hkdf.js'
import { hmac as hmac256 } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Bytes } from '../envelope/bytes.ts'

/** HKDF-SHA256 (RFC 5869). Every input key has at least 14 bytes (section 2.5). */
export function hkdf(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, n: number): Bytes {
  if (ikm.length < 14) throw new RangeError('an input key of HKDF has at least 14 bytes')
  return hkdf256(sha256, ikm, salt, info, n)
}

/** The two halves of HKDF, for HPKE. */
export function hkdfExtract(ikm: Uint8Array, salt: Uint8Array): Bytes {
  return extract(sha256, ikm, salt)
}

export function hkdfExpand(prk: Uint8Array, info: Uint8Array, n: number): Bytes {
  return expand(sha256, prk, info, n)
}

/** HMAC-SHA256 (RFC 2104). */
export function hmac(key: Uint8Array, message: Uint8Array): Bytes {
  return hmac256(sha256, key, message)
}

/** Compares two secrets without telling by its time where they differ. */
export function equalSecrets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}

/** SHA-256 of what comes in pieces. */
export interface Digest {
  update(piece: Uint8Array): void
  /** The digest of all pieces; nothing may follow. */
  end(): Bytes
}

export function startDigest(): Digest {
  const h = sha256.create()
  return { update: (piece) => void h.update(piece), end: () => h.digest() }
}
