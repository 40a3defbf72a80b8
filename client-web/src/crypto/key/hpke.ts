// HPKE Base mode (RFC 9180), for the one suite of boxes and for one message.

import { concat, empty, utf8, type Bytes } from '../envelope/bytes.ts'
import { aeadOpen, aeadSeal } from './gcm.ts'
import { hkdfExpand, hkdfExtract } from './hash.ts'
import { xwingCiphertextLen, xwingDecapsulate, xwingEncapsulate, type XWingKey } from './xwing.ts'
import type { MLKEM } from './mlkem.ts'

function u16(v: number): Bytes {
  return Uint8Array.of(v >> 8, v & 0xff)
}

/** AES-256-GCM's number among HPKE's AEADs. */
const aes256gcm = 0x0002

/** What the key schedule of Base mode gives. */
export interface Schedule {
  key: Bytes
  nonce: Bytes
  exporter: Bytes
}

/**
 * KeySchedule of RFC 9180 section 5.1 with KEM X-Wing and HKDF-SHA256. The AEAD
 * is a parameter because the published vectors of this KEM have another one.
 */
export function keySchedule(shared: Bytes, info: Bytes, aead = aes256gcm): Schedule {
  const version = utf8('HPKE-v1')
  const suite = concat(utf8('HPKE'), u16(0x647a), u16(0x0001), u16(aead))
  const labeledExtract = (salt: Bytes, label: string, ikm: Bytes) => hkdfExtract(concat(version, suite, utf8(label), ikm), salt)
  const labeledExpand = (prk: Bytes, label: string, context: Bytes, n: number) =>
    hkdfExpand(prk, concat(u16(n), version, suite, utf8(label), context), n)

  const base = Uint8Array.of(0)
  const context = concat(base, labeledExtract(empty(), 'psk_id_hash', empty()), labeledExtract(empty(), 'info_hash', info))
  const secret = labeledExtract(shared, 'secret', empty())
  return {
    key: labeledExpand(secret, 'key', context, 32),
    nonce: labeledExpand(secret, 'base_nonce', context, 12),
    exporter: labeledExpand(secret, 'exp', context, 32),
  }
}

/** enc || ciphertext of one message with empty aad. */
export async function hpkeSeal(pub: Bytes, info: Bytes, plain: Bytes, kem?: MLKEM): Promise<Bytes> {
  const { shared, ciphertext } = await xwingEncapsulate(pub, kem)
  const s = keySchedule(shared, info)
  return concat(ciphertext, await aeadSeal(s.key, s.nonce, empty(), plain))
}

export async function hpkeOpen(key: XWingKey, info: Bytes, sealed: Bytes): Promise<Bytes> {
  const shared = await xwingDecapsulate(key, sealed.subarray(0, xwingCiphertextLen))
  const s = keySchedule(shared, info)
  return aeadOpen(s.key, s.nonce, empty(), sealed.subarray(xwingCiphertextLen))
}
