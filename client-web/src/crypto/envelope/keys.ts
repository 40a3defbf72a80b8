// Key statements: handing one 32-byte secret to a roster of readers (section 3).

import { compare, hashBytes, idBytes, sum, utf8, type Bytes, type Hash, type ID } from './bytes.ts'
import { bytes, columns, dec, enc, hash, id, must, oneOf, table, u32, type Part } from './enc.ts'

/** Account key, line key, leads' key, epoch key. */
export type Purpose = 'puk' | 'line' | 'lead' | 'epoch'

/** The kinds of reader, in the order in which a roster lists them. */
const kinds = ['acct', 'dev', 'rec', 'offi', 'line', 'lead', 'cust'] as const

export type ReaderKind = (typeof kinds)[number]

/** By purpose: the tag of the context, and the kinds of reader. */
const purposes: { readonly [purpose in Purpose]: { tag: string; kinds: readonly ReaderKind[] } } = {
  puk: { tag: 'a', kinds: ['dev', 'rec', 'offi'] },
  line: { tag: 'l', kinds: ['acct'] },
  lead: { tag: 'd', kinds: ['acct'] },
  epoch: { tag: 't', kinds: ['acct', 'line', 'lead', 'cust'] },
}

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

function readerParts(r: Reader): Bytes[] {
  return [utf8(r.kind), idBytes(r.id), u32.write(r.gen), hashBytes(r.pk)]
}

function recipient(purpose: Purpose): Part<Recipient> {
  const t = table<Recipient>('r', { kind: oneOf(purposes[purpose].kinds), id, gen: u32, pk: hash, box: hash })
  return { write: t.encode, read: t.decode }
}

/** What a key statement speaks about: an account, line or thread, and its generation or epoch. */
export interface Ctx {
  id: ID
  gen: number
}

function ctxTable(purpose: Purpose) {
  return table<Ctx>(purposes[purpose].tag, { id, gen: u32 })
}

export function encodeCtx(purpose: Purpose, id: ID, gen: number): Bytes {
  return ctxTable(purpose).encode({ id, gen })
}

/** What a statement speaks about. */
export function ctxOf(k: Keys): Ctx {
  return ctxTable(k.purpose).decode(k.ctx)
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
const prevBoxLen = 12 + 32 + 16

const front = columns({ ctx: bytes(1, 64), acct: id, dev: id, commit: hash, prevBox: bytes(0, prevBoxLen) })

export function encodeKeys(k: Keys): Bytes {
  return enc(`arc1/keys/${k.purpose}`, ...front.write(k), ...k.recipients.map(recipient(k.purpose).write))
}

export function decodeKeys(purpose: Purpose, b: Bytes): Keys {
  const parts = dec(`arc1/keys/${purpose}`, b)
  const k = { purpose, ...front.read(parts.slice(0, 5)), recipients: parts.slice(5).map(recipient(purpose).read) }
  must(k.prevBox.length % prevBoxLen === 0 && k.recipients.length > 0)
  ctxOf(k)
  k.recipients.reduce((before, r) => {
    must(compareReaders(before, r) < 0)
    return r
  })
  return k
}

/** Commits to who is in the roster and under which keys. */
export function rosterHash(readers: readonly Reader[]): Hash {
  return sum(enc('arc1/roster', ...readers.map((r) => enc('r', ...readerParts(r)))))
}

/** What a box is bound to. */
export function boxInfo(k: Keys, roster: Hash, r: Reader): Bytes {
  return enc(`arc1/box/${k.purpose}`, k.ctx, hashBytes(roster), hashBytes(k.commit), idBytes(k.acct), idBytes(k.dev), ...readerParts(r))
}

/** What the secret before is bound to. */
export function prevAAD(k: Pick<Keys, 'purpose' | 'ctx'>): Bytes {
  return enc(`arc1/prev/${k.purpose}`, k.ctx)
}

/** What a share on its way to one reader is bound to (section 9). */
export function shareInfo(acct: ID, number: number, commit: Hash, r: Reader): Bytes {
  return enc('arc1/share', idBytes(acct), u32.write(number), hashBytes(commit), ...readerParts(r))
}

/** Whether history is handed over. */
export function handsHistory(k: Keys): boolean {
  return k.prevBox.length !== 0
}
