// The rules of a new question: forms, consumers, rows out of a spreadsheet, what
// must go by phone, permission, and what is told of where it stands.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { promiseText } from '../src/assister/before.tsx'
import { fitting } from '../src/assister/cases.tsx'
import { readDay, readRows } from '../src/assister/paste.ts'
import { phones } from '../src/assister/phones.ts'
import { apart, byPhone, callFor, consentOf, fromDraft, isNumber, newQuestion, newWho, oddSigns, toCall, toConsumers, toDraft, toFilled, wrongCall, wrongForm, wrongWho, yearAfter, type Question } from '../src/assister/question.ts'
import { needsFactor, toThread } from '../src/assister/review.tsx'
import { clockSaid, shortSaid } from '../src/assister/standing.tsx'
import type { DeskInfo, Topic } from '../src/link/desk.ts'
import { aboutOf, answered } from '../src/talk/about.ts'
import { dayText, isDay, lastDay } from '../src/talk/day.ts'
import { asking as en } from '../src/words/en-asking.ts'
import { useAsking } from '../src/words/asking.ts'
import { useTold } from '../src/words/told.ts'
import { use } from '../src/words/words.ts'
import { decodeDeskFile, type ID } from '../src/wire/gen.ts'
import * as p from './stage/people.ts'
import { consent, consumers, givenCases, toldScenes, work } from './stage/told.ts'

const read = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8')
const desk = (line: string) => decodeDeskFile(read('../../server/desk/rules/example.json')).desks.find((d) => d.line === line)

function topic(line: string, id: string): Topic {
  const found = desk(line)?.topics.find((t) => t.id === id)
  if (found === undefined) throw new Error(`no topic ${id}`)
  return found
}

function info(x: Partial<DeskInfo> = {}): DeskInfo {
  const arc = desk('arc')
  if (arc === undefined) throw new Error('no line')
  return { id: p.arc.id as ID, desk: arc, open: true, turns: 0, waiting: 3, kept: 1, broken: 0, call_backs: false, ...x }
}

const required = (what: string) => `need ${what}`
const now = '2026-11-24'
const wrongs = (list: { field: string }[]) => list.map((x) => x.field)

beforeAll(async () => {
  globalThis.document ??= { documentElement: { lang: '' }, visibilityState: 'visible' } as unknown as Document
  await use('en')
  await Promise.all([useAsking(), useTold()])
})

describe('what must go by phone', () => {
  test('the same words mean the same as in the service', () => {
    const cases = JSON.parse(read('../../server/desk/rules/testdata/phones.json')) as { text: string; kinds: string[] }[]
    const kinds = topic('arc', 'life-event').by_phone ?? []
    for (const c of cases) expect(phones(kinds, c.text).map((k) => k.id), c.text).toEqual(c.kinds)
    expect(phones([], 'she died')).toEqual([])
  })

  test('a mixed report goes to a call whole, and who says "not meant" writes on', () => {
    const t = topic('arc', 'life-event')
    const q: Question = { ...newQuestion(), values: { details: { field: 'details', text: 'Her income went down and she moved.' } } }
    expect(byPhone(t, q)).toEqual({ ticked: [], found: ['address'] })
    expect(callFor(t, q, info())).toBe('must')
    expect(callFor(t, { ...q, notMeant: ['address'] }, info())).toBe('no')
    expect(callFor(t, { ...q, notMeant: ['address'] }, info({ call_backs: true }))).toBe('may')
    expect(callFor(t, { ...newQuestion(), kinds: ['death'] }, info())).toBe('must')
    expect(callFor(topic('arc', 'manual-enrollment'), newQuestion(), info())).toBe('must')
  })

  test('a call is to the number on file or to another one, now or in a slot', () => {
    expect(toCall(newQuestion())).toEqual({})
    expect(toCall({ ...newQuestion(), number: 'other', other: ' 651-555-0142 ', slot: 5 })).toEqual({ number: '651-555-0142', slot: 5 })
    expect(['651 555 0142', '+1 (651) 555-0142', '555-0142', 'call me'].map(isNumber)).toEqual([true, true, false, false])
    expect(wrongs(wrongCall({ ...newQuestion(), number: 'other' }, en))).toEqual(['call-number'])
  })
})

