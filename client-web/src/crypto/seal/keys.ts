// Handing a secret to a roster, and opening it (section 3).

import { empty, hashBytes, sum, type Bytes, type ID } from '../envelope/bytes.ts'
import {
  boxInfo, compareReaders, handsHistory, prevAAD, rosterHash, type Keys, type Purpose, type Reader, type ReaderKind,
} from '../envelope/keys.ts'
import { refuse, refusedLater } from '../envelope/refusal.ts'
import { BoxPublic, type Box } from '../key/box.ts'
import { gcmOpen, gcmSeal } from '../key/gcm.ts'
import { equalSecrets } from '../key/hash.ts'
import type { Signing } from '../key/sign.ts'
import { Secret } from './secret.ts'

/** Who makes a statement: an account's device. Its key signs the link or entry around it. */
export interface Maker {
  acct: ID
  dev: ID
  sign: Signing
}

/** One reader with the public key to seal to. */
export interface To extends Reader {
  key: BoxPublic
}

/** Makes a To from a public key's bytes, checking the key again at use. */
export function reader(kind: ReaderKind, id: ID, gen: number, box: Bytes): To {
  const key = BoxPublic.from(box)
  return { kind, id, gen, pk: key.hash, key }
}

/** One sealed secret on its way to one reader. */
export interface SealedBox {
  kind: ReaderKind
  id: ID
  gen: number
  /** 1168 bytes. */
  sealed: Bytes
}

/** Seals a secret to every reader. Where `before` is given, the new secret opens it: history is handed over. */
export async function sealKeys(
  purpose: Purpose, ctx: Bytes, m: Maker, secret: Secret, before: Secret | undefined, to: readonly To[],
): Promise<{ keys: Keys; boxes: SealedBox[] }> {
  const sorted = to.toSorted(compareReaders)
  const prevBox = before === undefined ? empty() : await gcmSeal(secret.wrapKey(), prevAAD({ purpose, ctx }), before.bytes())
  const keys: Keys = { purpose, ctx, acct: m.acct, dev: m.dev, commit: secret.commit(ctx), prevBox, recipients: [] }
  const roster = rosterHash(sorted)
  const boxes = await Promise.all(sorted.map(async (t) => {
    const { kind, id, gen } = t
    return { kind, id, gen, sealed: await t.key.seal(boxInfo(keys, roster, t), secret.bytes()) }
  }))
  sorted.forEach(({ kind, id, gen, pk }, i) => keys.recipients.push({ kind, id, gen, pk, box: sum(boxes[i]?.sealed ?? empty()) }))
  return { keys, boxes }
}

/**
 * Opens the box of (kind, id) under a private key. The statement lies in a
 * verified link or entry; that its roster is right is the chain's rule.
 */
export async function openKeys(k: Keys, kind: ReaderKind, id: ID, key: Box, box: Bytes): Promise<Secret> {
  const r = k.recipients.find((x) => x.kind === kind && x.id === id && x.pk === key.public.hash)
  if (r === undefined) return refuse('not-for-me') // not sealed to this key
  if (sum(box) !== r.box) refuse('box') // another box than the listed one
  const bytes = await refusedLater('box', key.open(boxInfo(k, rosterHash(k.recipients), r), box))
  return fitting(Secret.from(bytes), k)
}

function fitting(s: Secret, k: Keys): Secret {
  if (!equalSecrets(hashBytes(s.commit(k.ctx)), hashBytes(k.commit))) refuse('secret-commitment') // another secret than the one committed to
  return s
}

/** Opens the secret before this one, if it was handed over, and checks it against the statement before. */
export async function previous(k: Keys, s: Secret, before: Keys): Promise<Secret> {
  if (!handsHistory(k)) refuse('no-history')
  return fitting(Secret.from(await gcmOpen(s.wrapKey(), prevAAD(k), k.prevBox)), before)
}
