// Key statements: handing one 32-byte secret to a roster of readers (section 3).

import { compare, hashBytes, idBytes, sum, utf8, type Bytes, type Hash, type ID } from './bytes.ts'
import { enc, Fields, labelOf, u32 } from './enc.ts'
import { refuse } from './refusal.ts'

/** Account key, line key, leads' key, epoch key. */
export type Purpose = 'puk' | 'line' | 'lead' | 'epoch'

/** The kinds of reader, in the order in which a roster lists them. */
const kinds = ['acct', 'dev', 'rec', 'offi', 'line', 'lead', 'cust'] as const

export type ReaderKind = (typeof kinds)[number]

const kindsOf: { readonly [purpose in Purpose]: readonly ReaderKind[] } = {
  puk: ['dev', 'rec', 'offi'],
  line: ['acct'],
  lead: ['acct'],
  epoch: ['acct', 'line', 'lead', 'cust'],
}

const ctxTag: { readonly [purpose in Purpose]: string } = { puk: 'a', line: 'l', lead: 'd', epoch: 't' }

/** One reader: who, which generation of their key, and the digest of that public key. */
export interface Reader {
  kind: ReaderKind
  id: ID
  gen: number
  pk: Hash
}

/** A reader in a statement, with the digest of the box sealed to them. */
export interface Recipient extends Reader {
  box: Hash
}

/** Whether two are the same reader under the same key. */
export function sameReader(a: Reader, b: Reader): boolean {
  return a.kind === b.kind && a.id === b.id && a.gen === b.gen && a.pk === b.pk
}

/** By kind, then by id. A roster is strictly ascending, so one set of readers has one encoding. */
export function compareReaders(a: Reader, b: Reader): number {
  return kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || compare(a.id, b.id)
}

function reader(r: Reader): Bytes[] {
  return [utf8(r.kind), idBytes(r.id), u32(r.gen), hashBytes(r.pk)]
}

/**
 * A key statement. It has no signature of its own: it lies in a link or a head
 * whose signer is (acct, dev). The boxes travel beside it.
 */
export interface Keys {
  purpose: Purpose
  ctx: Bytes
  acct: ID
  dev: ID
  /** Binds all readers to one secret. */
  commit: Hash
  /** The secret before under this one, 60 bytes; empty where history is not handed over. */
  prevBox: Bytes
  recipients: Recipient[]
}

/** Size of prevBox: 32 bytes under AES-256-GCM with its nonce. */
export const prevBoxLen = 12 + 32 + 16

/** Names one epoch of a thread. */
export function threadCtx(thread: ID, epoch: number): Bytes {
  return enc('t', idBytes(thread), u32(epoch))
}

/** Names one generation of a line key. */
export function lineCtx(line: ID, gen: number): Bytes {
  return enc('l', idBytes(line), u32(gen))
}

/** Names one generation of a line's leads' key. */
export function leadCtx(line: ID, gen: number): Bytes {
  return enc('d', idBytes(line), u32(gen))
}

/** Names one generation of an account key. */
export function accountCtx(acct: ID, gen: number): Bytes {
  return enc('a', idBytes(acct), u32(gen))
}

/** What a context names: its tag t, l, d or a, the id, and the epoch or generation. */
export function parseCtx(ctx: Bytes): { tag: string; id: ID; gen: number } {
  const tag = labelOf(ctx)
  const f = new Fields(tag, ctx)
  const out = { tag, id: f.id(), gen: f.u32() }
  if (!Object.values(ctxTag).includes(tag)) f.fail('unknown context')
  return f.done(out)
}

export function encodeKeys(k: Keys): Bytes {
  return enc(`arc1/keys/${k.purpose}`, k.ctx, idBytes(k.acct), idBytes(k.dev), hashBytes(k.commit), k.prevBox,
    ...k.recipients.map((r) => enc('r', ...reader(r), hashBytes(r.box))))
}

export function decodeKeys(purpose: Purpose, b: Bytes): Keys {
  const f = new Fields(`arc1/keys/${purpose}`, b)
  const k = { purpose, ctx: f.bytes(1, 64), acct: f.id(), dev: f.id(), commit: f.hash(), prevBox: f.part(), recipients: [] as Recipient[] }
  if (k.prevBox.length !== 0 && k.prevBox.length !== prevBoxLen) f.fail('the secret before has the wrong size')
  const rest = f.rest()
  if (rest.length === 0) f.fail('no readers')
  if (parseCtx(k.ctx).tag !== ctxTag[purpose]) f.fail('it speaks about something else')
  for (const p of rest) {
    const r = decodeRecipient(purpose, p)
    const before = k.recipients.at(-1)
    if (before !== undefined && compareReaders(before, r) >= 0) refuse('malformed', 'roster out of order or with a repeat')
    k.recipients.push(r)
  }
  return k
}

function decodeRecipient(purpose: Purpose, b: Bytes): Recipient {
  const f = new Fields('r', b)
  const name = f.text(8)
  const kind = kindsOf[purpose].find((x) => x === name)
  if (kind === undefined) return f.fail(`a ${purpose} statement has no such readers`)
  return f.done({ kind, id: f.id(), gen: f.u32(), pk: f.hash(), box: f.hash() })
}

/** Commits to who is in the roster and under which keys. */
export function rosterHash(readers: readonly Reader[]): Hash {
  return sum(enc('arc1/roster', ...readers.map((r) => enc('r', ...reader(r)))))
}

/** What a box is bound to. */
export function boxInfo(k: Keys, roster: Hash, r: Reader): Bytes {
  return enc(`arc1/box/${k.purpose}`, k.ctx, hashBytes(roster), hashBytes(k.commit), idBytes(k.acct), idBytes(k.dev), ...reader(r))
}

/** What the secret before is bound to. */
export function prevAAD(purpose: Purpose, ctx: Bytes): Bytes {
  return enc(`arc1/prev/${purpose}`, ctx)
}

/** What a share on its way to one reader is bound to (section 9). */
export function shareInfo(acct: ID, number: number, commit: Hash, r: Reader): Bytes {
  return enc('arc1/share', idBytes(acct), u32(number), hashBytes(commit), ...reader(r))
}

/** Whether history is handed over. */
export function handsHistory(k: Keys): boolean {
  return k.prevBox.length !== 0
}
