// A line's chain (section 4.4): its leads, its members, its key and its leads' key.

import { nobody, type Bytes, type ID } from '../envelope/bytes.ts'
import { encodeCtx, sameReader, type Purpose, type Reader } from '../envelope/keys.ts'
import { floorBody, lineAdminsBody, lineGenesisBody, lineRotateBody, memberAddBody, memberRemoveBody } from '../envelope/line.ts'
import type { Link, Logged, SignedLink } from '../envelope/link.ts'
import { refuse } from '../envelope/refusal.ts'
import {
  after, beginning, checkLink, follow, grant, holdsAt, knownAt, oneBeginning, readersOf, rotation, since, type Generation, type Span, type Standing,
} from './chain.ts'
import { settled, type Checks } from './checks.ts'
import { accountReader, staffOf, type People } from './people.ts'

export class Line {
  at: Standing
  name = ''
  /** Lowest line generation still needed. */
  floor = 0
  #leadsSince: readonly { ids: readonly ID[]; from: bigint }[] = []
  #spans = new Map<ID, readonly Span[]>()
  #lineKeys: readonly Generation[] = []
  #leadKeys: readonly Generation[] = []

  /** The empty chain. */
  constructor(id: ID) {
    this.at = beginning('line', id)
  }

  get id(): ID {
    return this.at.id
  }

  /** Checks the next link and gives the state after it. */
  apply(s: Logged, people: People): Promise<Line> {
    return settled((checks) => this.applied(s, people, checks))
  }

  /** apply, whose signatures are left to be settled. */
  applied(s: Logged, people: People, checks: Checks): Line {
    const l = follow(this.at, s, s.leaf)
    const n = new Line(this.id)
    n.at = this.at
    n.name = this.name
    n.floor = this.floor
    n.#leadsSince = this.#leadsSince
    n.#spans = new Map(this.#spans)
    n.#lineKeys = this.#lineKeys
    n.#leadKeys = this.#leadKeys
    n.#take(l, s, s.leaf, people, checks)
    n.at = after(this.at, l, s, s.leaf)
    return n
  }

  #take(l: Link, s: SignedLink, leaf: bigint, people: People, checks: Checks): void {
    oneBeginning(l)
    if (l.type === 'line/genesis' || l.type === 'line/admin-set') return this.#takeIssuer(l, s, leaf, people, checks)
    checkLink(checks, people.account(l.signerAcct).device(l.signerDev, leaf + 1n), l, s)
    const leads = this.isLead(l.signerAcct, leaf)
    if (!leads && !(l.type === 'line/rotate' && this.isMember(l.signerAcct, leaf))) refuse('signer') // a lead of the line does this
    // Whose credential has ended has no say, even before the line's chain says that they left.
    this.#eligible(l.signerAcct, leaf, l.time, people)
    switch (l.type) {
      case 'line/member-add':
        return this.#takeAdd(l, leaf, people)
      case 'line/member-remove':
        return this.#takeRemove(l, leaf, people)
      case 'line/rotate':
        return this.#takeRotate(l, leaf, people, leads)
      default: {
        const floor = floorBody.decode(l.body).gen
        // One above the last generation says that no old one is needed.
        if (floor < this.floor || floor > this.#lineKeys.length + 1) refuse('generation')
        this.floor = floor
      }
    }
  }

