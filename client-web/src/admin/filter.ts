// Which rows of the log somebody looks for.

import type { LogRow, LogWhat } from '../link/office.ts'

export type LogGroup = 'certificate' | 'account' | 'line' | 'agency' | 'service'
export const logGroups: readonly LogGroup[] = ['certificate', 'account', 'line', 'agency', 'service']

export interface LogFilter {
  /** Part of a name. */
  person: string
  group: LogGroup | 'all'
  /** Days as a date field gives them, such as 2026-11-24; empty: any. */
  from: string
  to: string
}

export function groupOf(what: LogWhat): LogGroup {
  if (what.startsWith('agency/credential')) return 'certificate'
  if (what.startsWith('account/')) return 'account'
  if (what.startsWith('line/')) return 'line'
  return what.startsWith('agency/') ? 'agency' : 'service'
}

/** The beginning of a day, or of the day after it, by this device's calendar; undefined where none is named. */
function dayStart(day: string, after = 0): number | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  return found === null ? undefined : new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]) + after).getTime()
}

export function matching(rows: readonly LogRow[], f: LogFilter, sentence: (r: LogRow) => string): LogRow[] {
  const words = f.person.toLowerCase().split(/\s+/).filter((x) => x !== '')
  const from = dayStart(f.from)
  const to = dayStart(f.to, 1)
  return rows.filter((r) => {
    if (f.group !== 'all' && groupOf(r.what) !== f.group) return false
    if (from !== undefined && (r.at === undefined || r.at < from)) return false
    if (to !== undefined && (r.at === undefined || r.at >= to)) return false
    if (words.length === 0) return true
    const text = `${r.by}\n${r.about}\n${sentence(r)}`.toLowerCase()
    return words.every((x) => text.includes(x))
  })
}
