// Entries: the signed lines of a thread's log (section 5).

import { empty, hashBytes, idBytes, noHash, nobody, sum, type Bytes, type Hash, type ID } from './bytes.ts'
import { anyBytes, bit, bytes, enc, hash, id, labelOf, suited, u32, u64, u8, type Parts } from './enc.ts'
import { refuse } from './refusal.ts'

/** Every entry type there is. An unknown one is refused, never skipped. */
export const entryTypes = ['open', 'claim', 'rekey', 'requeue', 'transfer-offer', 'transfer', 'msg', 'ack', 'close', 'ask', 'confirm', 'reveal', 'outreach', 'notes', 'note'] as const

export type EntryType = (typeof entryTypes)[number]

/** Whether entries of this type begin a thread: each stands only as the first of its log that holds, and with it the thread has an opener. */
export function begins(type: EntryType): boolean {
  return type === 'open' || type === 'outreach'
}

/** Whether entries of this type carry a key statement. */
export function startsEpoch(type: EntryType): boolean {
  return begins(type) || type === 'claim' || type === 'rekey' || type === 'requeue' || type === 'transfer' || type === 'notes'
}

/** Whether entries of this type stand in a note log, and in no thread (section 5.2). */
export function ofNotes(type: EntryType): boolean {
  return type === 'notes' || type === 'note'
}

/** What an entry that closes a thread says of how it ended, by its number. */
export const outcomes = ['none', 'answered', 'no-answer', 'duplicate', 'wrong-line', 'elsewhere'] as const

export type Outcome = (typeof outcomes)[number]

/** The one bit of flags. */
export const flagSensitive = 1 // open: taking the thread needs a fresh second factor
export const flagIdentifiers = 1 // msg: a consumer's identifiers are inside

/** Where an entry stands and who put it there: what a message is sealed under. */
export interface Place {
  thread: ID
  epoch: number
  /** Counts from 0 without gaps. */
  index: bigint
  /** Hash of the entry before; zeros in the first. */
  prev: Hash
  /** Unix milliseconds by the signer's clock: shown, never trusted. */
  time: bigint
  acct: ID
  dev: ID
  /** The signer's newest verified checkpoint. */
  ktSize: bigint
  ktRoot: Hash
  /** The service's attestation of a second factor, or empty. */
  attest: Bytes
}

/** The signed part of an entry. Which of the later fields count depends on the type; the others are empty. */
export interface Head extends Place {
  type: EntryType
  /** open, outreach, requeue, notes */
  line: ID
  /** open: sensitive; msg: identifiers */
  flags: number
  /** open: the broker for whom support staff write */
  broker: ID
  /** transfer-offer, transfer: the successor; outreach: the assister; notes: the holder, zero for the whole line */
  account: ID
  /** types that start an epoch */
  keys: Bytes
  /** ack: last index read; confirm: index of the question */
  upTo: bigint
  /** notes: the thread that the log is about */
  about: ID
  /** close: the outcome's number */
  outcome: number
  /** reveal: the sealed card of a consumer, or their telephone number */
  card: ID
  /** msg, note */
  salt: Hash
  commit: Hash
  bodyLen: number
  bodyHash: Hash
}

/** One line of a thread's log as it is stored and served. */
export interface Entry {
  head: Bytes
  sig: Bytes
  /** A sealed message or note; empty where it was purged, and in other types. */
  body: Bytes
}

/** A head whose fields beyond its place are those given, and else empty. */
export function headOf(type: EntryType, place: Place, fields: Partial<Omit<Head, keyof Place | 'type'>> = {}): Head {
  return {
    line: nobody, flags: 0, broker: nobody, account: nobody, about: nobody, outcome: 0, card: nobody, keys: empty(), upTo: 0n, salt: noHash, commit: noHash, bodyLen: 0, bodyHash: noHash,
    ...fields, ...place, type,
  }
}

const place: Parts<Place> = {
  thread: id, epoch: u32, index: u64, prev: hash, time: u64, acct: id, dev: id, ktSize: u64, ktRoot: hash, attest: bytes(0, 2048),
}

const outcome: Parts<Head>['outcome'] = {
  write: u8.write,
  read(p) {
    const n = u8.read(p)
    if (n >= outcomes.length) refuse('malformed') // an outcome without a meaning
    return n
  },
}

const fields: { readonly [type in EntryType]: Partial<Parts<Head>> } = {
  open: { line: id, flags: bit, broker: id, keys: anyBytes },
  claim: { keys: anyBytes },
  rekey: { keys: anyBytes },
  requeue: { line: id, keys: anyBytes },
  'transfer-offer': { account: id },
  transfer: { account: id, keys: anyBytes },
  msg: { flags: bit, salt: hash, commit: hash, bodyLen: u32, bodyHash: hash },
  ack: { upTo: u64 },
  close: { outcome },
  ask: {},
  confirm: { upTo: u64 },
  reveal: { card: id },
  outreach: { line: id, account: id, keys: anyBytes },
  notes: { about: id, line: id, account: id, keys: anyBytes },
  note: { salt: hash, commit: hash, bodyLen: u32, bodyHash: hash },
}

function headTable(type: EntryType) {
  return suited<Omit<Head, 'type'>>(`arc1/entry/${type}`, { ...place, ...fields[type] } as Parts<Omit<Head, 'type'>>)
}

const tables = new Map(entryTypes.map((type) => [`arc1/entry/${type}`, { type, table: headTable(type) }]))

export function encodeHead(h: Head): Bytes {
  return headTable(h.type).encode(h)
}

export function decodeHead(b: Bytes): Head {
  const { type, table } = tables.get(labelOf(b)) ?? refuse('malformed')
  const h = table.decode(b)
  return headOf(type, h, h)
}

/** Names an entry for the next one's prev. */
export function entryHash(e: Entry): Hash {
  return sum(enc('arc1/entryhash', e.head, e.sig))
}

const bound = suited<Place & Pick<Head, 'flags' | 'salt' | 'commit'>>('arc1/msgaad', { ...place, flags: u8, salt: hash, commit: hash })

/** What a message's body is sealed under: nobody can move or re-attribute it (section 5.1). */
export function messageAAD(h: Head): Bytes {
  return bound.encode(h)
}

/** Feeds the derivation of a message's key: even a repeated salt gives another key at every place. */
export function messageKeyInfo(h: Head): Bytes {
  return enc('arc1/mk', idBytes(h.thread), u32.write(h.epoch), u64.write(h.index), hashBytes(h.prev), idBytes(h.acct), idBytes(h.dev))
}