describe('a form', () => {
  test('what is required has to be there, unless all goes by phone', () => {
    const t = topic('arc', 'status')
    expect(wrongs(wrongForm(t, newQuestion(), en, required, true))).toEqual(['f-about-0', 'f-question'])
    expect(wrongForm(t, newQuestion(), en, required, false)).toEqual([])
    const q: Question = { ...newQuestion(), values: { about: { field: 'about', many: ['Renewal'] }, question: { field: 'question', text: 'Where is it?' }, applied: { field: 'applied', text: '2026-02-30' } } }
    expect(wrongs(wrongForm(t, q, en, required, true))).toEqual(['f-applied'])
  })

  test('a yes or no that is missing leads to its first box', () => {
    expect(wrongs(wrongForm(topic('arc', 'notices'), newQuestion(), en, required, true))).toEqual(['f-came-0', 'f-question'])
  })

  test('a table needs a line, each begun line its required answers, and empty lines are left out', () => {
    const t = topic('broker', 'agent-of-record')
    const base: Question = { ...newQuestion(), values: { npn: { field: 'npn', text: '18x' }, enrolled: { field: 'enrolled', text: '2026-09-01' } } }
    expect(wrongs(wrongForm(t, base, en, required, true))).toEqual(['f-npn', 'f-rows'])
    const rows = [["Maya O'Neil", '1987-04-12', '', 'Wrong dates', '', ''], ['', '', '', '', '', '']]
    const q: Question = { ...base, values: { ...base.values, npn: { field: 'npn', text: '1884410' }, rows: { field: 'rows', rows } } }
    expect(wrongs(wrongForm(t, q, en, required, true))).toEqual(['f-rows-0-carrier'])
    expect(toFilled(t, q)?.values.find((v) => v.field === 'rows')?.rows).toEqual([rows[0]])
  })

  test('several choices are sent in the order of the form, and nothing that is empty', () => {
    const q: Question = { ...newQuestion(), values: { about: { field: 'about', many: ['Renewal', 'Application', 'Not a choice'] }, how: { field: 'how', text: '' } } }
    expect(toFilled(topic('arc', 'status'), q)?.values).toEqual([{ field: 'about', many: ['Application', 'Renewal'] }])
  })
})

describe('names', () => {
  test('signs that the website refuses are told, and nothing is changed', () => {
    expect(oddSigns("Maya O'Neil-Vang")).toEqual(["'", '-'])
    expect(oddSigns('Núñez')).toEqual(['ú', 'ñ'])
    expect(oddSigns('Nu\u0301n\u0303ez')).toEqual(['ú', 'ñ'])
    expect(oddSigns('Pao Lor')).toEqual([])
    const q: Question = { ...newQuestion(), who: [newWho({ label: 'M.', card: { name: " Maya  O'Neil-Núñez " } })] }
    expect(toConsumers(topic('arc', 'notices'), q)[0]?.card.name).toBe("Maya  O'Neil-Núñez")
  })
})

describe('consumers', () => {
  const good = () => newWho({ label: 'M. O.', card: { name: 'Maya', birth: '1987-04-12' } })
  const whole = { ...consent, given: '2026-10-02', until: '2027-10-02' }

  test('each needs a name to call them and enough details, of the right form', () => {
    const t = topic('broker', 'status')
    const p1 = newWho({ card: { name: 'Maya', ssn4: '12', email: 'x', birth: '2030-01-01' } })
    const q: Question = { ...newQuestion(), who: [p1, good()], consent: whole }
    expect(wrongs(wrongWho(t, q, en, now))).toEqual([`${p1.key}-label`, `${p1.key}-birth`, `${p1.key}-email`, `${p1.key}-ssn4`, `${q.who[1]?.key}-name`])
    expect(wrongWho(topic('arc', 'status'), { ...q, who: [good()] }, en, now)).toEqual([])
  })

  test('no more than the topic takes, and none where it takes none', () => {
    const q: Question = { ...newQuestion(), who: [good(), good()], consent: whole }
    expect(wrongs(wrongWho(topic('arc', 'notices'), q, en, now))).toEqual([`${q.who[1]?.key}-label`])
    expect(wrongWho(topic('arc', 'other'), q, en, now)).toEqual([])
    expect(toConsumers(topic('arc', 'other'), q)).toEqual([])
  })

  test('one permission is everybody’s, until one differs', () => {
    const q: Question = { ...newQuestion(), who: [good(), good()], consent: whole }
    expect(toConsumers(topic('arc', 'status'), q).map((c) => c.consent)).toEqual([whole, whole])
    const two = apart(q)
    expect(two.who.map((x) => x.consent)).toEqual([whole, whole])
    const [a, b] = two.who
    if (a === undefined || b === undefined) throw new Error('two')
    const changed: Question = { ...two, who: [a, { ...b, consent: { ...whole, scope: 'Only notices' } }] }
    expect(consentOf(changed, b)).toEqual(whole)
    expect(toConsumers(topic('arc', 'status'), changed).map((c) => c.consent?.scope)).toEqual([whole.scope, 'Only notices'])
    expect(apart({ ...changed, same: true }).who[1]?.consent.scope).toBe('Only notices')
  })

  test('a permission says all, has begun and has not ended', () => {
    const t = topic('arc', 'notices')
    const at = (x: object): Question => ({ ...newQuestion(), who: [good()], consent: { ...whole, ...x } })
    expect(wrongs(wrongWho(t, at({ scope: '', given: '' }), en, now))).toEqual(['all-scope', 'all-given'])
    expect(wrongs(wrongWho(t, at({ given: '2026-12-01' }), en, now))).toEqual(['all-given'])
    expect(wrongs(wrongWho(t, at({ until: '2026-11-23' }), en, now))).toEqual(['all-until'])
    expect(wrongWho(t, at({ until: '' }), en, now)).toEqual([])
    expect([yearAfter('2026-10-02'), yearAfter('2028-02-29'), yearAfter('')]).toEqual(['2027-10-02', '2029-02-28', ''])
  })
})

