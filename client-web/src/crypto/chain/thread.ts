// A thread's log (section 5): one linear log of entries and the state it leads to.

import type { Credential } from '../envelope/agency.ts'
import { equal, noHash, nobody, type Hash, type ID } from '../envelope/bytes.ts'
import { begins, decodeHead, entryHash, flagIdentifiers, flagSensitive, ofNotes, startsEpoch, type Entry, type Head } from '../envelope/entry.ts'
import { decodeKeys, encodeCtx, handsHistory, type Reader } from '../envelope/keys.ts'
import { Refusal, refuse } from '../envelope/refusal.ts'
import { areExactly, exactly, madeBy } from './chain.ts'
import { settled } from './checks.ts'
import type { Line } from './line.ts'
import { entrySignature, everSigned, fits, isAmong, leadsByPolicy, leadsWith, mayTake, newer, readersOf, stands } from './log.ts'
import { isAssister, namesLine, roles, type People } from './people.ts'

/** Not opened yet; waits for the line; one specialist has it; a message by either side opens it again. */
export type State = '' | 'open' | 'claimed' | 'closed'

/** The verified state of a thread's log. It never changes: an entry gives a new one. */
export class Thread {
  readonly id: ID
  state: State = ''
  line = nobody
  opener = nobody
  /** Zero while open. */
  claimer = nobody
  /** The successor named by a transfer-offer, or zero. */
  offer = nobody
  epoch = 0
  /** Of the current epoch's key. */
  commit: Hash = noHash
  /** Who can read the current epoch: a fact, not a setting. */
  roster: readonly Reader[] = []
  /** The epoch's key was made by somebody who may not read it: the next sender makes another. */
  handed = false
  /** Index of the next entry. */
  next = 0n
  /** Hash of the newest entry. */
  head: Hash = noHash
  ktSize = 0n
  ktRoot: Hash = noHash
  /** Its opener marked it: taking it needs a fresh second factor. */
  sensitive = false
  /** The broker for whom support staff opened it, or zero. */
  broker = nobody
  /** 1 + index of an unanswered question who is there, or zero. */
  asked = 0n
  askedBy = nobody
  /** The outcome's number, while closed. */
  outcome = 0

  /** The empty log. */
  constructor(id: ID) {
    this.id = id
  }

