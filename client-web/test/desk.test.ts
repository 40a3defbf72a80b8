// @vitest-environment happy-dom
// The rules of the desk's screens: due labels, groups, thresholds, filters.

import { beforeAll, describe, expect, test } from 'vitest'
import { clockWords, dueOf } from '../src/specialist/due.ts'
import { fits, readFilter, writeFilter } from '../src/specialist/filter.ts'
import { fieldFrom, fieldsIn, insert, slashAt, wordsOf } from '../src/specialist/fields.ts'
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

describe('saved replies', () => {
  test('a slash opens the list at the start of a line and nowhere else', () => {
    expect(slashAt('/need', 5)).toEqual({ from: 0, query: 'need' })
    expect(slashAt('Hello\n/', 7)).toEqual({ from: 6, query: '' })
    for (const text of ['and/or', 'see https://', '//']) expect(slashAt(text, text.length)).toBeUndefined()
  })
  test('it takes the place of the slash, and the first field is chosen', () => {
    const put = insert('Hi\n/ne after', 3, 6, 'I need {what} by {when}.')
    expect(put.text).toBe('Hi\nI need {what} by {when}. after')
    expect(put.text.slice(put.from, put.to)).toBe('{what}')
    const next = fieldFrom(put.text, put.from, put.to, false)
    expect(put.text.slice(next?.from, next?.to)).toBe('{when}')
    expect(fieldFrom(put.text, next?.from ?? 0, next?.to ?? 0, false)).toBeUndefined()
    expect(fieldFrom(put.text, next?.from ?? 0, next?.to ?? 0, true)).toMatchObject({ from: put.from, to: put.to })
  })
  test('what is in braces is to be filled in, and the title is not sent', () => {
    expect(fieldsIn('a {b} {} {c\nd} {e}').map((f) => f.text)).toEqual(['{b}', '{e}'])
    expect([wordsOf('Title\nWords\nmore'), wordsOf('Only this')]).toEqual(['Words\nmore', 'Only this'])
  })
})