describe('rows out of a spreadsheet', () => {
  test('name, birth, case and four digits; a head is left out, zeros come back', () => {
    const { who, wrong } = readRows('Name\tBirth date\tCase\tSSN\nPao Lor\t12/1/1990\t410237\t21\r\n\n"O\'Neil, Maya"\t1987-04-12\t\t\n', en.paste)
    expect(wrong).toEqual([])
    expect(who.map(({ label, case: c, card }) => ({ label, c, card }))).toEqual([
      { label: 'P. L.', c: '410237', card: { name: 'Pao Lor', birth: '1990-12-01', ssn4: '0021' } }, { label: 'O. M.', c: '', card: { name: "O'Neil, Maya", birth: '1987-04-12' } },
    ])
  })

  test('what does not read is told by its row, and the others are taken', () => {
    const { who, wrong } = readRows('Pao Lor\t13/45/1990\nPa Lee\t\t\t12345\n\t1990-01-01\nPia Lund', en.paste)
    expect(wrong).toEqual([en.paste.rowBirth(1), en.paste.rowSsn(2), en.paste.rowName(3)])
    expect(who.map((x) => x.label)).toEqual(['P. L.'])
  })

  test('two who would be called the same are told apart', () => {
    expect(readRows('Pao Lor\nPia Lund', en.paste, ['P. L.']).who.map((x) => x.label)).toEqual(['P. L. 1', 'P. L. 2'])
    expect([readDay('2/29/2024'), readDay('2/29/2023'), readDay('x')]).toEqual(['2024-02-29', undefined, undefined])
  })
})

describe('what is kept and what is sent', () => {
  test('a draft has no card and no number, and comes back', () => {
    const q: Question = { ...newQuestion(), subject: 'S', text: 'T', number: 'other', other: '651 555 0142', who: [newWho({ label: 'M.', case: '1', card: { name: 'Maya Vang', ssn4: '4321' } })] }
    const kept = toDraft(q)
    expect(kept).not.toMatch(/Maya|4321|0142/)
    const back = fromDraft(kept)
    expect([back.subject, back.text, back.who[0]?.label, back.who[0]?.card, back.other]).toEqual(['S', 'T', 'M.', {}, ''])
    expect(toDraft(newQuestion())).toBe('')
    expect(fromDraft('Old subject\nold\ntext')).toMatchObject({ subject: 'Old subject', text: 'old\ntext' })
    expect(fromDraft('{"v":2,broken').subject).toBe('')
  })

  test('a topic of the line is told, a general one is not', () => {
    const t = topic('arc', 'other')
    const props = { line: { ...p.arc, opens: true }, info: info(), choice: { topic: t, told: true }, q: { ...newQuestion(), subject: ' S ', text: ' T ', urgent: 'newborn' } }
    expect(toThread(props, [])).toEqual({ line: p.arc.id, subject: 'S', text: 'T', files: [], sensitive: false, identifiers: false, topic: 'other', urgent: 'newborn' })
    expect(toThread({ ...props, choice: { topic: t, told: false } }, [])).toEqual({ line: p.arc.id, subject: 'S', text: 'T', files: [], sensitive: false, identifiers: false })
  })

  test('whatever is sealed apart asks for the second step', () => {
    const base = { line: '', subject: '', text: '', files: [], sensitive: false, identifiers: false }
    expect([base, { ...base, call: {} }, { ...base, call: { number: '1' } }, { ...base, identifiers: true }, { ...base, consumers: [{ label: '', card: {} }] }].map(needsFactor)).toEqual([false, false, true, true, true])
  })
})

