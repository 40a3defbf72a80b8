// Signatures are checked by the platform, which answers later; rules are
// checked at once. So a rule that needs a signature leaves it here, the rules
// behind it run on, and nothing of their result is used until all is settled.
// What is refused is what comes first in order, as if each had been waited for.

import type { Bytes } from '../envelope/bytes.ts'
import { refuse } from '../envelope/refusal.ts'
import { sigInput, type SigType, type Verify } from '../key/verify.ts'

export class Checks {
  readonly #waiting: { key: Verify; type: SigType; message: Bytes; sig: Bytes }[] = []

  /** Demands that sig is a signature of this type over the statement. */
  signature(key: Verify, type: SigType, statement: Bytes, sig: Bytes): void {
    this.#waiting.push({ key, type, message: sigInput(type, statement), sig })
  }

  /** Waits for all signatures and refuses the first that does not fit. */
  async settle(): Promise<void> {
    const holds = await Promise.all(this.#waiting.map((w) => w.key.verifies(w.message, w.sig)))
    const wrong = this.#waiting[holds.indexOf(false)]
    if (wrong !== undefined) refuse('signature')
  }
}

/** Runs rules and settles the signatures that they leave. */
export async function settled<T>(rules: (checks: Checks) => T): Promise<T> {
  const checks = new Checks()
  let out: T
  try {
    out = rules(checks)
  } catch (error) {
    await checks.settle() // a wrong signature before this refusal is the reason
    throw error
  }
  await checks.settle()
  return out
}
