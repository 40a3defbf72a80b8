// X-Wing: ML-KEM-768 and X25519 as one KEM (draft-connolly-cfrg-xwing-kem, HPKE KEM 0x647a).

import { sha3_256, shake256 } from '@noble/hashes/sha3.js'
import { concat, unhex, type Bytes } from '../envelope/bytes.ts'
import { refuse } from '../envelope/refusal.ts'
import { mlkemOf, platformMLKEM, type MLKEM, type MLKEMKey } from './mlkem.ts'

/** Sizes in bytes. */
const mlkemPublicLen = 1184
const mlkemCiphertextLen = 1088
export const xwingCiphertextLen = mlkemCiphertextLen + 32

/** ML-KEM's modulus. */
const q = 3329

/** \.//^\ */
const label = Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c)

/** What stands in front of a scalar in PKCS #8 (RFC 8410). */
const pkcs8 = unhex('302e020100300506032b656e04220420')

/** The point with u = 9 (RFC 7748). */
const base = new Uint8Array(32).fill(9, 0, 1)

const x25519 = 'X25519'

/** Both private halves, and the public half that the combiner needs. */
export interface XWingKey {
  mlkem: MLKEMKey
  x25519: CryptoKey
  x25519Public: Bytes
}

async function exchange(key: CryptoKey, pub: Bytes): Promise<Bytes> {
  const point = await crypto.subtle.importKey('raw', pub, x25519, true, [])
  return new Uint8Array(await crypto.subtle.deriveBits({ name: x25519, public: point }, key, 256))
}

function combine(mlkem: Bytes, dh: Bytes, share: Bytes, pub: Bytes): Bytes {
  return sha3_256(concat(mlkem, dh, share, pub, label))
}

/** The key of a 32-byte seed, with its public half of 1216 bytes. */
export async function xwingFromSeed(seed: Bytes, kem: MLKEM = platformMLKEM()): Promise<{ key: XWingKey; public: Bytes }> {
  if (pkcs8 === undefined || seed.length !== 32) throw new RangeError('a seed has 32 bytes')
  const expanded: Bytes = shake256(seed, { dkLen: 96 })
  const der = concat(pkcs8, expanded.subarray(64))
  const dh = await crypto.subtle.importKey('pkcs8', der, x25519, false, ['deriveBits'])
  const [mlkem, x25519Public] = await Promise.all([kem.fromSeed(expanded.slice(0, 64)), exchange(dh, base)])
  expanded.fill(0)
  der.fill(0)
  return { key: { mlkem: mlkem.key, x25519: dh, x25519Public }, public: concat(mlkem.public, x25519Public) }
}

/** A fresh shared secret of 32 bytes and its ciphertext of 1120 bytes. The public key was checked. */
export async function xwingEncapsulate(pub: Bytes, kem: MLKEM = platformMLKEM()): Promise<{ shared: Bytes; ciphertext: Bytes }> {
  const theirs = pub.slice(mlkemPublicLen)
  const pair = (await crypto.subtle.generateKey(x25519, false, ['deriveBits'])) as CryptoKeyPair
  const share = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  const [mlkem, dh] = await Promise.all([kem.encapsulate(pub.slice(0, mlkemPublicLen)), exchange(pair.privateKey, theirs)])
  return { shared: combine(mlkem.shared, dh, share, theirs), ciphertext: concat(mlkem.ciphertext, share) }
}

/** The shared secret of a ciphertext; refuses an X25519 share of small order. */
export async function xwingDecapsulate(key: XWingKey, ciphertext: Bytes): Promise<Bytes> {
  if (ciphertext.length !== xwingCiphertextLen) refuse('not-opened') // encapsulated key of another size
  const share = ciphertext.slice(mlkemCiphertextLen)
  const mlkem = mlkemOf(key.mlkem).decapsulate(key.mlkem, ciphertext.slice(0, mlkemCiphertextLen))
  const dh = exchange(key.x25519, share).catch(() => refuse('not-opened'))
  const [a, b] = await Promise.all([mlkem, dh])
  return combine(a, b, share, key.x25519Public)
}

/** Whether a public key passes the full check of both halves (section 2.4). */
export function goodXWing(b: Uint8Array): boolean {
  if (b.length !== mlkemPublicLen + 32) return false
  // Two coefficients of twelve bits in three bytes, little-endian; the last 32 bytes are a seed.
  for (let i = 0; i < mlkemPublicLen - 32; i += 3) {
    const [x = 0, y = 0, z = 0] = b.subarray(i, i + 3)
    if ((x | ((y & 0x0f) << 8)) >= q || ((y >> 4) | (z << 4)) >= q) return false
  }
  return b.subarray(mlkemPublicLen).some((c) => c !== 0)
}
