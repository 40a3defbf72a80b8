// The words of those who look after people: loaded with their screens, and again
// when the language changes.

import type { Language } from '../state/display.ts'
import type { OfficeWords } from './en-office.ts'
import { follow, language, w } from './words.ts'

let current: OfficeWords | undefined

/** The office's words in the language in use. Reading them makes a screen follow a change. */
export function o(): OfficeWords {
  w()
  if (current === undefined) throw new TypeError('the words are not loaded')
  return current
}

async function load(l: Language): Promise<void> {
  const { office: english } = await import('./en-office.ts')
  if (l === 'es') current = (await import('./es-office.ts')).office
  else if (l === 'en') current = english
  else current = (await import('./part.ts')).inEnglish(english)
}

/** Loads them, and from now on with every change of language. */
export async function useOffice(): Promise<void> {
  if (current !== undefined) return
  follow(load)
  await load(language.value)
}
