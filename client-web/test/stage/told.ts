// Threads of the stage whose messages hold more than words: a batch of consumers,
// one consumer with a case, a table, a call-back. Nobody here exists.

import example from '../../../server/desk/rules/example.json' with { type: 'json' }
import type { Answer, Consent, Consumer, Filled, GivenCase, Told } from '../../src/link/desk.ts'
import type { Item, Person, Row } from '../../src/link/facts.ts'
import { decodeDeskFile, type Work } from '../../src/wire/gen.ts'
import * as p from './people.ts'

const file = decodeDeskFile(JSON.stringify(example))

function formOf(line: string, topic: string) {
  const form = file.desks.find((d) => d.line === line)?.topics.find((t) => t.id === topic)?.form
  if (form === undefined) throw new TypeError(`no form for ${topic}`)
  return form
}

export const consent: Consent = {
  scope: 'This consumer’s application, case, notices and enrollment', purpose: 'To help with the application and keep coverage in order', given: '2026-10-02', until: '2027-10-02', rescind: 'They tell their assister or the exchange, by phone, in writing or in person.',
}

const names = ['Maya', 'the Lor household', 'Abdi', 'Deqa’s mother', 'Pa Kou', 'a farm worker', 'Ingrid', 'the Nur twins', 'Tomás', 'Kou']

export const consumers: Consumer[] = Array.from({ length: 20 }, (_, n): Consumer => ({
  id: p.id(0x7000 + n), label: `${names[n % names.length] ?? ''}${n >= names.length ? ' (2)' : ''}`, ...(n % 5 === 4 ? {} : { case: String(410_200 + n * 37) }), kinds: n % 3 === 0 ? ['name', 'birth', 'ssn4'] : ['name', 'birth'], consent: n === 3 ? { ...consent, until: '2026-10-30' } : n === 6 ? { ...consent, until: '' } : consent,
}))

const states: Answer['state'][] = ['answered', 'answered', 'needs-more', 'answered', 'waits-office', 'answered', 'not-found']
const texts: Record<Answer['state'], string> = {
  answered: 'Approved on November 3. The notice went out on the 5th.', 'needs-more': 'The pay stub of October is missing.', 'not-found': 'No application under this name and birth date.', 'waits-office': 'With the county since November 9.',
}

const answers: Answer[] = consumers.slice(0, 16).map((c, n) => {
  const state = states[n % states.length] ?? 'answered'
  return { card: c.id, state, text: texts[state] }
})

const status: Filled = { form: formOf('arc', 'status'), values: [{ field: 'about', many: ['Application', 'Proof that was sent in'] }, { field: 'applied', text: '2026-10-12' }, { field: 'how', text: 'On paper' }, { field: 'question', text: 'Has the application come in, and what is still missing?' }] }

const record: Filled = {
  form: formOf('broker', 'agent-of-record'),
  values: [
    { field: 'npn', text: '1884410' }, { field: 'report', text: '2026-11-02' }, { field: 'enrolled', text: '2026-09-01' },
    { field: 'rows', rows: [["Maya O'Neil-Vang", '1987-04-12', 'North Health Plan', 'Missing from the report', '2026-01-01', ''], ['Pao Lor', '1990-12-01', 'Prairie Mutual', 'Another agent is listed', '', '']] },
  ],
}

export interface Scene {
  row: Row
  items: Item[]
}

/** How the service sees a thread as work. */
export function work(topic: string, x: Partial<Work> = {}): Work {
  return { topic, lane: 'normal', consumers: 0, since: Date.now() - p.hour, verified: false, ...x }
}

function scene(n: number, row: Partial<Row>, asker: Person, told: Told, later: (at: number) => Item[], text = ''): Scene {
  const start = Date.now() - 26 * p.hour
  const taken = row.state === 'taken'
  return {
    row: p.row(n, { mine: true, opener: asker, changed: start + 25 * p.hour - n * p.minute, opened: start, ...row }),
    items: [
      p.event(0, 'open', asker, true, start, { readers: [p.reader(asker), ...p.lineReaders] }),
      p.message(1, asker, true, start, { text, told, ...(told.consumers === undefined ? {} : { identifiers: true, factorAt: start }) }),
      ...(taken ? [p.event(2, 'claim', row.claimer ?? p.sam, false, start + p.hour, { readers: p.ownReaders(asker, row.claimer ?? p.sam) })] : []),
      ...later(start + 2 * p.hour),
    ],
  }
}

const stands = ['Approved, plan starts December 1', 'Waits for proof of income', 'Closed: moved to another state', 'Renewed for 2027', 'Enrolled, waiting for the first payment']