describe('where it stands', () => {
  test('a promise in words', () => {
    expect([promiseText('1d'), promiseText('2d'), promiseText('4h'), promiseText('')]).toEqual(['1 business day', '2 business days', '4 hours while the line is open', undefined])
  })

  test('a clock says until when, that it is short, late or paused', () => {
    const clock = { kind: 'first' as const, due: 1000, risk: 500, paused: false, rule: '1d' }
    expect(clockSaid(clock, 100).length).toBe(1)
    expect(clockSaid(clock, 600).map((x) => x.tone)).toEqual(['', 'warn'])
    expect(clockSaid(clock, 1000).map((x) => x.text)).toEqual([en.stand.late])
    expect(clockSaid({ ...clock, paused: true }, 5000).map((x) => x.text)).toEqual([en.stand.paused])
  })

  test('a row says its place, and nothing more when it is one’s own turn', () => {
    expect(shortSaid(p.row(1, { work: work('other', { place: 4 }) }))).toBe('No. 4 in line')
    expect(shortSaid(p.row(1, { turn: 'you', work: work('other', { place: 4 }) }))).toBe(undefined)
    expect(shortSaid(p.row(1, { state: 'closed', work: work('other', { place: 4 }) }))).toBe(undefined)
    expect(shortSaid(p.row(1, { work: work('other', { call_back: { state: 'now', number: 'file', attempt: 1, attempts: 2, accepted: true } }) }))).toBe(en.call.now)
  })

  test('answers are the staff’s, and the newest counts; a permission is taken back by the other side', () => {
    const items = toldScenes(p.mai)[0]?.items ?? []
    expect(answered(consumers, aboutOf(items))).toBe(12)
    const [card = ''] = consumers.map((c) => c.id)
    const forged = p.message(9, p.mai, true, 0, { told: { answers: [{ card, state: 'not-found', text: '' }], cases: [{ card, status: '', notices: [], missing: [], asOf: '' }] } })
    const wrongly = p.message(10, p.sam, false, 0, { told: { rescinded: [{ card, on: now, why: '' }] } })
    const about = aboutOf([...items, forged, wrongly])
    expect([about.answers.get(card)?.state, about.cases.size, about.taken.size]).toEqual(['answered', 0, 0])
  })

  test('cases are found by consumer, number and subject', () => {
    const all = givenCases()
    expect(fitting(all, ' maya ').length).toBe(1)
    expect(fitting(all, '410237').length).toBe(1)
    expect(fitting(all, 'FAIR').length).toBe(4)
    expect(fitting(all, '').length).toBe(5)
  })

  test('a clock of a form ends where the service says', () => { // the same days as in server/wire/deadline_test.go
    for (const [months, days, from, want] of [
      [6, 0, '2026-05-14', '2026-11-14'], [6, 0, '2026-08-31', '2027-02-28'], [6, 0, '2027-08-31', '2028-02-29'], [1, 0, '2026-12-31', '2027-01-31'],
      [0, 60, '2026-11-03', '2027-01-02'], [0, 30, '2028-02-15', '2028-03-16'], [1, 1, '2026-01-31', '2026-03-01'], [0, 0, '2026-01-31', '2026-01-31'],
      [6, 0, 'soon', undefined], [6, 0, '', undefined], [6, 0, '2026-02-30', undefined],
    ] as const) expect(lastDay({ title: 'x', field: 'f', months, days }, from)).toBe(want)
  })

  test('days in words, and what is none stays as it is', () => {
    expect([dayText('2026-11-03'), dayText('soon')]).toEqual(['November 3, 2026', 'soon'])
    expect([isDay('2026-02-29'), isDay('2024-02-29'), isDay('2024-2-9')]).toEqual([false, true, false])
  })
})
