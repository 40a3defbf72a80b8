// The threads that this device looks at, and how their entries come in. Live
// delivery is catching up that was woken early: there is one way to read, from
// the thread's own cursor.

import type { ID } from '../crypto/envelope/bytes.ts'
import type * as wire from '../wire/gen.ts'
import type { Live } from './live.ts'
import type { Log } from './log.ts'
import { Alarm } from './problem.ts'
import type { Secrets } from './secrets.ts'
import type { Socket } from './socket.ts'
import { Gap, Thread, type Pin } from './thread.ts'
import { Turn } from './turn.ts'
import type { Vault } from './vault.ts'

const pinName = (id: ID) => `pin/${id}`

interface Followed {
  thread: Thread
  inbox: wire.Stored[]
  pump: Turn
  live: boolean
}

export class Threads {
  readonly #log: Log
  readonly #secrets: Secrets
  readonly #live: Live
  readonly #vault: Vault
  readonly #grown: (thread: Thread) => Promise<void>
  readonly #failed: (id: ID, error: unknown) => void
  readonly #all = new Map<ID, Promise<Followed>>()

  constructor(log: Log, secrets: Secrets, live: Live, vault: Vault, grown: (thread: Thread) => Promise<void>, failed: (id: ID, error: unknown) => void) {
    this.#log = log
    this.#secrets = secrets
    this.#live = live
    this.#vault = vault
    this.#grown = grown
    this.#failed = failed
  }

  #of(id: ID): Promise<Followed> {
    let f = this.#all.get(id)
    if (f === undefined) {
      f = this.#vault.load<Pin>(pinName(id)).then((pin) => ({
        thread: new Thread(id, this.#log, this.#secrets, pin), inbox: [], pump: new Turn(), live: false,
      }))
      this.#all.set(id, f)
    }
    return f
  }

  async thread(id: ID): Promise<Thread> {
    return (await this.#of(id)).thread
  }

  /** What was pinned of a thread, whether or not it was read in this run. */
  async seen(id: ID): Promise<boolean> {
    return (await this.#of(id)).thread.pin.next > 0
  }

  /** Entries that a socket brought. Verifying them never stops the socket. */
  deliver(id: ID, entries: readonly wire.Stored[]): void {
    void this.#of(id).then((f) => {
      f.inbox.push(...entries)
      if (f.live) void f.pump.take(() => this.#drain(f)).catch((error: unknown) => this.#failed(id, error))
    })
  }

  async #drain(f: Followed): Promise<void> {
    if (f.inbox.length === 0) return
    try {
      await this.#feed(f)
    } catch (error) {
      if (!(error instanceof Gap)) throw error
      await this.#readUp(f, await this.#live.socket(), true)
    }
  }

  async #feed(f: Followed): Promise<void> {
    const held = f.inbox.toSorted((a, b) => a.index - b.index)
    f.inbox.length = 0
    const before = f.thread.pin.next
    try {
      await f.thread.feed(held)
    } finally {
      if (f.thread.pin.next > before) await this.#vault.save(pinName(f.thread.id), f.thread.pin)
      if (held.length > 0) await this.#grown(f.thread)
    }
  }

  /** Asks for everything from the cursor on. What was sent must be there afterwards, without a gap. */
  async #readUp(f: Followed, socket: Socket, quiet: boolean): Promise<void> {
    const answer = await socket.call({ type: 'sync', thread: f.thread.id, from: f.thread.next, live: f.live, ...(quiet ? { quiet } : {}) })
    try {
      await this.#feed(f)
    } catch (error) {
      if (!(error instanceof Gap)) throw error
    }
    if (answer.type !== 'synced' || f.thread.next < answer.next) throw new Alarm(`entry ${f.thread.next} of a thread is missing`)
  }

  /** Brings a thread up to date. Quietly: nobody asked for it, so it keeps no sign-in alive. */
  async sync(id: ID, quiet = false): Promise<Thread> {
    const f = await this.#of(id)
    await f.pump.take(async () => this.#readUp(f, await this.#live.socket(), quiet))
    if (f.thread.next < f.thread.pin.next) throw new Alarm('the end of a thread is missing')
    return f.thread
  }

  /** Brings a thread up to date and stays on it. */
  async follow(id: ID): Promise<Thread> {
    const f = await this.#of(id)
    f.live = true
    return this.sync(id)
  }

  async unfollow(id: ID): Promise<void> {
    const f = await this.#of(id)
    if (!f.live) return
    f.live = false
    const socket = await this.#live.socket()
    await socket.call({ type: 'unfollow', thread: id })
  }

  /** After a new connection: whatever was followed is asked for again. */
  async again(): Promise<void> {
    for (const f of await Promise.all(this.#all.values())) {
      if (f.live) await f.pump.take(async () => this.#readUp(f, await this.#live.socket(), true)).catch((error: unknown) => this.#failed(f.thread.id, error))
    }
  }
}
