// A note log (section 5.2): the staff's notes about a thread, which the thread's opener never reads.

import type { Credential } from '../envelope/agency.ts'
import { equal, noHash, nobody, type Hash, type ID } from '../envelope/bytes.ts'
import { decodeHead, entryHash, ofNotes, type Entry, type Head } from '../envelope/entry.ts'
import { decodeKeys, encodeCtx, handsHistory, type Reader } from '../envelope/keys.ts'
import { Refusal, refuse } from '../envelope/refusal.ts'
import { areExactly, exactly, madeBy } from './chain.ts'
import { settled } from './checks.ts'
import type { Line } from './line.ts'
import { entrySignature, everSigned, fits, isAmong, mayTake, newer, readersOf, stands } from './log.ts'
import { staffOf, type People } from './people.ts'

/** What a note log must know of its thread. */
interface Subject {
  readonly id: ID
  readonly line: ID
  readonly opener: ID
  readonly claimer: ID
}

/** The verified state of a note log. It never changes: an entry gives a new one. */
export class Notes {
  readonly id: ID
  /** That it is about; zero while the log has not begun. */
  about = nobody
  line = nobody
  /** Zero: the whole line. */
  holder = nobody
  epoch = 0
  /** Of the current epoch's key. */
  commit: Hash = noHash
  /** Who can read the current epoch: a fact, not a setting. */
  roster: readonly Reader[] = []
  /** The epoch's key was made by somebody who may not read it: the next writer makes another. */
  handed = false
  next = 0n
  head: Hash = noHash
  ktSize = 0n
  ktRoot: Hash = noHash

  /** The empty log. */
  constructor(id: ID) {
    this.id = id
  }

  #copy(): Notes {
    return Object.assign(new Notes(this.id), this)
  }

  /** Whether a log has begun: its first entry that holds says about what. */
  get begun(): boolean {
    return this.about !== nobody
  }

  /** Refuses a log that is about another thread, or whose holder has opened this one: the rule between the two logs. */
  fits(t: Subject): void {
    if (!this.begun) return
    if (this.about !== t.id) refuse('order') // notes about another thread
    if (this.holder === t.opener) refuse('roster') // the opener among the readers
  }

  /** Whether it names the line and the claimer that the thread has now: only then a note may be written. */
  follows(t: Subject): boolean {
    return this.about === t.id && this.line === t.line && this.holder === t.claimer
  }

  /** Checks the next entry and gives the state after it. An absent body may have been purged; a present one must be the one signed. */
  apply(e: Entry, people: People): Promise<{ notes: Notes; head: Head }> {
    return settled((checks) => {
      const head = decodeHead(e.head)
      stands(head, this)
      entrySignature(head, e, people, checks)
      const notes = this.#copy()
      notes.#take(head, e, people)
      notes.next = head.index + 1n
      notes.head = entryHash(e)
      notes.ktSize = head.ktSize
      notes.ktRoot = head.ktRoot
      return { notes, head }
    })
  }

  /** Moves past an entry that a device has signed for this place and that apply refuses, as a thread does. */
  async reject(e: Entry, people: People): Promise<Notes> {
    const h = decodeHead(e.head)
    stands(h, this)
    const refusal = await this.apply(e, people).then(() => undefined, (error: unknown) => error)
    if (refusal === undefined) refuse('state') // the entry holds
    if (!(refusal instanceof Refusal) || refusal.reason === 'checkpoint-ahead') throw refusal
    await everSigned(h, e, people)
    const n = this.#copy()
    n.next = h.index + 1n
    n.head = entryHash(e)
    return n
  }

  #take(h: Head, e: Entry, people: People): void {
    if (!ofNotes(h.type)) refuse('state') // no entry of a note log
    newer(h, this)
    const cred = people.credential(h.acct, h.ktSize, h.time)
    if (h.type === 'note') return this.#note(h, e, cred, people)
    if (e.body.length !== 0) refuse('body') // only a note has one
    this.#startEpoch(h, cred, people)
  }

  /** A note: by one of those who read the epoch, which is sealed to exactly those who may. */
  #note(h: Head, e: Entry, cred: Credential, people: People): void {
    if (!this.begun || h.epoch !== this.epoch) refuse('state')
    staffOf(cred, this.line)
    const want = this.#readers(h.ktSize, people)
    if (!isAmong(h, want, people)) refuse('signer') // nobody who may read the notes
    fits(e, h)
    if (this.handed) refuse('stale') // its maker may not read this epoch
    if (!areExactly(this.roster, want)) refuse('stale') // not sealed to exactly those who may read
  }

  /** The entry that says who may read from here on. */
  #startEpoch(h: Head, cred: Credential, people: People): void {
    const k = decodeKeys('epoch', h.keys)
    const epoch = this.begun ? this.epoch + 1 : 0
    if (h.epoch !== epoch || !equal(k.ctx, encodeCtx('epoch', this.id, epoch))) refuse('generation')
    madeBy(k, h.acct, h.dev)
    if (handsHistory(k) !== this.begun) refuse('generation')
    this.#enter(h, cred, people)
    const want = this.#readers(h.ktSize, people)
    exactly(k.recipients, want)
    this.epoch = epoch
    this.commit = k.commit
    this.roster = k.recipients
    this.handed = !isAmong(h, want, people)
  }

  /** Moves the state machine: who holds the notes hands them on. */
  #enter(h: Head, cred: Credential, people: People): void {
    if ((this.begun && h.about !== this.about) || h.about === this.id || h.about === nobody) refuse('state') // one thread, and another log than it
    const before = this.begun ? this.line : h.line
    staffOf(cred, before)
    if (!this.#mayMove(h, people.line(before), people)) refuse('signer') // somebody else's to hand on
    const line = people.line(h.line)
    if (h.account !== nobody) mayTake(h.account, h, line, people)
    this.about = h.about
    this.line = h.line
    this.holder = h.account
  }

  /** A member of the line while nobody holds the notes, else the holder, or a lead whom policy lets read. */
  #mayMove(h: Head, line: Line, people: People): boolean {
    if (this.holder === nobody) return line.isMember(h.acct, h.ktSize)
    return h.acct === this.holder || (people.agency.policy(h.ktSize)?.lineEscrow === true && line.isLead(h.acct, h.ktSize))
  }

  #readers(n: bigint, people: People): Reader[] {
    const party = this.holder === nobody ? [] : [this.holder]
    return readersOf(party, this.line, this.holder === nobody, n, people)
  }

  /** Whom the next epoch must be sealed to if the given entry is made. Refuses where its maker may not make it. */
  readersAfter(h: Head, cred: Credential, people: People): Reader[] {
    const n = this.#copy()
    n.#enter(h, cred, people)
    return n.#readers(h.ktSize, people)
  }

  /** Whether an account reads what is written now: the holder, the line's members, its leads. */
  isReader(h: Pick<Head, 'acct' | 'ktSize'>, people: People): boolean {
    return isAmong(h, this.#readers(h.ktSize, people), people)
  }

  /** Whether the epoch is sealed to exactly the current keys of exactly those who may read, at n, and was made by one of them. */
  isCurrent(n: bigint, people: People): boolean {
    return this.begun && !this.handed && areExactly(this.roster, this.#readers(n, people))
  }
}
