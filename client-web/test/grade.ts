// How hard a text is to read, by Flesch and Kincaid, and the catalogue as a list.

/** What stands for a name or a number when a phrase is read without one. */
const sample = 'Sam'

export interface Entry {
  name: string
  texts: string[]
}

function said(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'function') return []
  const say = value as (...input: unknown[]) => unknown
  const numbers = [1, 2].map((n) => say(n, n))
  const names = /\b(c|n|s|i|a|p)\b\s*(,|\)|=>)/.test(String(value).split('=>')[0] ?? '') ? [] : [say(sample, sample)]
  return (names.length > 0 ? names : numbers).filter((x): x is string => typeof x === 'string')
}

/** Every word of a catalogue by its place in it. */
export function flat(tree: object, before = ''): Entry[] {
  return Object.entries(tree).flatMap(([name, value]): Entry[] => {
    const place = before === '' ? name : `${before}.${name}`
    return typeof value === 'object' && value !== null ? flat(value as object, place) : [{ name: place, texts: said(value).filter((t) => t !== '') }]
  })
}

function syllables(word: string): number {
  const w = word.toLowerCase().replace(/[^a-z]/g, '')
  if (w.length <= 3) return 1
  const groups = w.replace(/(?:[^laeiouy]es|[^laeiouytd]ed|[^laeiouy]e)$/, '').replace(/^y/, '').match(/[aeiouy]{1,2}/g)
  return Math.max(1, groups?.length ?? 1)
}

export function grade(text: string): number {
  const sentences = text.split(/[.!?:;…]+\s*/).filter((s) => s.trim() !== '')
  const words = text.split(/\s+/).filter((x) => /[a-z]/i.test(x))
  const count = words.reduce((sum, x) => sum + syllables(x), 0)
  return 0.39 * (words.length / sentences.length) + 11.8 * (count / words.length) - 15.59
}
