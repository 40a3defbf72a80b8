// Words that are kept apart: they load with the screens that say them, and again
// when the language changes.

import type { Language } from '../state/display.ts'
import { follow, language, w } from './words.ts'

interface Apart<T> {
  /** The words in the language in use. Reading them makes a screen follow a change. */
  said: () => T
  /** Loads them, and from now on with every change of language. */
  use: () => Promise<void>
}

/** English stands in where a language does not have them, and says so. */
export function apart<T extends object>(english: () => Promise<T>, spanish: () => Promise<T>): Apart<T> {
  let current: T | undefined
  const load = async (l: Language) => {
    if (l === 'es') current = await spanish()
    else if (l === 'en') current = await english()
    else current = (await import('./part.ts')).inEnglish(await english())
  }
  return {
    said: () => {
      w()
      if (current === undefined) throw new TypeError('the words are not loaded')
      return current
    },
    use: async () => {
      if (current !== undefined) return
      follow(load)
      await load(language.value)
    },
  }
}
