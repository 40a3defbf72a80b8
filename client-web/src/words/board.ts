// The words of a line's numbers: loaded with that page alone, and again when the
// language changes.

import type { Language } from '../state/display.ts'
import type { BoardWords } from './en-board.ts'
import { follow, language, w } from './words.ts'

let current: BoardWords | undefined

/** The words of the board in the language in use. Reading them makes a screen follow a change. */
export function b(): BoardWords {
  w()
  if (current === undefined) throw new TypeError('the words are not loaded')
  return current
}

async function load(l: Language): Promise<void> {
  const { board: english } = await import('./en-board.ts')
  if (l === 'es') current = (await import('./es-board.ts')).board
  else if (l === 'en') current = english
  else current = (await import('./part.ts')).inEnglish(english)
}

/** Loads them, and from now on with every change of language. */
export async function useBoard(): Promise<void> {
  if (current !== undefined) return
  follow(load)
  await load(language.value)
}
