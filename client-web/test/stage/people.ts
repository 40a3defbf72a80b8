// Made-up people and threads for the stage. Nobody here exists.

import type { EventItem, Id, Item, Line, MessageItem, NoteItem, Person, Reader, Row, ThreadFact } from '../../src/link/facts.ts'
import type { ID, PersonRow } from '../../src/wire/gen.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

export function id(n: number): Id {
  return n.toString(16).padStart(32, '0')
}

export const arc: Line = { id: id(0xa), name: 'ARC', works: false, leads: false, opens: false }
export const brokerLine: Line = { id: id(0xb), name: 'Broker Service Line', works: false, leads: false, opens: false }

const until = Date.UTC(2027, 5, 30)

function person(n: number, name: string, role: Person['role'], organization: string, number: string): Person {
  return { account: id(0x100 + n), name, role, organization, number, certified: true, until }
}

export const mai = person(1, 'Mai Vang', 'navigator', 'Portico Healthnet', 'Assister ID A-1041')
export const amina = person(2, 'Amina Warsame', 'cac', 'Isuroon Clinic', 'Assister ID A-2207')
export const grace = person(3, 'Grace Lindqvist', 'broker', 'North Shore Benefits', 'NPN 1884410')
export const tom = person(4, 'Tomás Aguilar-Featherstonehaugh', 'navigator', 'Southwest Minnesota Community Action and Outreach Partnership', 'Assister ID A-3318')
export const sam = person(11, 'Sam Ortiz', 'specialist', 'ARC', 'Staff number S-12')
export const ruth = person(12, 'Ruth Okafor', 'specialist', 'ARC', 'Staff number S-17')
export const jo = person(13, 'Jo Lindgren', 'lead', 'ARC', 'Staff number S-02')
export const lapsed: Person = { ...person(5, 'Per Halvorsen', 'navigator', 'Lakes Outreach', 'Assister ID A-0992'), certified: false }
export const openers = [mai, amina, tom, lapsed, person(6, 'Pa Houa Xiong', 'navigator', 'Hmong Health Network', 'Assister ID A-4410'), person(7, 'Deqa Ali', 'cac', 'Brian Coyle Center', 'Assister ID A-2950')]

export const subjects = [
  'Case status: documents sent twice, still pending', 'Life event: baby born on the 3rd, who reports it?', 'Account locked: the consumer has no e-mail address', 'Notice says she is not eligible, but her income went down', 'Start date is wrong by one month',
  'Agent of record change not showing after six weeks', 'Website shows error 500 on the household page', 'Which form for a name with two last names?', 'Premium was taken twice in October', 'Tax credit changed after the address did', 'Needs an interpreter for the appeal call', 'Citizenship paper was refused, no reason given',
]

const lines_ = [
  'The consumer sent the pay stubs on the 2nd and again on the 9th. The case still says “verification needed”. What else is missing?', 'Thank you. I can see both uploads. They are readable and complete; the first one was read as a duplicate. I have asked for it to be looked at today.',
  'Good, thanks. Should she send anything else, or only wait?', 'Only wait. You will see the status change by tomorrow noon. If not, write here and I will call the unit.', 'One more thing: her address changed last week. Does that start it over?', 'No. I noted the new address on the case. The clock goes on where it was.\n\nThe steps are described at https://www.example.gov/report-a-change if she wants to read them.',
]

export function row(n: number, x: Partial<Row>): Row {
  const now = Date.now()
  return {
    id: id(0x1000 + n), line: arc.id, lineName: arc.name, state: 'waiting', subject: subjects[n % subjects.length] ?? '', snippet: lines_[0] ?? '', opener: openers[n % openers.length], claimer: undefined, onBehalf: undefined,
    sensitive: false, mine: false, turn: 'line', offered: false, unread: 0, markedUnread: false, draft: false, waiting: 0, watchers: [], opened: now - (n + 1) * 17 * minute, changed: now - (n + 1) * 13 * minute, ...x,
  }
}

export function message(index: number, by: Person, mine: boolean, at: number, x: Partial<MessageItem> = {}): MessageItem {
  return { kind: 'message', key: String(index), index, at, by, mine, state: 'read', text: lines_[index % lines_.length] ?? '', files: [], identifiers: false, unproven: false, onBehalf: undefined, ...x }
}

