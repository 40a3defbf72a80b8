// The staff's notes beside a thread, as this device has verified them. The log is
// one of its own; whoever serves it cannot pass another thread's off as this one's.

import { Notes } from '../crypto/chain/notes.ts'
import { namesLine } from '../crypto/chain/people.ts'
import type { Thread as ThreadState } from '../crypto/chain/thread.ts'
import { newest, nobody, type Hash, type ID } from '../crypto/envelope/bytes.ts'
import { headOf as newHead, type Entry, type Head, type Place } from '../crypto/envelope/entry.ts'
import type { Reader } from '../crypto/envelope/keys.ts'
import { Refusal, reasonOf } from '../crypto/envelope/refusal.ts'
import type { Secret } from '../crypto/seal/secret.ts'
import type * as wire from '../wire/gen.ts'
import { Epochs, type Words } from './epochs.ts'
import type { Log } from './log.ts'
import { Alarm } from './problem.ts'
import type { Secrets } from './secrets.ts'
import { entryOf, headOf, type Pin } from './thread.ts'
import { Gap, type Readable } from './threads.ts'
import { Turn } from './turn.ts'

/** One note as it was verified. */
export interface NoteEvent extends Words {
  index: number
  at: number
  acct: ID
}

/** Which log it was and how far it was seen: the service may show neither another one nor less of it. */
export interface NotePin extends Pin {
  log: ID
}

export class NoteLog implements Readable<NotePin> {
  /** Of the thread that it lies beside. */
  readonly id: ID
  state: Notes | undefined
  readonly notes: NoteEvent[] = []
  pin: NotePin
  readonly #log: Log
  readonly #turn = new Turn()
  readonly #epochs: Epochs

  constructor(id: ID, log: Log, secrets: Secrets, pin: NotePin | undefined) {
    this.id = id
    this.#log = log
    this.#epochs = new Epochs(secrets, ['note', 'handover'])
    this.pin = pin ?? { next: 0, head: '' as Hash, log: nobody }
  }

  get next(): number {
    return Number(this.state?.next ?? 0n)
  }

  get begun(): boolean {
    return this.state?.begun === true
  }

  /** The key of an epoch, if this device has it. */
  key(epoch: number): Secret | undefined {
    return this.#epochs.key(epoch)
  }

  /** Verifies entries in order and opens what can be opened. */
  feed(entries: readonly wire.Stored[]): Promise<void> {
    return this.#turn.take(async () => {
      for (const s of entries) {
        if (s.index < this.next) continue
        if (s.index > this.next) throw new Gap('note entries are missing in between')
        await this.#feedOne(s)
      }
      if (this.state !== undefined && this.next > this.pin.next) this.pin = { next: this.next, head: this.state.head, log: this.state.id }
    })
  }

  async #feedOne(s: wire.Stored): Promise<void> {
    const e = entryOf(s)
    const h = headOf(e)
    const before = this.state ?? new Notes(h.thread)
    if (this.pin.next > 0 && this.pin.log !== before.id) throw new Alarm("a thread's notes are others than before")
    const people = [h.acct, h.account, h.line, before.holder, before.line]
    if (!this.#log.knownAt(h.ktSize, people)) await this.#log.learn(...people)
    await this.#log.sameLog(h.ktSize, h.ktRoot)
    const { after, holds } = await this.#judge(before, e)
    if (this.pin.next === Number(after.next) && this.pin.head !== after.head) throw new Alarm("the past of a thread's notes was changed")
    if (after.begun && after.about !== this.id) throw new Alarm('notes of another thread')
    this.state = after
    if (!holds) return
    if (h.type === 'notes') return this.#epochs.begin(h, s.boxes ?? [])
    const note: NoteEvent = { index: s.index, at: s.at, acct: h.acct }
    this.notes.push(note)
    await this.#epochs.said(h, e.body, note)
  }

  async #judge(before: Notes, e: Entry): Promise<{ after: Notes; holds: boolean }> {
    try {
      return { after: (await before.apply(e, this.#log.book)).notes, holds: true }
    } catch (error) {
      const reason = reasonOf(error)
      if (reason === undefined) throw error
      if (reason === 'order') throw new Alarm("a thread's notes do not follow one another")
    }
    try {
      return { after: await before.reject(e, this.#log.book), holds: false }
    } catch (error) {
      if (error instanceof Refusal) throw new Alarm(error.message)
      throw error
    }
  }

  /** Raises the alarm where the log counts the thread's opener among its readers. */
  fits(t: ThreadState): void {
    try {
      this.state?.fits(t)
    } catch (error) {
      if (reasonOf(error) === undefined) throw error
      throw new Alarm('the notes of a thread are open to whoever opened it')
    }
  }

  /** Whether it is sealed to whoever has the thread now. A log that has not begun has nothing to follow. */
  follows(t: ThreadState): boolean {
    return !this.begun || this.state?.follows(t) === true
  }

  /** The head of an entry that says who reads from here on. */
  handing(place: Place, line: ID, holder: ID): Head {
    return newHead('notes', place, { about: this.id, line, account: holder })
  }

  /** Who reads what is written next by this person; undefined: they may not write, or not yet. */
  readersFor(t: ThreadState, acct: ID, now: bigint): Reader[] | undefined {
    const { book } = this.#log
    const state = this.state ?? new Notes(nobody)
    try {
      const credential = book.credential(acct, newest, now)
      const place = { thread: state.id, epoch: 0, index: 0n, prev: '' as Hash, time: now, acct, dev: nobody, ktSize: newest, ktRoot: '' as Hash, attest: new Uint8Array(0) }
      if (state.begun && state.follows(t)) return namesLine(credential, t.line) && state.isReader(place, book) ? [...state.roster] : undefined
      if (state.begun && this.key(state.epoch) === undefined) return undefined // no history to hand over
      return state.readersAfter(this.handing(place, t.line, t.claimer), credential, book)
    } catch (error) {
      if (reasonOf(error) === undefined) throw error
      return undefined
    }
  }
}
