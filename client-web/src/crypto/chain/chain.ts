// What all chains share (section 4.1): facts that hold from a leaf of the key
// log to another, the order of links, generations of keys.
//
// Every state is immutable: applying a statement gives a new state or refuses.
// "At n" means: as known to somebody whose newest checkpoint has size n.

import { rotationBody } from '../envelope/account.ts'
import { equal, noHash, nobody, type Bytes, type Hash, type ID } from '../envelope/bytes.ts'
import { compareReaders, decodeKeys, handsHistory, sameReader, type Keys, type Purpose, type Reader } from '../envelope/keys.ts'
import { decodeLink, linkHash, type ChainKind, type Link, type SignedLink } from '../envelope/link.ts'
import { refuse } from '../envelope/refusal.ts'
import { BoxPublic } from '../key/box.ts'
import type { Verify } from '../key/verify.ts'
import type { Checks } from './checks.ts'

/** The leaf at which a fact that still holds ends: after every other. */
export const forever = 2n ** 64n - 1n

/** A fact stated by leaf from and ended by leaf until. */
export interface Span {
  readonly from: bigint
  readonly until: bigint
}

export function since(leaf: bigint): Span {
  return { from: leaf, until: forever }
}

/** Whether somebody with a checkpoint of size n knows the fact to hold. */
export function holdsAt(s: Span, n: bigint): boolean {
  return s.from < n && s.until >= n
}

/** Where a chain stands. */
export interface Standing {
  readonly kind: ChainKind
  readonly id: ID
  readonly agency: ID
  readonly seq: bigint
  /** Of the newest link. */
  readonly hash: Hash
  /** Of the newest link. */
  readonly leaf: bigint
}

export function beginning(kind: ChainKind, id: ID): Standing {
  return { kind, id, agency: nobody, seq: 0n, hash: noHash, leaf: 0n }
}

/** Above every leaf index there can be. */
const maxLeaf = 2n ** 53n

/** Decodes the next link and checks its place. */
export function follow(at: Standing, s: SignedLink, leaf: bigint): Link {
  const l = decodeLink(s.link)
  if (at.id === nobody) refuse('order') // the zero id names nobody
  if (leaf >= maxLeaf || (at.seq > 0n && leaf <= at.leaf)) refuse('order')
  if (l.kind !== at.kind || l.chain !== at.id) refuse('order') // it belongs to another chain
  if (l.seq !== at.seq + 1n) refuse('order')
  if (l.prev !== at.hash) refuse('order') // it follows another statement
  if (at.seq > 0n && l.agency !== at.agency) refuse('order') // it belongs to another agency
  if (s.countersig.length !== 0 && l.type !== 'account/device-add') refuse('signature') // a countersignature where none belongs
  return l
}

/** A chain has one beginning, its first link. */
export function oneBeginning(l: Link): void {
  if (l.type.endsWith('/genesis') !== (l.seq === 1n)) refuse('order') // a chain has one beginning
}

/** Where the chain stands after a link. */
export function after(at: Standing, l: Link, s: SignedLink, leaf: bigint): Standing {
  return { kind: at.kind, id: at.id, agency: l.agency, seq: l.seq, hash: linkHash(s), leaf }
}

export function checkLink(checks: Checks, key: Verify, l: Link, s: SignedLink): void {
  checks.signature(key, `link/${l.type}`, s.link, s.sig)
}

/** One published generation of an account's, line's or leads' key. */
export interface Generation {
  readonly gen: number
  /** X-Wing public key. */
  readonly box: Bytes
  /** Its hash, as rosters name it. */
  readonly pk: Hash
  /** Commitment to the seed. */
  readonly commit: Hash
  readonly roster: readonly Reader[]
  /** Leaf that published it. */
  readonly from: bigint
  /** Who was given it afterwards, and by which leaf. */
  readonly grants: readonly { reader: Reader; from: bigint }[]
}

/** Whom a generation was sealed to, as known at n. */
export function readersOf(g: Generation, n: bigint): Reader[] {
  return [...g.roster, ...g.grants.filter((x) => x.from < n).map((x) => x.reader)]
}

/** The newest of things that are ordered by leaf and known at n. */
export function knownAt<T extends { readonly from: bigint }>(list: readonly T[], n: bigint): T | undefined {
  return list.findLast((x) => x.from < n)
}

/** What a rotation must fulfil. */
export interface RotationRule {
  purpose: Purpose
  before: readonly Generation[]
  ctx: (gen: number) => Bytes
  readers: readonly Reader[]
  /** Whether the secret before must be handed over; else it may not be. */
  history: boolean
}

/** Reads a rotation: the next number, the right context and maker, exactly the readers wanted. */
export function rotation(rule: RotationRule, body: Bytes, l: Link, leaf: bigint): Generation {
  const r = rotationBody.decode(body)
  const pk = BoxPublic.from(r.box).hash
  const k = decodeKeys(rule.purpose, r.keys)
  const gen = rule.before.length + 1
  if (!equal(k.ctx, rule.ctx(gen))) refuse('generation')
  madeBy(k, l.signerAcct, l.signerDev)
  exactly(k.recipients, rule.readers)
  if (rule.history !== handsHistory(k)) refuse('generation')
  // The key of an old generation is held by whom this one may be shutting out.
  if (rule.before.some((g) => g.pk === pk)) refuse('generation') // the key of an older generation
  return { gen, box: r.box, pk, commit: k.commit, roster: k.recipients, from: leaf, grants: [] }
}

/** Reads a statement that hands the current generation to one more reader. */
export function grant(purpose: Purpose, statement: Bytes, l: Link, current: Generation, ctx: Bytes, to: Reader): void {
  const k = decodeKeys(purpose, statement)
  if (!equal(k.ctx, ctx) || k.commit !== current.commit || handsHistory(k)) {
    refuse('generation') // a grant hands over the current generation and nothing else
  }
  madeBy(k, l.signerAcct, l.signerDev)
  exactly(k.recipients, [to])
}

export function madeBy(k: Keys, acct: ID, dev: ID): void {
  if (k.acct !== acct || k.dev !== dev) refuse('signer') // the key statement names another maker
}

/** Whether these are exactly the wanted readers under exactly the wanted keys. */
export function areExactly(got: readonly Reader[], want: readonly Reader[]): boolean {
  const sorted = want.toSorted(compareReaders)
  return got.length === sorted.length && got.every((g, i) => sorted[i] !== undefined && sameReader(g, sorted[i]))
}

export function exactly(got: readonly Reader[], want: readonly Reader[]): void {
  if (!areExactly(got, want)) refuse('roster') // not exactly those who may read
}
