// The measures of a report in words, the same for the chart, the table and the file.

import type { Numbers, Portion } from '../link/desk.ts'
import { b } from '../words/board.ts'
import { spanWords } from './due.ts'

export interface Measure {
  name: string
  text: (x: Numbers) => string
}

/** Without a whole there is no share, which is not a share of nothing. */
export function shareWords(p: Portion): string {
  return p.whole === 0 ? '–' : `${Math.round((100 * p.part) / p.whole)}%`
}

const length = (ms: number) => (ms === 0 ? '–' : spanWords(ms))
const count = (k: 'arrived' | 'answered' | 'closed' | 'reopened' | 'abandoned'): Measure => ({ name: k, text: (x) => String(x[k]) })

export const measures: readonly Measure[] = [
  count('arrived'), count('answered'), count('closed'), { name: 'service_level', text: (x) => shareWords(x.service_level) }, { name: 'median_speed', text: (x) => length(x.median_speed) }, { name: 'average_speed', text: (x) => length(x.average_speed) },
  { name: 'handle', text: (x) => length(x.handle) }, { name: 'occupancy', text: (x) => shareWords(x.occupancy) }, { name: 'first_contact', text: (x) => shareWords(x.first_contact) }, count('reopened'), count('abandoned'), { name: 'calls', text: (x) => `${x.calls.reached}/${x.calls.asked}` },
]

export function measureName(name: string): string {
  return b().measures[name] ?? name
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A table as a file for spreadsheets; the mark in front tells them how letters are written. */
export function tableFile(rows: readonly (readonly string[])[]): string {
  return `\uFEFF${rows.map((r) => r.map(cell).join(',')).join('\r\n')}\r\n`
}

const keepFor = 60_000

/** Hands a text to the browser's own downloads. */
export function saveFile(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), keepFor)
}
