// The words of those who answer: loaded with their workspace, and again when the
// language changes.

import type { Language } from '../state/display.ts'
import type { StaffWords } from './en-staff.ts'
import { follow, language, w } from './words.ts'

let current: StaffWords | undefined

/** The desk's words in the language in use. Reading them makes a screen follow a change. */
export function d(): StaffWords {
  w()
  if (current === undefined) throw new TypeError('the words are not loaded')
  return current
}

async function load(l: Language): Promise<void> {
  const { staff: english } = await import('./en-staff.ts')
  if (l === 'es') current = (await import('./es-staff.ts')).staff
  else if (l === 'en') current = english
  else current = (await import('./part.ts')).inEnglish(english)
}

/** Loads them, and from now on with every change of language. */
export async function useStaff(): Promise<void> {
  if (current !== undefined) return
  follow(load)
  await load(language.value)
}
