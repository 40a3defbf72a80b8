// When a thread is due, in words: right by the service's clock, whatever this
// device's clock says.

import type { Clock, Wait, Work } from '../link/desk.ts'
import { serviceMinute } from '../state/clock.ts'
import { house } from '../state/house.ts'
import { dayWords, timeWords } from '../words/dates.ts'
import { d } from '../words/staff.ts'
import { r, w } from '../words/words.ts'
import { bandOf, type Band } from './order.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Above this the day and the time say more than a number of hours: nights are no open time. */
const near = 4 * hour

/** "19 min", "3 hours": rounded down, so that it never promises more than there is. */
export function spanWords(ms: number): string {
  const words = w().queue
  if (ms < minute) return d().due.under
  if (ms < hour) return words.minutes(Math.floor(ms / minute))
  if (ms < day) return words.hours(Math.floor(ms / hour))
  return words.days(Math.floor(ms / day))
}

/** "Tomorrow, 10:00 AM" */
export function momentWords(at: number): string {
  const zone = { zone: house.value?.zone ?? '', zoneName: '' }
  return r().at(dayWords(r(), at, serviceMinute(), zone), timeWords(r(), at, zone), '')
}

export function clockWords(clock: Clock, now: number): string {
  const words = d().due
  if (clock.paused) return words.paused
  const left = clock.due - now
  if (left <= 0) return words.late(spanWords(-left))
  // What is left is rounded up: at 12 min 30 s it is not yet 12.
  if (left < near) return words.in(left < minute ? words.under : spanWords(Math.ceil(left / minute) * minute))
  return words.at(momentWords(clock.due))
}

export function waitWords(wait: Wait): string {
  const words = d().due
  if (wait.for === 'assister') return words.paused
  if (wait.for === 'office') return wait.until === undefined ? words.office : words.officeUntil(momentWords(wait.until))
  return words.until(momentWords(wait.until ?? 0))
}

/** The one label of a thread: what it waits for counts more than a clock that goes on meanwhile, unless it is late. */
export function dueOf(work: Work, now: number): { band: Band; text: string } | undefined {
  const { clock, wait } = work
  const band = clock === undefined ? undefined : bandOf(clock, now)
  const waits = wait !== undefined && (wait.until === undefined || wait.until > now)
  if (waits && band !== 'late' && band !== 'soon') return { band: 'paused', text: waitWords(wait) }
  return clock === undefined || band === undefined ? undefined : { band, text: clockWords(clock, now) }
}
