// Tables as files. A cell that a spreadsheet would take for a formula is told to
// be text: names and roles come from files that somebody else wrote.

const formula = /^[=+\-@\t\r]/
const keepFor = 60_000

function cell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A file with a byte-order mark, which spreadsheets need to read letters with accents. */
export function csv(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return `\uFEFF${[head, ...rows].map((r) => r.map(cell).join(',')).join('\r\n')}\r\n`
}

/** Hands a text to the browser's own downloads. */
export function save(text: string, name: string, kind = 'text/csv'): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${kind};charset=utf-8` }))
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), keepFor)
}

/** SHA-256 of a text as it is saved, in hex digits. */
export async function checksum(text: string): Promise<string> {
  const sum = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(sum)].map((b) => b.toString(16).padStart(2, '0')).join('')
}

/** A name for a file that says when it was made: arcline-people-2026-11-24.csv. */
export function fileName(what: string, ending: string): string {
  return `arcline-${what}-${new Date().toISOString().slice(0, 10)}.${ending}`
}
