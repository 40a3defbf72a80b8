// Times in words, in the agency's zone: "Today, 4:30 PM Central".

import type { Rules } from './plural.ts'

interface Parts {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  weekday: number
}

export interface Zone {
  /** IANA name; empty for the device's own. */
  zone: string
  zoneName: string
}

const dayLength = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** Only digits are asked of the browser: its names may be in another language. */
function digits(zone: string): Intl.DateTimeFormat {
  let f = formats.get(zone)
  if (f === undefined) {
    f = new Intl.DateTimeFormat('en-US', {
      ...(zone === '' ? {} : { timeZone: zone }), hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric',
    })
    formats.set(zone, f)
  }
  return f
}

function parts(at: number, zone: string): Parts {
  const found: Record<string, number> = {}
  for (const p of digits(zone).formatToParts(at)) found[p.type] = Number(p.value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = found
  return { year, month, day, hour, minute, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() }
}

function dayNumber(p: Parts): number {
  return Math.round(Date.UTC(p.year, p.month - 1, p.day) / dayLength)
}

/** The day in words, as near as it is: Today, Monday, November 3, November 3, 2025. */
export function dayWords(r: Rules, at: number, now: number, z: Zone): string {
  const p = parts(at, z.zone)
  const n = parts(now, z.zone)
  const away = dayNumber(p) - dayNumber(n)
  if (away === 0) return r.day.today
  if (away === -1) return r.day.yesterday
  if (away === 1) return r.day.tomorrow
  if (away < 0 && away > -7) return r.weekdays[p.weekday] ?? ''
  return r.date(r.months[p.month - 1] ?? '', p.day, p.year === n.year ? undefined : p.year)
}

export function timeWords(r: Rules, at: number, z: Zone): string {
  const p = parts(at, z.zone)
  return r.time(p.hour, p.minute)
}

export function whenWords(r: Rules, at: number, now: number, z: Zone): string {
  return r.at(dayWords(r, at, now, z), timeWords(r, at, z), z.zoneName)
}

/** For a list: the time today, the day before that. */
export function shortWhen(r: Rules, at: number, now: number, z: Zone): string {
  return dayWords(r, at, now, z) === r.day.today ? timeWords(r, at, z) : dayWords(r, at, now, z)
}

export function fullWhen(r: Rules, at: number, z: Zone): string {
  const p = parts(at, z.zone)
  return r.at(`${r.weekdays[p.weekday] ?? ''}, ${r.date(r.months[p.month - 1] ?? '', p.day, p.year)}`, r.time(p.hour, p.minute), z.zoneName)
}

export function dateWords(r: Rules, at: number, z: Zone): string {
  const p = parts(at, z.zone)
  return r.date(r.months[p.month - 1] ?? '', p.day, p.year)
}
