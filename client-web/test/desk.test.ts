// @vitest-environment happy-dom
// The rules of the desk's screens: due labels, groups, thresholds, filters.

import { beforeAll, describe, expect, test } from 'vitest'
import { clockWords, dueOf } from '../src/specialist/due.ts'
import { fits, readFilter, writeFilter } from '../src/specialist/filter.ts'
import { arrange, bandOf, Crossings, groupOf } from '../src/specialist/order.ts'
import { format, parse } from '../src/state/route.ts'
import { useStaff } from '../src/words/staff.ts'
import { use } from '../src/words/words.ts'
import type { Clock, Work } from '../src/link/desk.ts'
import { row } from './stage/people.ts'

const minute = 60_000
const now = Date.UTC(2026, 10, 24, 16)
const clock = (x: Partial<Clock> = {}): Clock => ({ kind: 'first', due: now + 12 * minute, risk: now, paused: false, rule: '1d', ...x })
const work = (x: Partial<Work> = {}): Work => ({ topic: 'status', lane: 'normal', consumers: 0, since: now, verified: false, clock: clock(), ...x })

beforeAll(async () => {
  await use('en')
  await useStaff()
})

describe('due', () => {
  test('what is left is never said to be more, what is late never less', () => {
    expect(clockWords(clock(), now)).toBe('Due in 12 min')
    expect(clockWords(clock(), now + 1)).toBe('Due in 12 min')
    expect(clockWords(clock(), now + minute)).toBe('Due in 11 min')
    expect(clockWords(clock(), now + 11.5 * minute)).toBe('Due in less than 1 min')
    expect(clockWords(clock({ due: now - 19 * minute }), now)).toBe('Late by 19 min')
    expect(clockWords(clock({ due: now - 3 * 60 * minute }), now)).toBe('Late by 3 hours')
  })
  test('a paused clock says so and not a time', () => {
    expect(clockWords(clock({ paused: true, due: now - minute }), now)).toBe('Paused: waiting on the assister')
  })
  test('what it waits for comes before a clock with time left, and after one without', () => {
    const wait = { for: 'office' }
    expect(dueOf(work({ wait, clock: clock({ due: now + 600 * minute }) }), now)?.text).toBe('Waiting on another office')
    expect(dueOf(work({ wait, clock: clock({ due: now - minute }) }), now)?.text).toBe('Late by 1 min')
  })
})

describe('groups', () => {
  test('by the clock, fifteen minutes before it runs out', () => {
    expect([bandOf(clock({ due: now }), now), bandOf(clock({ due: now + 15 * minute }), now), bandOf(clock({ due: now + 15 * minute + 1 }), now)]).toEqual(['late', 'soon', 'later'])
  })
  test('colleagues’ and put-off threads stand apart, and a wait that has ended does not', () => {
    const mine = { state: 'taken' as const, mine: true, turn: 'you' as const }
    expect(groupOf(row(1, { state: 'taken', work: work() }), now)).toBe('others')
    expect(groupOf(row(1, { ...mine, work: work({ wait: { for: 'until', until: now + 1 } }) }), now)).toBe('snoozed')
    expect(groupOf(row(1, { ...mine, work: work({ wait: { for: 'until', until: now } }) }), now)).toBe('soon')
    expect(groupOf(row(1, { ...mine, work: work({ wait: { for: 'assister' } }) }), now)).toBe('paused')
  })
  test('urgent first, then whoever joined first', () => {
    const rows = [row(1, { work: work({ since: 5, place: 3 }) }), row(2, { work: work({ since: 9, lane: 'urgent', place: 1 }) }), row(3, { work: work({ since: 4, place: 2 }) })]
    expect(arrange(rows, now).map((x) => x.id)).toEqual([rows[1]?.id, rows[2]?.id, rows[0]?.id])
  })
})

test('a threshold is told once, and not for what was there before or got a new clock', () => {
  const seen = new Crossings()
  const at = (t: number, due = now + 12 * minute) => seen.look([row(1, { work: work({ clock: clock({ due }) }) })], t)
  expect(at(now - 60 * minute)).toEqual({ soon: [], late: [] })
  expect(at(now).soon).toHaveLength(1)
  expect(at(now + 1000).soon).toHaveLength(0)
  expect(at(now + 12 * minute).late).toHaveLength(1)
  expect(at(now + 13 * minute).late).toHaveLength(0)
  expect(at(now + 13 * minute, now + 20 * minute)).toEqual({ soon: [], late: [] })
})

test('a filter is in the address, and what is no filter is not', () => {
  const f = { topic: 'life-event', lane: 'urgent' as const, clock: 'late' as const }
  expect(readFilter(writeFilter(f))).toEqual(f)
  const r = parse('/', `?${writeFilter(f)}`)
  expect(format(r)).toBe('/?topic=life-event&lane=urgent&clock=late')
  expect(parse('/', '?x=%3Cb%3E')).toEqual({ at: 'home' })
  expect(fits(row(1, { work: work() }), { topic: 'status', clock: 'soon' }, now)).toBe(true)
  expect(fits(row(1, { work: work() }), { lane: 'urgent' }, now)).toBe(false)
})
