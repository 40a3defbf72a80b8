// What can go wrong, in words for people.

import { reasonOf } from '../crypto/envelope/refusal.ts'
import type { Problem } from '../link/calls.ts'
import { errors, type Code, type Problem as WireProblem } from '../wire/gen.ts'

/** A refusal by the service, or by this device in the service's words. */
export class Refused extends Error {
  readonly problem: WireProblem
  /** With code conflict: where the thread stands. */
  readonly next: number | undefined

  constructor(problem: WireProblem, next?: number) {
    super(`${problem.text} ${problem.hint}`)
    this.name = 'Refused'
    this.problem = problem
    this.next = next
  }
}

/** The service cannot be reached, or does not answer like itself. */
export class Offline extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'Offline'
  }
}

/** The service showed something that an honest one does not show. Nothing is sent after it. */
export class Alarm extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'Alarm'
  }
}

/** An act that makes no sense any more, such as claiming what somebody else has taken. */
export class Moot extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'Moot'
  }
}

/** Something changed in the own account that nobody here has confirmed. */
export class WasThisYou extends Error {
  constructor() {
    super('something changed in your account that was not done here')
    this.name = 'WasThisYou'
  }
}

export function refusedFor(code: Code): Refused {
  const { text, hint } = errors[code]
  return new Refused({ code, text, hint })
}

export function isCode(error: unknown, code: Code): boolean {
  return error instanceof Refused && error.problem.code === code
}

/** Whatever the cryptography refuses about what the service showed raises the alarm. */
export async function alarming<T>(act: () => Promise<T> | T): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === undefined) throw error
    throw new Alarm(error instanceof Error ? error.message : reason)
  }
}

/** How an error is told to a person. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Refused) {
    const { code, text, hint, number } = error.problem
    return number === undefined ? { code, text, hint } : { code, text, hint, number }
  }
  if (error instanceof Offline) {
    return { code: 'offline', text: 'The service cannot be reached.', hint: 'What you wrote is kept on this device and goes out when you are back.' }
  }
  if (error instanceof Alarm) {
    return {
      code: 'alarm', text: 'The service showed something that does not fit what it showed before. Nothing is sent any more.',
      hint: 'Do not write about consumers here. Call your registrar.',
    }
  }
  if (error instanceof WasThisYou) {
    return { code: 'was-this-you', text: 'Something changed in your account that was not done here. Nothing was sent.', hint: 'Look at the change and say whether it was you.' }
  }
  if (error instanceof Moot) return { code: 'moot', text: 'This is no longer possible. Nothing was changed.', hint: 'Look at the conversation again.' }
  const reason = reasonOf(error)
  if (reason?.startsWith('code-') === true) {
    return { code: reason, text: 'This code is not complete, or a character is wrong.', hint: 'Compare it with your paper and type it again.' }
  }
  return {
    code: 'unexpected', text: 'This device met something that it did not expect. Nothing you wrote is lost.',
    hint: 'Reload the page. If it happens again, tell the help desk what you did.',
  }
}
