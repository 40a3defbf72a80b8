// A thread as this device has verified it: every entry checked in order, opened
// where it can be, and the reason given where it cannot.

import { Thread as ThreadState } from '../crypto/chain/thread.ts'
import { nobody, type Bytes, type Hash, type ID } from '../crypto/envelope/bytes.ts'
import { decodeHead, flagIdentifiers, outcomes, startsEpoch, type Entry, type EntryType, type Head, type Outcome } from '../crypto/envelope/entry.ts'
import { Refusal, reasonOf } from '../crypto/envelope/refusal.ts'
import type { Secret } from '../crypto/seal/secret.ts'
import { readStepUp } from '../crypto/seal/stepup.ts'
import type * as wire from '../wire/gen.ts'
import { Epochs, type Words } from './epochs.ts'
import type { Log } from './log.ts'
import { Alarm } from './problem.ts'
import type { Secrets } from './secrets.ts'
import { Gap, type Readable } from './threads.ts'
import { Turn } from './turn.ts'

/** One entry as it was verified. */
export interface Event extends Words {
  index: number
  /** When the service stored it, Unix milliseconds. */
  at: number
  type: EntryType
  acct: ID
  /** Why the entry has no effect. */
  refused?: string
  /** ack: last index read; confirm: the question. */
  upTo?: number
  /** When a second factor was given for it, Unix milliseconds. */
  factorAt?: number
  /** A second factor was claimed and does not hold. */
  unproven: boolean
  identifiers: boolean
  /** close: how it ended. */
  outcome?: Outcome
  /** transfer-offer, transfer: the successor; outreach: the assister. */
  account?: ID
  /** reveal: the card that was opened. */
  card?: ID
  /** The broker for whom support staff wrote it. */
  onBehalf?: ID
  /** Who can read from here on, where that changed. */
  roster?: ThreadState['roster']
}

/** How far a thread was seen: the service may not show less later. */
export interface Pin {
  next: number
  head: Hash
}

export class Thread implements Readable<Pin> {
  readonly id: ID
  state: ThreadState
  readonly events: Event[] = []
  pin: Pin
  readonly #log: Log
  readonly #turn = new Turn()
  readonly #epochs: Epochs

  constructor(id: ID, log: Log, secrets: Secrets, pin: Pin | undefined) {
    this.id = id
    this.state = new ThreadState(id)
    this.#log = log
    this.#epochs = new Epochs(secrets, ['text'])
    this.pin = pin ?? { next: 0, head: '' as Hash }
  }

  get next(): number {
    return Number(this.state.next)
  }

  /** The key of an epoch, if this device has it. */
  key(epoch: number): Secret | undefined {
    return this.#epochs.key(epoch)
  }

  /**
   * Verifies entries in order and opens what can be opened. Entries already seen
   * are skipped; a rewritten past raises the alarm.
   */
  feed(entries: readonly wire.Stored[]): Promise<void> {
    return this.#turn.take(async () => {
      for (const s of entries) {
        if (s.index < this.next) continue
        if (s.index > this.next) throw new Gap('entries are missing in between')
        await this.#feedOne(s)
      }
      if (this.next > this.pin.next) this.pin = { next: this.next, head: this.state.head }
    })
  }

  async #feedOne(s: wire.Stored): Promise<void> {
    const e = entryOf(s)
    const h = headOf(e)
    await this.#catchUp(h)
    const event: Event = { index: s.index, at: s.at, type: h.type, acct: h.acct, unproven: false, identifiers: false }
    const after = await this.#judge(e, event)
    if (this.pin.next === Number(after.next) && this.pin.head !== after.head) throw new Alarm("a thread's past was changed")
    this.state = after
    this.events.push(event)
    if (event.refused !== undefined) return
    await this.#open(h, e, s.boxes ?? [], event)
    await this.#identify(h, event)
  }

  async #judge(e: Entry, event: Event): Promise<ThreadState> {
    try {
      return (await this.state.apply(e, this.#log.book)).thread
    } catch (error) {
      const reason = reasonOf(error)
      if (reason === undefined) throw error
      if (reason === 'order') throw new Alarm("a thread's entries do not follow one another")
      event.refused = reason
      try {
        return await this.state.reject(e, this.#log.book)
      } catch (second) {
        if (second instanceof Refusal) throw new Alarm(second.message)
        throw second
      }
    }
  }

  /**
   * Makes sure that the view is at least as new as the one the entry was made
   * under, that both are views of one log, and that the people are known.
   */
  async #catchUp(h: Head): Promise<void> {
    // The people of the thread as they were when the entry was made: their devices
    // and keys stand in their own chains, which nobody tells us of.
    const people = [h.acct, h.account, h.line, h.broker, this.state.opener, this.state.claimer, this.state.line]
    if (!this.#log.knownAt(h.ktSize, people)) await this.#log.learn(...people)
    await this.#log.sameLog(h.ktSize, h.ktRoot)
  }

  /** Opens what an accepted entry lets us open, and says why where it cannot. */
  async #open(h: Head, e: Entry, boxes: readonly wire.Box[], event: Event): Promise<void> {
    if (startsEpoch(h.type)) {
      await this.#epochs.begin(h, boxes)
      event.roster = this.state.roster
    }
    if (h.type === 'ack' || h.type === 'confirm') event.upTo = Number(h.upTo)
    if (h.type === 'reveal') event.card = h.card
    if (h.type === 'transfer' || h.type === 'transfer-offer' || h.type === 'outreach') event.account = h.account
    if (h.type === 'close') event.outcome = outcomes[h.outcome] ?? 'none'
    if (h.type === 'msg') await this.#epochs.said(h, e.body, event)
  }

  /** What an entry shows about the person who made it. */
  async #identify(h: Head, event: Event): Promise<void> {
    event.identifiers = h.type === 'msg' && (h.flags & flagIdentifiers) !== 0
    if (this.state.broker !== nobody && h.acct === this.state.opener) event.onBehalf = this.state.broker
    if (h.attest.length === 0) return
    const policy = this.#log.book.agency.policy(h.ktSize)
    try {
      if (policy === undefined) throw new Refusal('step-up') // the agency had no policy
      const factor = await readStepUp(policy.stepUpKey, h, `append ${h.type}`)
      event.factorAt = Number(factor.auth_time) * 1000
    } catch (error) {
      if (reasonOf(error) === undefined) throw error
      event.unproven = true
    }
  }
}

export function entryOf(s: wire.Stored): Entry {
  return { head: s.entry.head as Bytes, sig: s.entry.sig as Bytes, body: (s.entry.body ?? new Uint8Array(0)) as Bytes }
}

export function headOf(e: Entry): Head {
  try {
    return decodeHead(e.head)
  } catch (error) {
    throw new Alarm(error instanceof Error ? error.message : 'an entry that cannot be read')
  }
}
