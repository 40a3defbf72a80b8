// Times in the words of the language in use and in the agency's zone.

import { dateWords, fullWhen, shortWhen, whenWords } from '../words/dates.ts'
import { r, w } from '../words/words.ts'
import { serviceMinute } from './clock.ts'
import { house } from './house.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

function zone() {
  return { zone: house.value?.zone ?? '', zoneName: house.value?.zoneName ?? '' }
}

/** "Today, 4:30 PM Central" */
export function when(at: number): string {
  return whenWords(r(), at, serviceMinute(), zone())
}

/** For a list: "4:30 PM", then "Monday". */
export function short(at: number): string {
  return shortWhen(r(), at, serviceMinute(), zone())
}

export function full(at: number): string {
  return fullWhen(r(), at, zone())
}

export function date(at: number): string {
  return dateWords(r(), at, zone())
}

/** "12 min", "3 hours": how long ago, in the largest unit that says enough. */
export function ago(at: number): string {
  const past = Math.max(0, serviceMinute() - at)
  const words = w().queue
  if (past < hour) return words.minutes(Math.floor(past / minute))
  if (past < day) return words.hours(Math.floor(past / hour))
  return words.days(Math.floor(past / day))
}