export function event(index: number, what: EventItem['what'], by: Person, mine: boolean, at: number, x: Partial<EventItem> = {}): EventItem {
  return { kind: 'event', key: String(index), index, at, by, mine, what, to: undefined, unproven: false, ...x }
}

export function note(key: string, by: Person, mine: boolean, at: number, text: string, x: Partial<NoteItem> = {}): NoteItem {
  return { kind: 'note', key, at, by, mine, handover: false, state: 'sent', text, ...x }
}

export function reader(p: Person): Reader {
  return { kind: 'person', id: p.account, name: p.name, person: p }
}

export const records: Reader = { kind: 'records', id: id(0xc), name: 'the exchange' }
export const lineReaders: Reader[] = [{ kind: 'line', id: arc.id, name: arc.name }, { kind: 'leads', id: arc.id, name: arc.name }, records]
export const ownReaders = (a: Person, b: Person): Reader[] => [reader(a), reader(b), { kind: 'leads', id: arc.id, name: arc.name }, records]

/** A talk between the one who asks and the one who answers, with everything that can stand in one. */
export function story(asker: Person, answerer: Person, viewer: Person, long: boolean): Item[] {
  const start = Date.now() - (long ? 9 : 1) * day - 3 * hour
  const mine = (p: Person) => p.account === viewer.account
  const items: Item[] = [
    event(0, 'open', asker, mine(asker), start, { readers: [reader(asker), ...lineReaders] }),
    message(1, asker, mine(asker), start + minute, { identifiers: true, factorAt: start, files: [{ id: id(0xf1), name: 'pay stubs October.pdf', mime: 'application/pdf', size: 482_133 }] }),
    event(2, 'claim', answerer, mine(answerer), start + 40 * minute, { readers: ownReaders(asker, answerer) }),
  ]
  const count = long ? 84 : 4
  for (let i = 0; i < count; i++) {
    const by = i % 2 === 0 ? answerer : asker
    items.push(message(items.length, by, mine(by), start + (50 + i * 90) * minute, { text: lines_[(i + 1) % lines_.length] ?? '' }))
  }
  items.push(event(items.length, 'ask', answerer, mine(answerer), start + 22 * hour))
  items.push(event(items.length, 'confirm', asker, mine(asker), start + 22.2 * hour, { factorAt: start + 22.2 * hour }))
  return items
}

export function fact(r: Row, items: Item[], x: Partial<ThreadFact>): ThreadFact {
  return {
    id: r.id, row: r, whole: true, items, readers: lineReaders, draft: '', other: r.opener,
    can: { write: true, note: false, claim: false, release: false, transfer: false, accept: false, close: true, ask: false, confirm: false }, ...x,
  }
}

const roles: PersonRow['role'][] = ['navigator', 'cac', 'broker', 'support', 'specialist', 'agency-admin']
const first = ['Mai', 'Amina', 'Grace', 'Tomás', 'Deqa', 'Per', 'Pa Houa', 'Ruth', 'Jo', 'Sam', 'Lena', 'Abdi', 'Kou', 'Ingrid']
const last = ['Vang', 'Warsame', 'Lindqvist', 'Aguilar', 'Ali', 'Halvorsen', 'Xiong', 'Okafor', 'Lindgren', 'Ortiz', 'Bauer', 'Nur', 'Thao', 'Dahl']

export function roster(count: number): PersonRow[] {
  return Array.from({ length: count }, (_, n) => {
    const role = roles[n % roles.length] ?? 'navigator'
    const good = n % 9 !== 4
    const name = `${first[n % first.length]} ${last[(n * 5 + Math.floor(n / 14)) % last.length]}`
    return {
      key: `row-${n}`, ...(n % 7 === 3 ? {} : { account: id(0x2000 + n) as ID }), role, id: role === 'broker' ? `NPN ${1_880_000 + n}` : `A-${1000 + n}`, login: `user${n}`, name, organization: ['Portico Healthnet', 'Isuroon Clinic', 'North Shore Benefits', 'Lakes Outreach'][n % 4] ?? '', lines: ['arc'],
      state: good ? 'active' : n % 2 === 0 ? 'suspended' : 'ended', from: Date.UTC(2026, 0, 1), until: until + (n % 30) * day, proofing: 'level 2, in person', certified: good, standing: good ? 'Certified.' : n % 2 === 0 ? 'Suspended by the registrar on October 2.' : 'Certification ended on October 31.',
    }
  })
}
