// What the two kinds of linear logs share, threads and their note logs: where
// an entry stands, who signed it, and who must be able to read.

import type { Credential } from '../envelope/agency.ts'
import { sum, type Hash, type ID } from '../envelope/bytes.ts'
import type { Entry, Head } from '../envelope/entry.ts'
import { compareReaders, type Reader } from '../envelope/keys.ts'
import { refuse, refusedAs } from '../envelope/refusal.ts'
import type { Account } from './account.ts'
import { settled, type Checks } from './checks.ts'
import type { Line } from './line.ts'
import { accountReader, namesLine, staffOf, type People } from './people.ts'

/** Where a log stands. */
export interface End {
  readonly id: ID
  readonly next: bigint
  readonly head: Hash
  readonly ktSize: bigint
  readonly ktRoot: Hash
}

/** Demands that an entry is the next one of its log. */
export function stands(h: Head, at: End): void {
  if (h.thread !== at.id) refuse('order') // it belongs to another log
  if (h.index !== at.next) refuse('order')
  if (h.prev !== at.head) refuse('order') // it follows another entry
}

/** Demands that the named checkpoint does not go back along a log. */
export function newer(h: Head, at: End): void {
  if (h.ktSize < at.ktSize || (h.ktSize === at.ktSize && at.next > 0n && h.ktRoot !== at.ktRoot)) refuse('checkpoint-back')
}

/** Verifies an entry's signature by a device that was in force at the signer's checkpoint. It reads nothing of the thread. */
export function checkSignature(h: Head, e: Entry, people: People): Promise<void> {
  return settled((checks) => entrySignature(h, e, people, checks))
}

export function entrySignature(h: Head, e: Entry, people: People, checks: Checks): void {
  if (h.ktSize > people.reach) refuse('checkpoint-ahead')
  checks.signature(signer(h, people).device(h.dev, h.ktSize), `entry/${h.type}`, e.head, e.sig)
}

/** The account that signed; whoever is not known may not sign. */
function signer(h: Head, people: People): Account {
  return refusedAs('signer', () => people.account(h.acct))
}

/** Demands a signature by a device that the account has or had: one that was revoked did sign it all the same. */
export async function everSigned(h: Head, e: Entry, people: People): Promise<void> {
  const key = signer(h, people).everDevice(h.dev)
  if (key === undefined) return refuse('signature') // no such device
  await settled((checks) => checks.signature(key, `entry/${h.type}`, e.head, e.sig))
}

/** Demands that a body that is there is the one that the head names. */
export function fits(e: Entry, h: Head): void {
  if (e.body.length !== 0 && (e.body.length !== h.bodyLen || sum(e.body) !== h.bodyHash)) refuse('body')
}

export function leadsWith(h: Head, line: Line, cred: Credential): boolean {
  return line.isLead(h.acct, h.ktSize) && namesLine(cred, line.id)
}

/** Whether the signer leads the line, by a credential that names it, where policy lets leads read. */
export function leadsByPolicy(h: Head, line: Line, cred: Credential, people: People): boolean {
  return people.agency.policy(h.ktSize)?.lineEscrow === true && leadsWith(h, line, cred)
}

export function mayTake(acct: ID, h: Head, line: Line, people: People): void {
  if (!line.isMember(acct, h.ktSize)) refuse('signer') // not a member of the line
  staffOf(people.credential(acct, h.ktSize, h.time), line.id)
}

/**
 * Exactly who must be able to read: the people named, the line while the log
 * waits for it, else its leads (where policy says so), and the records key
 * (where there is one). All under the keys known at n.
 */
export function readersOf(party: readonly ID[], lineID: ID, waits: boolean, n: bigint, people: People): Reader[] {
  const out = party.map((id) => accountReader(id, n, people))
  const line = people.line(lineID)
  if (waits) {
    const g = line.generation(n)
    if (g === undefined) return refuse('unknown') // the line has no key yet
    out.push({ kind: 'line', id: line.id, gen: g.gen, pk: g.pk })
  } else if (people.agency.policy(n)?.lineEscrow === true) {
    const g = line.escrow(n)
    if (g !== undefined) out.push({ kind: 'lead', id: line.id, gen: g.gen, pk: g.pk })
  }
  const c = people.agency.custodian(n)
  if (c !== undefined) out.push({ kind: 'cust', id: c.id, gen: c.gen, pk: c.pk })
  return out.sort(compareReaders)
}

/** Whether the maker of an entry is one of the readers: as themselves, as a member of a line, or as one of its leads. */
export function isAmong(h: Pick<Head, 'acct' | 'ktSize'>, readers: readonly Reader[], people: People): boolean {
  return readers.some((r) => reads(h, r, people))
}

/** Whether the maker of an entry can use a key that is sealed to this reader. */
function reads(h: Pick<Head, 'acct' | 'ktSize'>, r: Reader, people: People): boolean {
  switch (r.kind) {
    case 'acct':
      return r.id === h.acct
    case 'line':
      return people.line(r.id).isMember(h.acct, h.ktSize)
    case 'lead':
      return people.line(r.id).isLead(h.acct, h.ktSize)
    default:
      return false
  }
}
