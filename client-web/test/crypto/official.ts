// The published vectors of crypto/vectors/testdata/official, over the primitives as they are used here.

import { concat, hex, unhex, utf8, type Bytes } from '../../src/crypto/envelope/bytes.ts'
import { reasonOf } from '../../src/crypto/envelope/refusal.ts'
import { Box, BoxPublic } from '../../src/crypto/key/box.ts'
import { hkdfExpand } from '../../src/crypto/key/hash.ts'
import { keySchedule, type Schedule } from '../../src/crypto/key/hpke.ts'
import { platformMLKEM, type MLKEM } from '../../src/crypto/key/mlkem.ts'
import { Verify } from '../../src/crypto/key/verify.ts'
import { xwingDecapsulate, xwingFromSeed } from '../../src/crypto/key/xwing.ts'
import { mistake } from './file.ts'

export interface XWingVector {
  sk: string
  pk: string
}

export interface HPKEVector {
  kdf_id: number
  aead_id: number
  info: string
  skRm: string
  pkRm: string
  enc: string
  encryptions: { aad: string; ct: string; pt: string }[]
  exports: { exporter_context: string; L: number; exported_value: string }[]
}

export interface Ed25519Vector {
  number: number
  key: string
  sig: string
  msg: string
  flags: string[]
}

/** The files by name. */
export interface Official {
  xwing: XWingVector[]
  hpke: HPKEVector[]
  ed25519: Ed25519Vector[]
}

function bytes(text: string): Bytes {
  return unhex(text) ?? mistake('hex')
}

/** Seed to public key, of every vector that has both. */
export async function checkXWing(v: Official, kem: MLKEM = platformMLKEM()): Promise<string[]> {
  const all = [...v.xwing, ...v.hpke.map((x) => ({ sk: x.skRm, pk: x.pkRm }))]
  const got = await Promise.all(all.map(async ({ sk }) => hex((await Box.fromSeed(bytes(sk), kem)).public.bytes)))
  const refused = all.filter(({ pk }) => BoxPublic.from(bytes(pk)).bytes.length !== 1216)
  return [...got.flatMap((pk, i) => (pk === all[i]?.pk ? [] : [`xwing ${i}: another public key`])), ...refused.map(() => 'a public key is refused')]
}

/** HKDF-SHA256 among HPKE's KDFs; the other vector's KDF is not one of this protocol. */
const hkdfSHA256 = 1

/** Decapsulation and key schedule, by what they export. Gives each schedule, for who has the vectors' AEAD. */
export async function checkHPKE(v: Official, kem: MLKEM = platformMLKEM()): Promise<{ wrong: string[]; schedules: { vector: HPKEVector; schedule: Schedule }[] }> {
  const wrong: string[] = []
  const schedules: { vector: HPKEVector; schedule: Schedule }[] = []
  for (const vector of v.hpke.filter((x) => x.kdf_id === hkdfSHA256)) {
    const { key } = await xwingFromSeed(bytes(vector.skRm), kem)
    const schedule = keySchedule(await xwingDecapsulate(key, bytes(vector.enc)), bytes(vector.info), vector.aead_id)
    const suite = concat(utf8('HPKE'), Uint8Array.of(0x64, 0x7a, 0, 1, 0, vector.aead_id))
    for (const x of vector.exports) {
      const label = concat(Uint8Array.of(x.L >> 8, x.L & 255), utf8('HPKE-v1'), suite, utf8('sec'), bytes(x.exporter_context))
      if (hex(hkdfExpand(schedule.exporter, label, x.L)) !== x.exported_value) wrong.push('hpke: another exported value')
    }
    schedules.push({ vector, schedule })
  }
  if (schedules.length === 0) wrong.push('hpke: no vector')
  return { wrong, schedules }
}

/**
 * T20: keys of small order or of a second spelling are refused; under the others
 * the verdict is that of the "ref10" reference, which Go has too.
 */
export async function checkEd25519(v: Official): Promise<string[]> {
  const wrong: string[] = []
  for (const x of v.ed25519) {
    const has = (flag: string) => x.flags.includes(flag)
    let key: Verify
    try {
      key = Verify.from(bytes(x.key))
    } catch (error) {
      if (reasonOf(error) !== 'bad-key' || !(has('low_order_A') || has('non_canonical_A'))) wrong.push(`ed25519 ${x.number}: key refused`)
      continue
    }
    if (has('low_order_A') || has('non_canonical_A')) wrong.push(`ed25519 ${x.number}: key taken`)
    const want = !has('non_canonical_R') && !has('low_order_residue')
    if ((await key.verifies(utf8(x.msg), bytes(x.sig))) !== want) wrong.push(`ed25519 ${x.number} ${x.flags.join()}: ${want ? 'refused' : 'verified'}`)
  }
  return wrong
}


