// Finding by a few letters: each word as it stands, or its letters in order.
// Letters that begin words or follow each other count more.

export interface Scored<T> {
  item: T
  score: number
}

const begins = 8
const follows = 5
const whole = 40
/** The least that a letter must count on average. */
const strewn = 3

function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

function one(word: string, text: string): number | undefined {
  const straight = text.indexOf(word)
  if (straight >= 0) return whole + word.length * follows + (straight === 0 || text[straight - 1] === ' ' ? begins : 0) - straight / text.length
  let at = -1
  let sum = 0
  for (const letter of word) {
    const found = text.indexOf(letter, at + 1)
    if (found < 0) return undefined
    sum += (found === 0 || text[found - 1] === ' ' ? begins : 0) + (found === at + 1 ? follows : 0)
    at = found
  }
  // Letters strewn over a long text are an accident, not an answer.
  return sum >= word.length * strewn ? sum - text.length / 100 : undefined
}

/** How well a text answers a query; undefined when one of its words is not there. */
export function score(query: string, text: string): number | undefined {
  const t = folded(text)
  let sum = 0
  for (const word of folded(query).split(/\s+/).filter((x) => x !== '')) {
    const s = one(word, t)
    if (s === undefined) return undefined
    sum += s
  }
  return sum
}

export function best<T>(query: string, items: readonly T[], textOf: (item: T) => string, most: number): T[] {
  const found = items.flatMap((item): Scored<T>[] => {
    const s = score(query, textOf(item))
    return s === undefined ? [] : [{ item, score: s }]
  })
  return found.sort((a, b) => b.score - a.score).slice(0, most).map((f) => f.item)
}
