// A thread as this device has verified it: every entry checked in order, opened
// where it can be, and the reason given where it cannot.

import { Thread as ThreadState } from '../crypto/chain/thread.ts'
import { nobody, type Bytes, type Hash, type ID } from '../crypto/envelope/bytes.ts'
import { decodeHead, flagIdentifiers, startsEpoch, type Entry, type EntryType, type Head } from '../crypto/envelope/entry.ts'
import { decodeKeys, type Keys } from '../crypto/envelope/keys.ts'
import { Refusal, reasonOf } from '../crypto/envelope/refusal.ts'
import { openMessage } from '../crypto/seal/message.ts'
import { previous } from '../crypto/seal/keys.ts'
import type { Secret } from '../crypto/seal/secret.ts'
import { readStepUp } from '../crypto/seal/stepup.ts'
import type * as wire from '../wire/gen.ts'
import { readContent, type Content } from './content.ts'
import type { Log } from './log.ts'
import { Alarm } from './problem.ts'
import type { Secrets } from './secrets.ts'
import { Turn } from './turn.ts'

/** Why a message's words are not here. */
export type Unread = 'removed' | 'before' | 'broken'

/** One entry as it was verified. */
export interface Event {
  index: number
  /** When the service stored it, Unix milliseconds. */
  at: number
  type: EntryType
  acct: ID
  content?: Content
  unread?: Unread
  /** Why the entry has no effect. */
  refused?: string
  /** ack: last index read; confirm: the question. */
  upTo?: number
  /** When a second factor was given for it, Unix milliseconds. */
  factorAt?: number
  /** A second factor was claimed and does not hold. */
  unproven: boolean
  identifiers: boolean
  /** transfer-offer, transfer: the successor. */
  account?: ID
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

/** Entries came ahead of those before them. The next read from the cursor brings both. */
export class Gap extends Error {}

interface Sealed {
  head: Head
  body: Bytes
  event: Event
}

export class Thread {
  readonly id: ID
  state: ThreadState
  readonly events: Event[] = []
  pin: Pin
  readonly #log: Log
  readonly #secrets: Secrets
  readonly #turn = new Turn()
  readonly #keys = new Map<number, Secret>()
  readonly #statements = new Map<number, Keys>()
  readonly #sealed: Sealed[] = []

  constructor(id: ID, log: Log, secrets: Secrets, pin: Pin | undefined) {
    this.id = id
    this.state = new ThreadState(id)
    this.#log = log
    this.#secrets = secrets
    this.pin = pin ?? { next: 0, head: '' as Hash }
  }

  get next(): number {
    return Number(this.state.next)
  }

  /** The key of an epoch, if this device has it. */
  key(epoch: number): Secret | undefined {
    return this.#keys.get(epoch)
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
    const e: Entry = { head: s.entry.head as Bytes, sig: s.entry.sig as Bytes, body: (s.entry.body ?? new Uint8Array(0)) as Bytes }
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
      const k = decodeKeys('epoch', h.keys)
      this.#statements.set(h.epoch, k)
      const s = await this.#secrets.openEpoch(k, boxes)
      if (s !== undefined) {
        this.#keys.set(h.epoch, s)
        await this.#handedOver(h.epoch)
        for (const m of this.#sealed) if (m.event.unread === 'before') await this.#read(m)
      }
      event.roster = this.state.roster
    }
    if (h.type === 'ack' || h.type === 'confirm') event.upTo = Number(h.upTo)
    if (h.type === 'transfer' || h.type === 'transfer-offer') event.account = h.account
    if (h.type !== 'msg') return
    const sealed = { head: h, body: e.body, event }
    this.#sealed.push(sealed)
    await this.#read(sealed)
  }

  /** Opens older epochs from newer ones, as far as history was handed over. */
  async #handedOver(epoch: number): Promise<void> {
    for (let e = epoch; e > 0; e--) {
      if (this.#keys.has(e - 1)) continue
      const newer = this.#statements.get(e)
      const key = this.#keys.get(e)
      const older = this.#statements.get(e - 1)
      if (newer === undefined || key === undefined || older === undefined) return
      try {
        this.#keys.set(e - 1, await previous(newer, key, older))
      } catch (error) {
        if (reasonOf(error) === undefined) throw error
        return
      }
    }
  }

  async #read({ head, body, event }: Sealed): Promise<void> {
    delete event.unread
    if (body.length === 0) return void (event.unread = 'removed')
    const key = this.#keys.get(head.epoch)
    if (key === undefined) return void (event.unread = 'before')
    try {
      const content = readContent(await openMessage(key, head, body))
      if (content === undefined) event.unread = 'broken'
      else event.content = content
    } catch (error) {
      if (reasonOf(error) === undefined) throw error
      event.unread = 'broken'
    }
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

function headOf(e: Entry): Head {
  try {
    return decodeHead(e.head)
  } catch (error) {
    throw new Alarm(error instanceof Error ? error.message : 'an entry that cannot be read')
  }
}
