// Derivation and authentication with SHA-256. These run at once, in JavaScript:
// WebCrypto has them too, but every statement would have to wait for them.

import { sha256 } from '@noble/hashes/sha2.js'
import { concat, type Bytes } from '../envelope/bytes.ts'

/** Bytes of a block and of a digest. */
const blockLen = 64
const digestLen = 32

/** HMAC-SHA256 (RFC 2104). */
export function hmac(key: Uint8Array, message: Uint8Array): Bytes {
  const block = new Uint8Array(blockLen)
  block.set(key.length > blockLen ? sha256(key) : key)
  const padded = (c: number) => block.map((k) => k ^ c)
  return sha256(concat(padded(0x5c), sha256(concat(padded(0x36), message))))
}

/** HKDF-Extract (RFC 5869, 2.2). */
export function hkdfExtract(ikm: Uint8Array, salt: Uint8Array): Bytes {
  return hmac(salt, ikm)
}

/** HKDF-Expand (RFC 5869, 2.3). */
export function hkdfExpand(prk: Uint8Array, info: Uint8Array, n: number): Bytes {
  const out = new Uint8Array(n)
  let block: Bytes = new Uint8Array(0)
  for (let at = 0, i = 1; at < n; at += digestLen, i++) {
    block = hmac(prk, concat(block, info, Uint8Array.of(i)))
    out.set(block.subarray(0, n - at), at)
  }
  return out
}

/** HKDF-SHA256. Every input key has at least 14 bytes (section 2.5). */
export function hkdf(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, n: number): Bytes {
  if (ikm.length < 14) throw new RangeError('an input key of HKDF has at least 14 bytes')
  return hkdfExpand(hkdfExtract(ikm, salt), info, n)
}

/** Compares two secrets without telling by its time where they differ. */
export function equalSecrets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.reduce((difference, x, i) => difference | (x ^ (b[i] ?? 0)), 0) === 0
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
