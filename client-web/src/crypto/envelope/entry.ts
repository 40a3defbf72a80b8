// Entries: the signed lines of a thread's log (section 5).

import { hashBytes, idBytes, nobody, noHash, empty, sum, type Bytes, type Hash, type ID } from './bytes.ts'
import { bounded, enc, Fields, labelOf, suite, u32, u64, u8 } from './enc.ts'
import { refuse } from './refusal.ts'

/** Every entry type there is. An unknown one is refused, never skipped. */
export const entryTypes = ['open', 'claim', 'rekey', 'requeue', 'transfer-offer', 'transfer', 'msg', 'ack', 'close', 'ask', 'confirm'] as const

export type EntryType = (typeof entryTypes)[number]

/** Whether entries of this type carry a key statement. */
export function startsEpoch(type: EntryType): boolean {
  return type === 'open' || type === 'claim' || type === 'rekey' || type === 'requeue' || type === 'transfer'
}

/** The one bit of flags. */
export const flagSensitive = 1 // open: taking the thread needs a fresh second factor
export const flagIdentifiers = 1 // msg: a consumer's identifiers are inside

const maxAttest = 2048

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
  /** open, requeue */
  line: ID
  /** open: sensitive; msg: identifiers */
  flags: number
  /** open: the broker for whom support staff write */
  broker: ID
  /** transfer-offer, transfer: the successor */
  account: ID
  /** types that start an epoch */
  keys: Bytes
  /** ack: last index read; confirm: index of the question */
  upTo: bigint
  /** msg */
  salt: Hash
  commit: Hash
  bodyLen: number
  bodyHash: Hash
}

/** One line of a thread's log as it is stored and served. */
export interface Entry {
  head: Bytes
  sig: Bytes
  /** A sealed message; empty where it was purged, and in other types. */
  body: Bytes
}

/** A head whose fields beyond its place are those given, and else empty. */
export function headOf(type: EntryType, place: Place, fields: Partial<Omit<Head, keyof Place | 'type'>> = {}): Head {
  return {
    line: nobody, flags: 0, broker: nobody, account: nobody, keys: empty(), upTo: 0n, salt: noHash, commit: noHash, bodyLen: 0, bodyHash: noHash,
    ...fields, ...place, type,
  }
}

function placeParts(p: Place): Bytes[] {
  return [u8(suite), idBytes(p.thread), u32(p.epoch), u64(p.index), hashBytes(p.prev), u64(p.time), idBytes(p.acct), idBytes(p.dev), u64(p.ktSize),
    hashBytes(p.ktRoot), p.attest]
}

function typeParts(h: Head): Bytes[] {
  switch (h.type) {
    case 'open':
      return [idBytes(h.line), u8(h.flags), idBytes(h.broker), h.keys]
    case 'requeue':
      return [idBytes(h.line), h.keys]
    case 'claim':
    case 'rekey':
      return [h.keys]
    case 'transfer-offer':
      return [idBytes(h.account)]
    case 'transfer':
      return [idBytes(h.account), h.keys]
    case 'msg':
      return [u8(h.flags), hashBytes(h.salt), hashBytes(h.commit), u32(h.bodyLen), hashBytes(h.bodyHash)]
    case 'ack':
    case 'confirm':
      return [u64(h.upTo)]
    case 'close':
    case 'ask':
      return []
  }
}

export function encodeHead(h: Head): Bytes {
  return enc(`arc1/entry/${h.type}`, ...placeParts(h), ...typeParts(h))
}

export function decodeHead(b: Bytes): Head {
  const label = labelOf(bounded(b))
  const type = entryTypes.find((t) => label === `arc1/entry/${t}`)
  if (type === undefined) return refuse('malformed', 'unknown entry type')
  const f = new Fields(label, b)
  f.suite()
  const place = {
    thread: f.id(), epoch: f.u32(), index: f.u64(), prev: f.hash(), time: f.u64(), acct: f.id(), dev: f.id(), ktSize: f.u64(), ktRoot: f.hash(),
    attest: f.bytes(0, maxAttest),
  }
  return f.done(headOf(type, place, typeFields(type, f)))
}

function typeFields(type: EntryType, f: Fields): Partial<Head> {
  switch (type) {
    case 'open':
      return { line: f.id(), flags: flags(f), broker: f.id(), keys: f.part() }
    case 'requeue':
      return { line: f.id(), keys: f.part() }
    case 'claim':
    case 'rekey':
      return { keys: f.part() }
    case 'transfer-offer':
      return { account: f.id() }
    case 'transfer':
      return { account: f.id(), keys: f.part() }
    case 'msg':
      return { flags: flags(f), salt: f.hash(), commit: f.hash(), bodyLen: f.u32(), bodyHash: f.hash() }
    case 'ack':
    case 'confirm':
      return { upTo: f.u64() }
    case 'close':
    case 'ask':
      return {}
  }
}

function flags(f: Fields): number {
  const v = f.u8()
  if (v > 1) f.fail('a flag without a meaning')
  return v
}

/** Names an entry for the next one's prev. */
export function entryHash(e: Entry): Hash {
  return sum(enc('arc1/entryhash', e.head, e.sig))
}

/** What a message's body is sealed under: nobody can move or re-attribute it (section 5.1). */
export function messageAAD(h: Head): Bytes {
  return enc('arc1/msgaad', ...placeParts(h), u8(h.flags), hashBytes(h.salt), hashBytes(h.commit))
}

/** Feeds the derivation of a message's key: even a repeated salt gives another key at every place. */
export function messageKeyInfo(h: Head): Bytes {
  return enc('arc1/mk', idBytes(h.thread), u32(h.epoch), u64(h.index), hashBytes(h.prev), idBytes(h.acct), idBytes(h.dev))
}
