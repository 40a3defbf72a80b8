// Days as forms and cards write them, 2006-01-02, in words. They lie in no zone.

import type { Deadline } from '../link/desk.ts'
import { house } from '../state/house.ts'
import { serviceMinute } from '../state/clock.ts'
import { r } from '../words/words.ts'

const form = /^(\d{4})-(\d{2})-(\d{2})$/

/** Whether it is a day of the calendar. */
export function isDay(text: string): boolean {
  const found = form.exec(text)
  if (found === null) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text
}

/** "November 3, 2026"; what is no day stays as it was written. */
export function dayText(day: string): string {
  const [, y, m, d] = form.exec(day) ?? []
  const month = r().months[Number(m) - 1]
  return month === undefined ? day : r().date(month, Number(d), Number(y))
}

/** The last day of a clock that begins on a day; months end where the shorter month ends. undefined: it is no day. */
export function lastDay(d: Deadline, day: string): string | undefined {
  if (!isDay(day)) return undefined
  const [y = 0, m = 1, dd = 1] = day.split('-').map(Number)
  const first = m - 1 + (d.months ?? 0)
  const last = new Date(Date.UTC(y, first + 1, 0)).getUTCDate()
  return new Date(Date.UTC(y, first, Math.min(dd, last) + (d.days ?? 0))).toISOString().slice(0, 10)
}

/** The day that a moment falls on where the agency is. */
export function dayOf(at: number): string {
  const zone = house.value?.zone ?? ''
  return new Intl.DateTimeFormat('en-CA', { ...(zone === '' ? {} : { timeZone: zone }), year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
}

export function today(): string {
  return dayOf(serviceMinute())
}