export function givenCases(): GivenCase[] {
  return consumers.slice(0, 5).map((c, n): GivenCase => ({
    thread: p.id(0x1000 + (n === 0 ? 31 : 30)), subject: n === 0 ? 'Enrollment by hand' : 'Status of twenty applications from the fair', index: 4 + n, at: Date.now() - (n * 26 + 3) * p.hour, label: c.label,
    found: { card: c.id, ...(c.case === undefined ? {} : { case: c.case }), status: stands[n] ?? '', notices: n % 2 === 0 ? ['Approval notice of November 5'] : [], missing: n === 1 ? ['Pay stubs for October', 'A copy of the lease'] : [], asOf: `2026-11-${20 - n}` },
  }))
}

/** Call-backs in each state that has something to do. */
function calling(asker: Person): Scene[] {
  const now = Date.now()
  const told: Told = { topic: 'life-event', call: 'file' }
  const base = { number: 'file', attempt: 0, attempts: 2, accepted: false } as const
  const one = (n: number, subject: string, row: Partial<Row>, x: Work['call_back'], w: Partial<Work> = {}) => scene(n, { subject, state: 'waiting', ...row, work: work('life-event', { ...(x === undefined ? {} : { call_back: x }), ...w }) }, asker, told, () => [], 'The household changed in two ways.')
  return [
    one(40, 'A move and a new job', {}, { ...base, state: 'waits' }, { place: 2, expected: { from: now + 10 * p.minute, to: now + 30 * p.minute }, urgent: { reason: 'coverage-ends', review: 'waits' }, lane: 'urgent', clock: { kind: 'first', due: now + 40 * p.minute, risk: now - p.minute, paused: false, rule: '1d' } }),
    one(41, 'A death in the family', { state: 'taken', claimer: p.sam, turn: 'them' }, { ...base, state: 'now', attempt: 1, accepted: true }),
    one(42, 'Divorce in May', { state: 'taken', claimer: p.ruth, turn: 'them' }, { ...base, state: 'missed', attempt: 1 }, { clock: { kind: 'next', due: now - p.hour, risk: now - 3 * p.hour, paused: false, rule: '1d' } }),
    one(43, 'A pregnancy', { state: 'taken', claimer: p.ruth, turn: 'you' }, { ...base, state: 'given-up', attempt: 2 }, { wait: { for: 'assister' }, clock: { kind: 'close', due: now + 90 * p.hour, risk: now + 80 * p.hour, paused: true, rule: '5d' } }),
  ]
}

/** As the assister sees them. */
export function toldScenes(asker: Person): Scene[] {
  const now = Date.now()
  const [first] = consumers
  const say = (index: number, at: number, told: Told, text: string) => p.message(index, p.sam, false, at, { text, told })
  return [
    scene(30, { state: 'taken', claimer: p.sam, turn: 'you', subject: 'Status of twenty applications from the fair', snippet: '12 have an answer.', work: work('status', { consumers: 20, clock: { kind: 'next', due: now + 5 * p.hour, risk: now + 3 * p.hour, paused: true, rule: '1d' } }) }, asker,
      { topic: 'status', form: status, consumers }, (at) => [say(3, at, { answers: answers.slice(0, 9) }, 'The first nine. The rest by tomorrow noon.'), say(4, at + p.hour, { answers: answers.slice(9), disclosed: ['status', 'notices'] }, 'Seven more.')]),
    scene(31, { state: 'taken', claimer: p.sam, turn: 'them', subject: 'Enrollment by hand', work: work('manual-enrollment', { consumers: 1, verified: true, clock: { kind: 'close', due: now + 60 * p.hour, risk: now + 50 * p.hour, paused: false, rule: '5d' } }) }, asker,
      { topic: 'manual-enrollment', call: 'sealed', consumers: first === undefined ? [] : [first] }, (at) => [
        say(3, at, { spoke: { verified: ['name', 'birth', 'address'], warnings: ['The new plan starts on the first of next month.', 'Ending coverage can’t be undone.'] } }, ''),
        say(4, at + p.minute, { cases: first === undefined ? [] : [{ card: first.id, case: first.case ?? '', status: 'Enrolled, waiting for the first payment', notices: ['Approval notice of November 5'], missing: ['Proof of income for October'], asOf: '2026-11-20' }] }, 'Done. Here is where the case stands.'),
        p.message(5, asker, true, at + p.hour, { text: '', told: { rescinded: [{ card: first?.id ?? '', on: '2026-11-22', why: 'She told me on the phone.' }] } }),
      ], 'She is next to me and can talk any time today.'),
    ...calling(asker),
    scene(32, { state: 'waiting', subject: 'Two consumers are missing from my report', work: work('agent-of-record', { place: 4, expected: { from: now + 25 * p.minute, to: now + 70 * p.minute }, clock: { kind: 'first', due: now + 27 * p.hour, risk: now + 25 * p.hour, paused: false, rule: '2d' } }) }, asker,
      { topic: 'agent-of-record', form: record }, () => []),
  ]
}