  #takeIssuer(l: Link, s: SignedLink, leaf: bigint, people: People, checks: Checks): void {
    if (l.signerAcct !== nobody) refuse('signer') // the agency's issuer does this
    checkLink(checks, people.agency.issuer(l.signerDev, leaf + 1n, l.time), l, s)
    let ids: readonly ID[]
    if (l.type === 'line/genesis') {
      const b = lineGenesisBody.decode(l.body)
      this.name = b.name
      ids = b.admins
    } else {
      ids = lineAdminsBody.decode(l.body).admins
    }
    this.#leadsSince = [...this.#leadsSince, { ids, from: leaf }]
  }

  /** The wall: only whom the agency's own credential names for this line, as staff, can be put on it. */
  #eligible(acct: ID, leaf: bigint, time: bigint, people: People): void {
    staffOf(people.credential(acct, leaf + 1n, time), this.id)
  }

  #takeAdd(l: Link, leaf: bigint, people: People): void {
    const b = memberAddBody.decode(l.body)
    if (this.isMember(b.account, leaf + 1n)) refuse('state') // already a member
    this.#eligible(b.account, leaf, l.time, people)
    const current = this.#lineKeys.at(-1)
    if (current === undefined) return refuse('state') // the line has no key yet
    const reader = accountReader(b.account, leaf + 1n, people)
    grant('line', b.keys, l, current, encodeCtx('line', this.id, current.gen), reader)
    const granted = { ...current, grants: [...current.grants, { reader, from: leaf }] }
    this.#lineKeys = [...this.#lineKeys.slice(0, -1), granted]
    this.#spans.set(b.account, [...(this.#spans.get(b.account) ?? []), since(leaf)])
  }

  #takeRemove(l: Link, leaf: bigint, people: People): void {
    const b = memberRemoveBody.decode(l.body)
    if (!this.isMember(b.account, leaf + 1n)) refuse('unknown')
    // Who makes the next key knows it.
    if (b.account === l.signerAcct) refuse('signer') // nobody takes themselves off a line
    const spans = this.#spans.get(b.account) ?? []
    this.#spans.set(b.account, spans.map((x, i) => (i === spans.length - 1 ? { ...x, until: leaf } : x)))
    this.#rotate(l, 'line', b.rotation, leaf, people)
  }

  #takeRotate(l: Link, leaf: bigint, people: People, leads: boolean): void {
    const b = lineRotateBody.decode(l.body)
    if (b.purpose === 'lead' && !leads) refuse('signer') // a lead makes the leads' key
    if (b.purpose === 'line' && this.#lineKeys.length === 0) {
      // The leads are the first members.
      for (const id of this.leads(leaf + 1n)) {
        this.#eligible(id, leaf, l.time, people)
        this.#spans.set(id, [since(leaf)])
      }
    }
    this.#rotate(l, b.purpose, b.rotation, leaf, people)
  }

  #rotate(l: Link, purpose: Purpose, body: Bytes, leaf: bigint, people: People): void {
    const forLeads = purpose === 'lead'
    const before = forLeads ? this.#leadKeys : this.#lineKeys
    const who = forLeads ? this.leads(leaf + 1n) : this.members(leaf + 1n)
    // Who makes a key knows it, so the maker must be among those who may.
    if (!who.includes(l.signerAcct)) refuse('signer') // the maker of a key is one of its readers
    const rule = {
      purpose,
      before,
      ctx: (gen: number) => (forLeads ? encodeCtx('lead', this.id, gen) : encodeCtx('line', this.id, gen)),
      readers: who.map((id) => accountReader(id, leaf + 1n, people)),
      // A rotation at the floor hands over no history: nothing older is needed.
      history: before.length > 0 && (forLeads || this.floor <= before.length),
    }
    const generations = [...before, rotation(rule, body, l, leaf)]
    if (forLeads) this.#leadKeys = generations
    else this.#lineKeys = generations
  }

  /** Whether an account is a member at n. */
  isMember(acct: ID, n: bigint): boolean {
    return this.#spans.get(acct)?.some((s) => holdsAt(s, n)) === true
  }

  /** The members at n in order of id. */
  members(n: bigint): ID[] {
    return Array.from(this.#spans.keys()).filter((id) => this.isMember(id, n)).sort()
  }

  /** The leads at n. */
  leads(n: bigint): readonly ID[] {
    return knownAt(this.#leadsSince, n)?.ids ?? []
  }

  /** Whether an account leads the line at n. */
  isLead(acct: ID, n: bigint): boolean {
    return this.leads(n).includes(acct)
  }

  /** The line key known at n. */
  generation(n: bigint): Generation | undefined {
    return knownAt(this.#lineKeys, n)
  }

  /** The leads' key known at n. */
  leadGeneration(n: bigint): Generation | undefined {
    return knownAt(this.#leadKeys, n)
  }

  /** A generation of the line key, or of the leads' key, by its number. */
  generationNo(purpose: Purpose, gen: number): Generation | undefined {
    return (purpose === 'lead' ? this.#leadKeys : this.#lineKeys)[gen - 1]
  }

  /**
   * The leads' key if it may be sealed to at n: while everybody it was sealed to
   * still leads. The issuer, who changes the leads, cannot rotate.
   */
  escrow(n: bigint): Generation | undefined {
    const g = knownAt(this.#leadKeys, n)
    if (g === undefined) return refuse('unknown') // the line's leads have no key yet
    return g.roster.every((r) => this.isLead(r.id, n)) ? g : undefined
  }

  /**
   * Whether the line key, or the leads' key, is sealed to somebody who should no
   * longer have it, or not to their current key: any member's client then
   * rotates without being asked.
   */
  stale(n: bigint, purpose: Purpose, people: People): boolean {
    const g = purpose === 'lead' ? this.leadGeneration(n) : this.generation(n)
    if (g === undefined) return true
    const who = purpose === 'lead' ? this.leads(n) : this.members(n)
    const wrong = (r: Reader) => !who.includes(r.id) || !sameReader(accountReader(r.id, n, people), r)
    return readersOf(g, n).some(wrong) || (purpose === 'lead' && g.roster.length !== who.length)
  }
}
