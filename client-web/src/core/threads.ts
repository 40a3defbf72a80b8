// The logs that this device looks at, threads and the notes beside them, and how
// their entries come in. Live delivery is catching up that was woken early: there
// is one way to read, from the log's own cursor.

import type { ID } from '../crypto/envelope/bytes.ts'
import type * as wire from '../wire/gen.ts'
import type { Live } from './live.ts'
import type { NoteLog, NotePin } from './notes.ts'
import { Alarm } from './problem.ts'
import type { Socket } from './socket.ts'
import type { Pin, Thread } from './thread.ts'
import { Turn } from './turn.ts'
import type { Vault } from './vault.ts'

/** Entries came ahead of those before them. The next read from the cursor brings both. */
export class Gap extends Error {}

/** A log that can be read from a cursor. */
export interface Readable<P extends Pin> {
  readonly id: ID
  readonly next: number
  readonly pin: P
  feed(entries: readonly wire.Stored[]): Promise<void>
}

/** What tells one kind of log from the other. */
export interface Kind<L, P> {
  notes: boolean
  /** Where the vault keeps how far a log was seen. */
  record: string
  make: (id: ID, pin: P | undefined) => L
}

export type Threads = Follows<Thread, Pin>
/** The notes beside threads, by the thread's id. */
export type Notebook = Follows<NoteLog, NotePin>

interface Followed<L> {
  log: L
  inbox: wire.Stored[]
  pump: Turn
  live: boolean
}

export class Follows<L extends Readable<P>, P extends Pin> {
  readonly #kind: Kind<L, P>
  readonly #live: Live
  readonly #vault: Vault
  readonly #grown: (log: L) => Promise<void>
  readonly #failed: (id: ID, error: unknown) => void
  readonly #all = new Map<ID, Promise<Followed<L>>>()

  constructor(kind: Kind<L, P>, live: Live, vault: Vault, grown: (log: L) => Promise<void>, failed: (id: ID, error: unknown) => void) {
    this.#kind = kind
    this.#live = live
    this.#vault = vault
    this.#grown = grown
    this.#failed = failed
  }

  #of(id: ID): Promise<Followed<L>> {
    let f = this.#all.get(id)
    if (f === undefined) {
      f = this.#vault.load<P>(this.#kind.record + id).then((pin) => ({ log: this.#kind.make(id, pin), inbox: [], pump: new Turn(), live: false }))
      this.#all.set(id, f)
    }
    return f
  }

  async thread(id: ID): Promise<L> {
    return (await this.#of(id)).log
  }

  /** What was pinned of a thread, whether or not it was read in this run. */
  async seen(id: ID): Promise<boolean> {
    return (await this.#of(id)).log.pin.next > 0
  }

  /** Entries that a socket brought. Verifying them never stops the socket. */
  deliver(id: ID, entries: readonly wire.Stored[]): void {
    void this.#of(id).then((f) => {
      f.inbox.push(...entries)
      if (f.live) void f.pump.take(() => this.#drain(f)).catch((error: unknown) => this.#failed(id, error))
    })
  }

  async #drain(f: Followed<L>): Promise<void> {
    if (f.inbox.length === 0) return
    try {
      await this.#feed(f)
    } catch (error) {
      if (!(error instanceof Gap)) throw error
      await this.#readUp(f, await this.#live.socket(), true)
    }
  }

  async #feed(f: Followed<L>): Promise<void> {
    const held = f.inbox.toSorted((a, b) => a.index - b.index)
    f.inbox.length = 0
    const before = f.log.pin.next
    try {
      await f.log.feed(held)
    } finally {
      if (f.log.pin.next > before) await this.#vault.save(this.#kind.record + f.log.id, f.log.pin)
      if (held.length > 0) await this.#grown(f.log)
    }
  }

  /** Asks for everything from the cursor on. What was sent must be there afterwards, without a gap. */
  async #readUp(f: Followed<L>, socket: Socket, quiet: boolean): Promise<void> {
    const answer = await socket.call({
      type: 'sync', thread: f.log.id, from: f.log.next, live: f.live, ...(quiet ? { quiet } : {}), ...(this.#kind.notes ? { notes: true } : {}),
    })
    try {
      await this.#feed(f)
    } catch (error) {
      if (!(error instanceof Gap)) throw error
    }
    if (answer.type !== 'synced' || f.log.next < answer.next) throw new Alarm(`entry ${f.log.next} of a thread is missing`)
  }

  /** Brings a thread up to date. Quietly: nobody asked for it, so it keeps no sign-in alive. */
  async sync(id: ID, quiet = false): Promise<L> {
    const f = await this.#of(id)
    await f.pump.take(async () => this.#readUp(f, await this.#live.socket(), quiet))
    if (f.log.next < f.log.pin.next) throw new Alarm('the end of a thread is missing')
    return f.log
  }

  /** Brings a thread up to date and stays on it. */
  async follow(id: ID): Promise<L> {
    const f = await this.#of(id)
    f.live = true
    return this.sync(id)
  }

  async unfollow(id: ID): Promise<void> {
    const f = await this.#of(id)
    if (!f.live) return
    f.live = false
    const socket = await this.#live.socket()
    await socket.call({ type: 'unfollow', thread: id, ...(this.#kind.notes ? { notes: true } : {}) })
  }

  /** After a new connection: whatever was followed is asked for again. */
  async again(): Promise<void> {
    for (const f of await Promise.all(this.#all.values())) {
      if (f.live) await f.pump.take(async () => this.#readUp(f, await this.#live.socket(), true)).catch((error: unknown) => this.#failed(f.log.id, error))
    }
  }
}
