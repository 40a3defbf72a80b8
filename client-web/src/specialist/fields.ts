// The rules of saved replies: when the list opens, what is inserted, and what must
// still be filled in.

const field = /\{[^{}\n]{1,60}\}/g

/** What stands after a slash that begins the line up to the cursor. */
export function slashAt(text: string, caret: number): { from: number; query: string } | undefined {
  const from = text.lastIndexOf('\n', caret - 1) + 1
  const line = text.slice(from, caret)
  return /^\/[^/\s]?[^/\n]{0,40}$/.test(line) ? { from, query: line.slice(1).trim() } : undefined
}

export function titleOf(reply: string): string {
  return reply.split('\n')[0]?.trim() ?? ''
}

/** The words without the title, where there are any besides it. */
export function wordsOf(reply: string): string {
  const at = reply.indexOf('\n')
  return at < 0 ? reply.trim() : reply.slice(at + 1).trim()
}

export function fieldsIn(text: string): { from: number; to: number; text: string }[] {
  return [...text.matchAll(field)].map((m) => ({ from: m.index, to: m.index + m[0].length, text: m[0] }))
}

/** The next field after the cursor, or the one before it; undefined: Tab goes on as ever. */
export function fieldFrom(text: string, from: number, to: number, back: boolean): { from: number; to: number } | undefined {
  const all = fieldsIn(text)
  return back ? all.findLast((f) => f.to <= from) : all.find((f) => f.from >= to)
}

/** Puts a reply in place of the slash and what follows it. */
export function insert(text: string, from: number, caret: number, words: string): { text: string; from: number; to: number } {
  const out = text.slice(0, from) + words + text.slice(caret)
  const first = fieldsIn(words)[0]
  const end = from + words.length
  return { text: out, from: first === undefined ? end : from + first.from, to: first === undefined ? end : from + first.to }
}