  #copy(): Thread {
    return Object.assign(new Thread(this.id), this)
  }

  /** Checks the next entry and gives the state after it. An absent body may have been purged; a present one must be the one signed. */
  apply(e: Entry, people: People): Promise<{ thread: Thread; head: Head }> {
    return settled((checks) => {
      const head = decodeHead(e.head)
      this.#place(head)
      entrySignature(head, e, people, checks)
      return { thread: this.advance(head, e, people), head }
    })
  }

  /** apply for an entry whose head was decoded and whose signature was checked before (checkSignature). */
  advance(h: Head, e: Entry, people: People): Thread {
    const n = this.#copy()
    n.#take(h, e, people)
    n.next = h.index + 1n
    n.head = entryHash(e)
    n.ktSize = h.ktSize
    n.ktRoot = h.ktRoot
    return n
  }

  /**
   * Moves past an entry that a device has signed for this place and that apply
   * refuses: it stays in the log, is shown as rejected, and changes nothing but
   * the place of the next one. What nobody signed is not skipped, nor what apply
   * accepts, nor what it cannot judge yet.
   */
  async reject(e: Entry, people: People): Promise<Thread> {
    const past = this.skip(e)
    const h = decodeHead(e.head)
    const refusal = await this.apply(e, people).then(() => undefined, (error: unknown) => error)
    if (refusal === undefined) refuse('state') // the entry holds
    if (!(refusal instanceof Refusal) || refusal.reason === 'checkpoint-ahead') throw refusal
    await everSigned(h, e, people)
    return past
  }

  /** reject without its checks: past any entry that stands in its place. Whoever calls it has seen apply refuse. */
  skip(e: Entry): Thread {
    const h = decodeHead(e.head)
    this.#place(h)
    const n = this.#copy()
    n.next = h.index + 1n
    n.head = entryHash(e)
    return n
  }

  #place(h: Head): void {
    stands(h, this)
  }

  #take(h: Head, e: Entry, people: People): void {
    this.#place(h)
    if (ofNotes(h.type)) refuse('state') // no entry of a thread
    newer(h, this)
    const cred = people.credential(h.acct, h.ktSize, h.time)
    if (this.needsFactor(h) && h.attest.length === 0) refuse('factor')
    if (h.type !== 'msg' && e.body.length !== 0) refuse('body') // only a message has one
    if (startsEpoch(h.type)) this.#startEpoch(h, cred, people)
    else this.#speak(h, e, cred, people)
  }

  /** Whether an entry must carry a second factor; whether the attestation holds is read by seal/stepup.ts. */
  needsFactor(h: Head): boolean {
    switch (h.type) {
      case 'msg':
        return (h.flags & flagIdentifiers) !== 0
      case 'confirm':
      case 'reveal':
        return true
      case 'claim':
        return this.sensitive
      default:
        return false
    }
  }

  /** Whether an account is one of the two sides. While nobody has claimed, the claimer is zero, which is no account. */
  isParty(acct: ID): boolean {
    return acct === this.opener || (acct === this.claimer && acct !== nobody)
  }

  /** Whether an open thread waits for this signer: a member of the line whose credential still names it. */
  #waitsFor(h: Head, line: Line, cred: Credential): boolean {
    return this.state === 'open' && line.isMember(h.acct, h.ktSize) && namesLine(cred, line.id)
  }

  /** The entries that carry no keys. */
  #speak(h: Head, e: Entry, cred: Credential, people: People): void {
    if (h.epoch !== this.epoch || this.state === '') refuse('state')
    const line = people.line(this.line)
    const party = this.isParty(h.acct)
    if (h.type === 'reveal') return this.#takeReveal(h, line, cred, people)
    if (h.type !== 'transfer-offer' && !party && !this.#waitsFor(h, line, cred)) refuse('signer') // not a party of the thread
    switch (h.type) {
      case 'msg':
        return this.#takeMessage(h, e, people)
      case 'ack':
        if (h.upTo >= this.next) refuse('state')
        return
      case 'transfer-offer':
        return this.#takeOffer(h, line, cred, people)
      case 'ask':
        if (!party || this.state !== 'claimed') refuse('state') // a party of a claimed thread asks the other
        this.asked = h.index + 1n
        this.askedBy = h.acct
        return
      case 'confirm':
        if (this.asked === 0n || h.upTo !== this.asked - 1n || h.acct === this.askedBy || !party) {
          refuse('state') // no such question waits for this person
        }
        return this.#forgetQuestion()
      case 'close':
        if (!party || this.state !== 'claimed') refuse('state') // only a claimed thread is closed, by one of its parties
        this.state = 'closed'
        this.outcome = h.outcome
    }
  }

  #forgetQuestion(): void {
    this.asked = 0n
    this.askedBy = nobody
  }

  #takeOffer(h: Head, line: Line, cred: Credential, people: People): void {
    if (this.state !== 'claimed') refuse('state')
    if (h.acct !== this.claimer && !leadsWith(h, line, cred)) refuse('signer') // the claimer or a lead offers a transfer
    if (h.account === this.claimer || h.account === this.opener) refuse('signer') // the successor is a party already
    mayTake(h.account, h, line, people)
    this.offer = h.account
  }

  /**
   * Somebody opens a sealed card. Whoever only waits in the line takes the thread
   * first; a lead must be one whom policy lets read, by a key that reads this epoch.
   */
  #takeReveal(h: Head, line: Line, cred: Credential, people: People): void {
    const overseen = leadsByPolicy(h, line, cred, people) && this.roster.some((r) => r.kind === 'lead' && r.id === line.id)
    if (!this.isParty(h.acct) && !overseen) refuse('signer') // neither a party nor a lead who may read
    if (h.card === nobody) refuse('state') // it names no card
  }

  #takeMessage(h: Head, e: Entry, people: People): void {
    fits(e, h)
    // Nothing is said to somebody whose credential has ended.
    for (const id of this.#party()) people.credential(id, h.ktSize, h.time)
    if (this.handed) refuse('stale') // its maker may not read this epoch
    // A sender whose own checkpoint shows a replaced key must re-key first.
    if (!areExactly(this.roster, this.#readers(h.ktSize, people))) refuse('stale') // not sealed to exactly those who may read
    if (this.state === 'closed') this.state = 'claimed'
    this.outcome = 0
  }

  #party(): ID[] {
    return this.claimer === nobody ? [this.opener] : [this.opener, this.claimer]
  }

  /** The entries that carry a new epoch's keys. */
  #startEpoch(h: Head, cred: Credential, people: People): void {
    const k = decodeKeys('epoch', h.keys)
    const epoch = this.state === '' ? 0 : this.epoch + 1
    if (h.epoch !== epoch || !equal(k.ctx, encodeCtx('epoch', this.id, epoch))) refuse('generation')
    madeBy(k, h.acct, h.dev)
    const history = handsHistory(k)
    if (h.type !== 'requeue' && history === begins(h.type)) refuse('generation')
    this.#enter(h, cred, people)
    const want = this.#readers(h.ktSize, people)
    exactly(k.recipients, want)
    this.epoch = epoch
    this.commit = k.commit
    this.roster = k.recipients
    this.handed = !isAmong(h, want, people)
  }

  /** Moves the state machine for an entry that starts an epoch. */
  #enter(h: Head, cred: Credential, people: People): void {
    if (begins(h.type) !== (this.state === '')) refuse('state') // a thread begins once
    const line = people.line(begins(h.type) || h.type === 'requeue' ? h.line : this.line)
    switch (h.type) {
      case 'open':
        return this.#enterOpen(h, cred, people)
      case 'claim':
        if (this.state !== 'open') refuse('state')
        if (h.acct === this.opener) refuse('signer') // nobody takes their own thread
        mayTake(h.acct, h, line, people)
        this.state = 'claimed'
        this.claimer = h.acct
        return
      case 'rekey':
        if (!this.isParty(h.acct) && !this.#waitsFor(h, line, cred)) refuse('signer') // not a party of the thread
        return
      case 'requeue':
        return this.#enterRequeue(h, cred)
      case 'transfer':
        return this.#enterTransfer(h, line, cred, people)
      case 'outreach':
        return this.#enterOutreach(h, line, people)
    }
  }

  #enterOpen(h: Head, cred: Credential, people: People): void {
    if (!isAssister(cred.role) || !cred.lines.includes(h.line)) refuse('credential') // the credential does not name this line
    onBehalf(h, cred, people)
    this.state = 'open'
    this.line = h.line
    this.opener = h.acct
    this.sensitive = (h.flags & flagSensitive) !== 0
    this.broker = h.broker
  }

  /** Begins a thread from the other side: whoever could take a thread of the line has it at once, and the assister is its opener. */
  #enterOutreach(h: Head, line: Line, people: People): void {
    mayTake(h.acct, h, line, people)
    if (h.account === h.acct) refuse('signer') // nobody writes to themselves
    const to = people.credential(h.account, h.ktSize, h.time)
    if (!isAssister(to.role) || !to.lines.includes(line.id)) refuse('credential') // not an assister whom this line serves
    this.state = 'claimed'
    this.line = line.id
    this.opener = h.account
    this.claimer = h.acct
  }

  #enterRequeue(h: Head, cred: Credential): void {
    if (!this.isParty(h.acct)) refuse('signer') // not a party of the thread
    // An assister reaches by a detour no line that they could not open to.
    if (h.acct === this.opener && !cred.lines.includes(h.line)) refuse('credential') // the credential does not name this line
    this.state = 'open'
    this.line = h.line
    this.claimer = nobody
    this.offer = nobody
    this.outcome = 0
    this.#forgetQuestion()
  }

  #enterTransfer(h: Head, line: Line, cred: Credential, people: People): void {
    if (this.state !== 'claimed' || this.offer === nobody || h.account !== this.offer) refuse('state') // no such transfer was offered
    if (!this.isParty(h.acct) && !leadsByPolicy(h, line, cred, people)) refuse('signer') // not a party of the thread
    mayTake(h.account, h, line, people)
    this.claimer = h.account
    this.offer = nobody
    this.#forgetQuestion()
  }

  /**
   * Exactly who must be able to read: the parties, the line while nobody has
   * claimed, the leads once somebody has (where policy says so), and the records
   * key (where there is one). All under the keys known at n.
   */
  #readers(n: bigint, people: People): Reader[] {
    return readersOf(this.#party(), this.line, this.state === 'open', n, people)
  }

  /** Whom the next epoch must be sealed to if the given entry is made: what a client fills its roster from. */
  readersAfter(h: Head, cred: Credential, people: People): Reader[] {
    const n = this.#copy()
    n.#enter(h, cred, people)
    return n.#readers(h.ktSize, people)
  }

  /**
   * Whether the epoch is sealed to exactly the current keys of exactly those who
   * may read, at n, and was made by one of them; if not, the next sender re-keys.
   */
  isCurrent(n: bigint, people: People): boolean {
    return !this.handed && areExactly(this.roster, this.#readers(n, people))
  }
}

/** Support staff write for a broker of their own organization, and say for whom. Nobody else does. */
function onBehalf(h: Head, cred: Credential, people: People): void {
  if (cred.role !== roles.support) {
    if (h.broker !== nobody) refuse('signer') // only support staff write for somebody else
    return
  }
  const broker = people.credential(h.broker, h.ktSize, h.time)
  if (broker.role !== roles.broker || cred.organization === '' || broker.organization !== cred.organization) {
    refuse('credential') // support staff write for a broker of their organization
  }
}
