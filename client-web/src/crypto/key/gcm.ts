// AES-256-GCM with a random nonce in front: nonce (12) || ciphertext || tag (16) (section 2.5).

import { concat, type Bytes } from '../envelope/bytes.ts'
import { refuse } from '../envelope/refusal.ts'
import { random } from './random.ts'

/** What sealing adds, in bytes. */
export const gcmOverhead = 12 + 16

const algorithm = 'AES-GCM'

/** Takes 32 bytes as a key, for more than one use. */
export function gcmKey(raw: Bytes): Promise<CryptoKey> {
  if (raw.length !== 32) throw new RangeError('AES-256 takes 32 bytes')
  return crypto.subtle.importKey('raw', raw, algorithm, false, ['encrypt', 'decrypt'])
}

/** A random key that nobody can read, for what is kept on this device. */
export function freshGCMKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: algorithm, length: 256 }, false, ['encrypt', 'decrypt'])
}

function keyOf(k: Bytes | CryptoKey): CryptoKey | Promise<CryptoKey> {
  return k instanceof Uint8Array ? gcmKey(k) : k
}

/** Seals under a nonce that the caller chose; the nonce is not in the output. */
export async function aeadSeal(k: Bytes | CryptoKey, iv: Bytes, aad: Bytes, plain: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.encrypt({ name: algorithm, iv, additionalData: aad }, await keyOf(k), plain))
}

/** Opens what aeadSeal sealed. */
export async function aeadOpen(k: Bytes | CryptoKey, iv: Bytes, aad: Bytes, sealed: Bytes): Promise<Bytes> {
  const key = await keyOf(k)
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: algorithm, iv, additionalData: aad }, key, sealed))
  } catch {
    return refuse('not-opened')
  }
}

/** GCM(k, aad, plain). Each key seals once; files are the one exception. */
export async function gcmSeal(k: Bytes | CryptoKey, aad: Bytes, plain: Bytes): Promise<Bytes> {
  const nonce = random(12)
  return concat(nonce, await aeadSeal(k, nonce, aad, plain))
}

/** Opens what gcmSeal sealed. */
export async function gcmOpen(k: Bytes | CryptoKey, aad: Bytes, sealed: Bytes): Promise<Bytes> {
  if (sealed.length < gcmOverhead) refuse('not-opened')
  return aeadOpen(k, sealed.subarray(0, 12), aad, sealed.subarray(12))
}
