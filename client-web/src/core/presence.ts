// Who of a line's people is at its threads, and saying so of oneself. It is
// advice for colleagues: it ends by itself where nobody says it again.

import type { ID } from '../crypto/envelope/bytes.ts'
import * as wire from '../wire/gen.ts'
import type { Live } from './live.ts'

/** How often it is said again, and how long typing lasts after the last key, in milliseconds. */
const again = 4000
const typing = 5000

interface At {
  thread: ID
  line: ID
}

export class Presence {
  readonly #live: Live
  readonly #changed: () => void
  readonly #lines = new Map<ID, wire.AtThread[]>()
  readonly #expiry = new Map<ID, ReturnType<typeof setTimeout>>()
  #at: At | undefined
  #typed = 0
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(live: Live, changed: () => void) {
    this.#live = live
    this.#changed = changed
  }

  /** What the service tells of a line. */
  told(line: ID, people: wire.AtThread[]): void {
    this.#lines.set(line, people)
    clearTimeout(this.#expiry.get(line))
    if (people.length > 0) this.#expiry.set(line, setTimeout(() => this.told(line, []), wire.limits.presentSeconds * 1000))
    this.#changed()
  }

  /** Who is at a thread, as it was told last. */
  of(line: ID, thread: ID): wire.AtThread[] {
    return (this.#lines.get(line) ?? []).filter((p) => p.thread === thread)
  }

  /** This person is at a thread now, or at none. */
  at(at: At | undefined): void {
    const before = this.#at
    if (before?.thread === at?.thread) return
    this.#at = at
    this.#typed = 0
    clearInterval(this.#timer)
    if (before !== undefined && before.line !== at?.line) this.#say({ line: before.line })
    if (at === undefined) return
    this.#repeat()
    this.#timer = setInterval(() => this.#repeat(), again)
  }

  /** This person types in a thread. */
  writing(thread: ID): void {
    if (this.#at?.thread !== thread) return
    const was = Date.now() - this.#typed < typing
    this.#typed = Date.now()
    if (!was) this.#repeat()
  }

  #repeat(): void {
    if (this.#at !== undefined) this.#say({ ...this.#at, writing: Date.now() - this.#typed < typing })
  }

  #say(f: { line: ID; thread?: ID; writing?: boolean }): void {
    if (this.#live.state !== 'online') return
    // What is not heard is said again in a moment.
    void this.#live.socket().then((s) => s.call({ type: 'doing', line: f.line, writing: f.writing === true, ...(f.thread === undefined ? {} : { thread: f.thread }) })).catch(() => undefined)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#at = undefined
  }
}
