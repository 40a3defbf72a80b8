// A failed call in the language in use.

import type { Problem } from '../link/calls.ts'
import { w } from '../words/words.ts'
import { problemOf } from './link.ts'

export interface Told {
  text: string
  hint: string
  number: string | undefined
  code: string
}

export function told(error: unknown): Told {
  return toldOf(problemOf(error))
}

/** Why something was refused that was put into the outbox before. */
export function toldOf(p: Problem): Told {
  const words = w()
  const own = words.problems[p.code]
  const text = own?.text ?? p.text
  return {
    code: p.code, text: text === '' ? words.errors.unexpected : text, hint: text === '' ? words.errors.unexpectedHint : own?.hint ?? p.hint,
    number: p.number === undefined ? undefined : words.errors.number(p.number),
  }
}

/** In one line, for a place that has only one. */
export function sentence(error: unknown): string {
  return inLine(told(error))
}

/** Why what was written in a thread did not go out. */
export function unsent(p: Problem): string {
  return p.code === 'not_found' ? w().compose.left : inLine(toldOf(p))
}

function inLine(t: Told): string {
  return [t.text, t.hint, t.number].filter((x) => x !== undefined && x !== '').join(' ')
}
