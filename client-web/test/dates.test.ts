import { expect, test } from 'vitest'
import { dayWords, fullWhen, shortWhen, whenWords } from '../src/words/dates.ts'
import { rules } from '../src/words/rules.ts'

const central = { zone: 'America/Chicago', zoneName: 'Central' }
const at = (iso: string) => Date.parse(iso)
const now = at('2026-11-24T22:30:00Z') // 4:30 PM Central, a Tuesday

test('a time says its day and zone in words', () => {
  expect(whenWords(rules.en, now, now, central)).toBe('Today, 4:30 PM Central')
  expect(whenWords(rules.es, now, now, central)).toBe('Hoy, 4:30 p. m., hora de Central')
  expect(whenWords(rules.so, now, now, central)).toBe('Maanta, 4:30 PM Central')
  expect(whenWords(rules.hmn, now, now, central)).toBe('Hnub no, 4:30 PM Central')
})

test('the day is the day in the zone, not the day of the device', () => {
  expect(dayWords(rules.en, at('2026-11-24T05:30:00Z'), now, central)).toBe('Yesterday') // 11:30 PM on the 23rd
  expect(dayWords(rules.en, at('2026-11-25T05:59:00Z'), now, central)).toBe('Today')
  expect(dayWords(rules.en, at('2026-11-25T06:00:00Z'), now, central)).toBe('Tomorrow')
})

test('days of the week for a week, then dates, then years', () => {
  expect(dayWords(rules.en, at('2026-11-19T18:00:00Z'), now, central)).toBe('Thursday')
  expect(dayWords(rules.en, at('2026-11-17T18:00:00Z'), now, central)).toBe('November 17')
  expect(dayWords(rules.en, at('2025-11-17T18:00:00Z'), now, central)).toBe('November 17, 2025')
  expect(dayWords(rules.es, at('2025-11-17T18:00:00Z'), now, central)).toBe('17 de noviembre de 2025')
  expect(dayWords(rules.hmn, at('2026-11-17T18:00:00Z'), now, central)).toBe('Lub Kaum Ib Hlis tim 17')
})

test('midnight and noon', () => {
  expect(shortWhen(rules.en, at('2026-11-24T06:00:00Z'), now, central)).toBe('12:00 AM')
  expect(shortWhen(rules.en, at('2026-11-24T18:05:00Z'), now, central)).toBe('12:05 PM')
})

test('an hour that the clocks repeat stays on its day', () => {
  const back = at('2026-11-01T06:30:00Z') // 1:30 AM, the first time
  expect(fullWhen(rules.en, back, central)).toBe('Sunday, November 1, 2026, 1:30 AM Central')
})
