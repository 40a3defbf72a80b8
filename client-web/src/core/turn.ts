// One at a time: acts that must not overlap take turns, in the order in which
// they came. An act that fails does not stop the next.

export class Turn {
  #last: Promise<unknown> = Promise.resolve()

  take<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(act, act)
    this.#last = mine.catch(() => undefined)
    return mine
  }
}
