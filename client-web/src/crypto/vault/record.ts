// Records at rest (section 9).

import { concat, utf8, type Bytes } from '../envelope/bytes.ts'
import { enc, u64 } from '../envelope/enc.ts'
import { refuse, refusedLater } from '../envelope/refusal.ts'
import { gcmOpen, gcmOverhead, gcmSeal } from '../key/gcm.ts'
import { random } from '../key/random.ts'

const format = 0x01
const saltLen = 32

/** What sealing adds, in bytes: format, salt, nonce and tag. */
export const recordOverhead = 1 + saltLen + gcmOverhead

/** Takes 32 bytes as the key of a vault, which nobody can read from then on; it can be put into IndexedDB. */
export function recordKey(raw: Bytes): Promise<CryptoKey> {
  if (raw.length !== 32) throw new RangeError('the key of a vault has 32 bytes')
  return crypto.subtle.importKey('raw', raw, 'HKDF', false, ['deriveKey'])
}

/** Makes the key of a vault. */
export async function freshRecordKey(): Promise<CryptoKey> {
  const raw = random(32)
  const key = await recordKey(raw)
  raw.fill(0)
  return key
}

function placeOf(name: string, version: bigint): Bytes {
  return enc('arc1/vault', utf8(name), u64.write(version))
}

/** Each record has its own key from a random salt, so no key encrypts twice however often a record is written. */
function keyOf(key: CryptoKey, salt: Bytes, info: Bytes): Promise<CryptoKey> {
  return crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

/**
 * Seals a record for storage. Its name and version enter the key, so that it
 * cannot pass for another one nor for another state of itself. The version that
 * is expected is kept where the storage cannot change it.
 */
export async function sealRecord(key: CryptoKey, name: string, version: bigint, plain: Bytes): Promise<Bytes> {
  const salt = random(saltLen)
  const place = placeOf(name, version)
  return concat(Uint8Array.of(format), salt, await gcmSeal(await keyOf(key, salt, place), place, plain))
}

/** Opens a record that was sealed under this key, name and version. */
export async function openRecord(key: CryptoKey, name: string, version: bigint, sealed: Bytes): Promise<Bytes> {
  if (sealed.length < recordOverhead || sealed[0] !== format) refuse('record-format')
  const place = placeOf(name, version)
  const own = await keyOf(key, sealed.slice(1, 1 + saltLen), place)
  return refusedLater('record', gcmOpen(own, place, sealed.subarray(1 + saltLen)))
}
