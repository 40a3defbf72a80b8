// One clock for every screen. It ticks once a second while somebody can see it,
// and what is drawn from it changes only when its words change.

import { computed, signal } from '@preact/signals'
import { connection } from './connection.ts'

const second = 1000
export const now = signal(Date.now())

const minute = 60 * second
/** For words that change by the minute at most. */
const coarse = computed(() => Math.floor((now.value + connection.value.skew) / minute) * minute)

export function serviceMinute(): number {
  return coarse.value
}

/** What the service's clock says: a wrong clock here moves no due time. */
export function serviceNow(): number {
  return now.value + connection.value.skew
}

let timer: ReturnType<typeof setTimeout> | undefined

function tick(): void {
  now.value = Date.now()
  timer = setTimeout(tick, second - (Date.now() % second))
}

export function startClock(): void {
  tick()
  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer)
    if (document.visibilityState === 'visible') tick()
  })
}
