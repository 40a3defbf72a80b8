// Finding by a few letters: all of them, in order, wherever they stand. Letters
// that begin words or follow each other count more.

export interface Scored<T> {
  item: T
  score: number
}

const begins = 8
const follows = 5
const whole = 40

function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/** How well a text answers a query; undefined when a letter is missing. */
export function score(query: string, text: string): number | undefined {
  const q = folded(query).replace(/\s+/g, ' ').trim()
  const t = folded(text)
  if (q === '') return 0
  const straight = t.indexOf(q)
  if (straight >= 0) return whole + q.length * follows + (straight === 0 || t[straight - 1] === ' ' ? begins : 0) - straight / t.length
  let at = -1
  let sum = 0
  for (const letter of q.replaceAll(' ', '')) {
    const found = t.indexOf(letter, at + 1)
    if (found < 0) return undefined
    sum += (found === 0 || t[found - 1] === ' ' ? begins : 0) + (found === at + 1 ? follows : 0)
    at = found
  }
  // Letters strewn over a long text are an accident, not an answer.
  return sum >= q.length * 2 ? sum - t.length / 100 : undefined
}

export function best<T>(query: string, items: readonly T[], textOf: (item: T) => string, most: number): T[] {
  const found = items.flatMap((item): Scored<T>[] => {
    const s = score(query, textOf(item))
    return s === undefined ? [] : [{ item, score: s }]
  })
  return found.sort((a, b) => b.score - a.score).slice(0, most).map((f) => f.item)
}
