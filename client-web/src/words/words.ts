// The language in use. English stands in for what a language does not have yet.

import { signal } from '@preact/signals'
import type { Language } from '../state/display.ts'
import type { Words } from './en.ts'
import { rules as all } from './rules.ts'

type Loose<T> = T extends (...a: infer A) => string ? (...a: A) => string : T extends string ? string : { [K in keyof T]?: Loose<T[K]> }
/** A language that has only a part of the catalogue. */
export type Part = Loose<Words>

export interface Catalogue {
  words: Words
  /** Whether all of it is in the language. */
  whole: boolean
}

let current: Words | undefined
const turn = signal(0)
export const language = signal<Language>('en')

/** The words of the language in use. Reading them makes a screen follow a change. */
export function w(): Words {
  void turn.value
  if (current === undefined) throw new TypeError('no language is loaded')
  return current
}

export function r() {
  return all[language.value]
}

async function load(l: Language): Promise<Words> {
  const { words: english } = await import('./en.ts')
  if (l === 'en') return english
  if (l === 'es') return (await import('./es.ts')).words
  const [{ merge }, { words }] = await Promise.all([import('./part.ts'), l === 'so' ? import('./so.ts') : import('./hmn.ts')])
  return merge(words, english, l)
}

let followers: ((l: Language) => Promise<void>)[] = []

/** Words that are kept apart come with the next change of language, too. */
export function follow(load: (l: Language) => Promise<void>): void {
  followers = [...followers, load]
}

export async function use(l: Language): Promise<void> {
  const loaded = await load(l)
  for (const f of followers) await f(l)
  current = loaded
  language.value = l
  turn.value++
  document.documentElement.lang = l
}
