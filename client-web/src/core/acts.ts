// What its person did to threads and can still take back, and how it ended. What
// has not ended yet is read from the outbox; the rest is kept until it is seen.

import type { Problem } from '../link/calls.ts'
import type { Act } from '../link/facts.ts'
import type { Item, Outbox } from './outbox.ts'
import type { ID } from '../crypto/envelope/bytes.ts'

export class Acts {
  readonly #outbox: () => Outbox
  readonly #name: (account: ID) => string
  readonly #subject: (thread: ID) => string | undefined
  readonly #changed: () => void
  readonly #ended = new Map<ID, Act>()

  constructor(outbox: () => Outbox, name: (account: ID) => string, subject: (thread: ID) => string | undefined, changed: () => void) {
    this.#outbox = outbox
    this.#name = name
    this.#subject = subject
    this.#changed = changed
  }

  all(): Act[] {
    const now = Date.now()
    const going = this.#outbox().all().flatMap((i) => {
      const held = i.leaves !== undefined && i.leaves > now
      return this.#act(i, held ? 'held' : 'sending')
    })
    return [...this.#ended.values(), ...going]
  }

  /** An act was done or refused, with what belonged to it. */
  ended(item: Item, problem: Problem | undefined, dropped: readonly Item[]): void {
    const main = problem === undefined ? item : (dropped.find((i) => i.does !== undefined) ?? item)
    for (const act of this.#act(main, problem === undefined ? 'done' : 'failed')) {
      this.#ended.set(act.key as ID, { ...act, ...(problem === undefined ? {} : { problem }) })
    }
    this.#changed()
  }

  dismiss(key: string): void {
    this.#ended.delete(key as ID)
    this.#changed()
  }

  #act(i: Item, state: Act['state']): Act[] {
    if (i.does === undefined) return []
    const subject = this.#subject(i.thread)
    return [{
      key: i.group ?? i.id, what: i.does.what, thread: i.thread, state, ...(subject === undefined ? {} : { subject }),
      ...(i.does.to === undefined ? {} : { to: this.#name(i.does.to) }), ...(i.leaves === undefined ? {} : { leaves: i.leaves }),
    }]
  }
}
