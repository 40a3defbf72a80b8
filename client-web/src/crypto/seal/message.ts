// Entries and the messages in them (sections 5 and 5.1).

import { empty, hashBytes, noHash, sum, toHash, type Bytes, type Hash } from '../envelope/bytes.ts'
import { encodeHead, headOf, messageAAD, messageKeyInfo, type Entry, type Head, type Place } from '../envelope/entry.ts'
import { encodeCtx, encodeKeys } from '../envelope/keys.ts'
import { pad, unpad } from '../envelope/pad.ts'
import { refuse } from '../envelope/refusal.ts'
import { gcmOpen, gcmSeal } from '../key/gcm.ts'
import { equalSecrets } from '../key/hash.ts'
import { random } from '../key/random.ts'
import { sealKeys, type Maker, type SealedBox, type To } from './keys.ts'
import type { Secret } from './secret.ts'

/** The largest text of one message, in bytes. Longer content goes as a file. */
export const maxMessage = 32 << 10

function messageKey(epochKey: Secret, h: Head): { key: Bytes; commit: Bytes } {
  const km = epochKey.derive(hashBytes(h.salt), messageKeyInfo(h), 64)
  return { key: km.slice(0, 32), commit: km.slice(32) }
}

/** Seals one message into an entry at its place and signs it. */
export function sealMessage(m: Maker, epochKey: Secret, at: Place, flags: number, plain: Bytes): Promise<Entry> {
  return sealSaid('msg', m, epochKey, at, flags, plain)
}

/** Seals one note of the staff into an entry of a note log and signs it (section 5.2). */
export function sealNote(m: Maker, epochKey: Secret, at: Place, plain: Bytes): Promise<Entry> {
  return sealSaid('note', m, epochKey, at, 0, plain)
}

async function sealSaid(type: 'msg' | 'note', m: Maker, epochKey: Secret, at: Place, flags: number, plain: Bytes): Promise<Entry> {
  if (plain.length > maxMessage) throw new RangeError(`a message has at most ${maxMessage} bytes`)
  const place = { ...at, acct: m.acct, dev: m.dev }
  const salt: Hash = toHash(random(32))
  const derived = messageKey(epochKey, headOf(type, place, { flags, salt, commit: noHash }))
  const h = headOf(type, place, { flags, salt, commit: toHash(derived.commit) })
  const body = await gcmSeal(derived.key, messageAAD(h), pad(plain))
  return signEntry(m, { ...h, bodyLen: body.length, bodyHash: sum(body) }, body)
}

/** Opens a message or a note whose entry its log has accepted. */
export async function openMessage(epochKey: Secret, h: Head, body: Bytes): Promise<Bytes> {
  if ((h.type !== 'msg' && h.type !== 'note') || body.length !== h.bodyLen || sum(body) !== h.bodyHash) refuse('box') // another body than the one signed
  const { key, commit } = messageKey(epochKey, h)
  if (!equalSecrets(commit, hashBytes(h.commit))) refuse('secret-commitment') // another key than the one committed to
  return unpad(await gcmOpen(key, messageAAD(h), body))
}

/** Makes an entry of a head and, for messages, its body. */
export async function signEntry(m: Maker, h: Head, body: Bytes = empty()): Promise<Entry> {
  const head = encodeHead({ ...h, acct: m.acct, dev: m.dev })
  return { head, sig: await m.sign.sign(`entry/${h.type}`, head), body }
}

/** Makes an entry that starts an epoch: seals a secret to the readers and signs the statement at its place. */
export async function sealEpoch(
  m: Maker, h: Head, secret: Secret, before: Secret | undefined, to: readonly To[],
): Promise<{ entry: Entry; boxes: SealedBox[] }> {
  const { keys, boxes } = await sealKeys('epoch', encodeCtx('epoch', h.thread, h.epoch), m, secret, before, to)
  return { entry: await signEntry(m, { ...h, keys: encodeKeys(keys) }), boxes }
}
