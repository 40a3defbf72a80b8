// What two people on the telephone read to each other (section 9).

import { empty, idBytes, type Bytes, type ID } from '../envelope/bytes.ts'
import { enc, u32 } from '../envelope/enc.ts'
import { hkdf } from '../key/hash.ts'

/** Four digits each, as text: the assister reads theirs out first, then the specialist. */
export interface SpokenCodes {
  assister: string
  specialist: string
}

/**
 * The digits of one call. The secret is 32 bytes that travelled inside a sealed
 * message of the thread; attempt counts the calls made with it, from 1, and each
 * has codes of its own: what was read out is worth nothing in the next call.
 */
export function spokenCodes(secret: Bytes, thread: ID, attempt: number): SpokenCodes {
  if (secret.length !== 32) throw new RangeError('a secret has 32 bytes')
  const raw = hkdf(secret, empty(), enc('arc1/callback/codes', idBytes(thread), u32.write(attempt)), 8)
  const four = (at: number) => String(new DataView(raw.buffer, raw.byteOffset).getUint32(at) % 10_000).padStart(4, '0')
  return { assister: four(0), specialist: four(4) }
}
