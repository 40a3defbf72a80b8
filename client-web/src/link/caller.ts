// Calls across a port: each has a number, and its answer comes back under it.

import type { Asked, Problem } from './calls.ts'
import type { Answer, Port } from './message.ts'

/** A call that failed, with its reason in words. */
export class Failure extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.text} ${problem.hint}`)
    this.name = 'Failure'
    this.problem = problem
  }
}

interface Wait {
  good: (value: unknown) => void
  bad: (error: Failure) => void
}

export class Caller<T> {
  readonly #port: Port
  readonly #waits = new Map<number, Wait>()
  #next = 0
  readonly calls: Asked<T>

  constructor(port: Port) {
    this.#port = port
    const target: Record<string, unknown> = {}
    this.calls = new Proxy(target, { get: (_, name) => (...input: unknown[]) => this.#call(String(name), input) }) as Asked<T>
  }

  #call(name: string, input: unknown[]): Promise<unknown> {
    return new Promise((good, bad) => {
      const call = ++this.#next
      this.#waits.set(call, { good, bad })
      this.#port.postMessage({ call, name, input })
    })
  }

  take(a: Answer): void {
    const wait = this.#waits.get(a.answer)
    this.#waits.delete(a.answer)
    if (a.problem !== undefined) wait?.bad(new Failure(a.problem))
    else wait?.good(a.value)
  }
}
