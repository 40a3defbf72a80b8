// The made-up world of each scene: what the facts are when the curtain rises.

import type { Facts, Item, Line, Me, Person, Row, ThreadFact } from '../../src/link/facts.ts'
import { linesOf } from './office.ts'
import * as p from './people.ts'
import { toldScenes } from './told.ts'
import { workOf } from './work.ts'

export interface World {
  facts: Facts
  /** Threads by id, made when they are looked at. */
  thread: (row: Row) => ThreadFact
  viewer: Person
  /** Something happens every few seconds. */
  lively: boolean
  /** Rows of the roster. */
  people: number
  /** Calls that fail, with the code of the refusal. */
  fails: Partial<Record<string, string>>
}

const house: Facts['house'] = {
  agency: 'the exchange', urgentPhone: '1-555-0100', urgentHours: 'Monday to Friday, 8 AM to 5 PM Central', zone: 'America/Chicago', zoneName: 'Central', passkeys: true,
  promises: { [p.arc.id]: { reader: 'An ARC specialist', reply: 'within 2 hours, Monday to Friday, 8 AM to 5 PM Central' }, [p.brokerLine.id]: { reader: 'A broker specialist', reply: 'within one working day' } },
}

function meOf(x: Person): Me {
  return { account: x.account, device: p.id(0xd1), signInName: x.name.toLowerCase().replace(/[^a-z]+/g, '.'), name: x.name, role: x.role, organization: x.organization, lead: x.role === 'lead' }
}

export function empty(): Facts {
  return {
    phase: { phase: 'new' }, me: undefined, connection: { state: 'online', waiting: 0, skew: 0 }, lines: [], rows: [], queues: {}, thread: undefined, own: [], alarm: undefined, house, signInEnds: Date.now() + 8 * p.hour, offers: ['stay', 'block', 'replaceRecovery'], acts: [],
  }
}

const waitingCan = { write: true, note: false, claim: false, release: false, transfer: false, accept: false, close: true, ask: false, confirm: false }

function assisterRows(): Row[] {
  const mine = { mine: true, opener: p.mai }
  const now = Date.now()
  return [
    p.row(0, { ...mine, state: 'taken', claimer: p.sam, turn: 'you', unread: 2, snippet: 'Only wait. You will see the status change by tomorrow noon.', changed: now - 4 * p.minute }),
    p.row(1, { ...mine, state: 'waiting', snippet: 'The hospital says they report it, the family thinks they have to.', changed: now - 26 * p.minute, draft: true }),
    p.row(2, { ...mine, state: 'taken', claimer: p.ruth, turn: 'them', sensitive: true, changed: now - 3 * p.hour }),
    p.row(3, { ...mine, state: 'waiting', waiting: 1, changed: now - 5 * p.hour }),
    p.row(4, { ...mine, state: 'closed', claimer: p.sam, turn: 'nobody', changed: now - 2 * p.day }),
    p.row(5, { ...mine, state: 'closed', claimer: p.ruth, turn: 'nobody', changed: now - 40 * p.day }),
    { ...p.row(6, { ...mine, state: 'closed', claimer: p.sam, turn: 'nobody', changed: now - 400 * p.day }), subject: 'Household of nine: which members count when two of them file taxes alone and one lives abroad for most of the year?' },
  ]
}

function withTrouble(items: Item[], viewer: Person): Item[] {
  const now = Date.now()
  const at = items.length
  return [
    ...items, p.message(at, p.sam, viewer === p.sam, now - 30 * p.minute, { unread: 'before', text: '' }), p.message(at + 1, p.sam, viewer === p.sam, now - 25 * p.minute, { unproven: true, identifiers: true, factorAt: now - 25 * p.minute }),
    p.message(at + 2, viewer, true, now - 12 * p.minute, { state: 'delivered' }), p.message(at + 3, viewer, true, now - 8 * p.minute, { state: 'sent' }),
    { ...p.message(at + 4, viewer, true, now - 2 * p.minute, { state: 'failed', problem: { code: 'offline', text: 'The connection broke.', hint: 'Your words are kept here.' } }), key: 'held-1' },
  ]
}

function assisterThread(viewer: Person) {
  return (r: Row): ThreadFact => {
    const answerer = r.claimer ?? p.sam
    const taken = r.state !== 'waiting'
    const items = taken ? p.story(viewer, answerer, viewer, r.id === p.id(0x1000)) : p.story(viewer, answerer, viewer, false).slice(0, 2)
    const asked = r.id === p.id(0x1002)
    const all = asked ? withTrouble(items, viewer) : items
    return p.fact(r, all, {
      other: taken ? answerer : undefined, readers: taken ? p.ownReaders(viewer, answerer) : [p.reader(viewer), ...p.lineReaders], can: { ...waitingCan, confirm: asked },
      ...(r.unread > 0 ? { firstUnread: all.length - 3 } : {}), ...(asked ? { asked: { index: 3, by: answerer.name, mine: false } } : {}), draft: r.draft ? 'I asked the family again, and ' : '',
    })
  }
}

function queueRows(count: number): Row[] {
  return Array.from({ length: count }, (_, n): Row => {
    if (n % 11 === 3) return p.row(n, { state: 'taken', claimer: p.ruth, turn: 'them' })
    if (n === 2) return p.row(n, { unread: 1, watchers: [{ account: p.ruth.account, name: p.ruth.name, writing: false }] })
    if (n === 18) return p.row(n, { state: 'taken', claimer: p.sam, mine: true, turn: 'you', unread: 1, watchers: [{ account: p.jo.account, name: p.jo.name, writing: true }, { account: p.ruth.account, name: p.ruth.name, writing: false }] })
    if (n % 13 === 5) return p.row(n, { state: 'taken', claimer: p.sam, mine: true, turn: n % 2 === 0 ? 'you' : 'them', unread: n % 2 === 0 ? 1 : 0 })
    if (n % 17 === 7) return p.row(n, { state: 'closed', claimer: p.sam, turn: 'nobody' })
    return p.row(n, { unread: 1, sensitive: n % 7 === 2 })
  }).map((r, n) => ({ ...r, work: workOf(n, r) }))
}

/** Notes of staff among the messages, and one that cannot be read here yet. */
function withNotes(items: Item[], waits: boolean): Item[] {
  const at = (items.at(-1)?.at ?? Date.now()) + p.minute
  const first = p.note('note-1', p.ruth, false, at, waits ? '' : 'Called the county on this. They have the pay stubs, nobody has looked at them.', waits ? { unread: 'waits' } : { handover: true })
  const second = p.note('note-2', p.sam, true, at + p.minute, 'Ask Jo if it is not done by Friday.')
  return [...items, first, ...(waits ? [] : [second])]
}

/** The consumers that the question names, and what was said of one of them already. */
function withPeople(items: Item[], r: Row): Item[] {
  if (r.id !== p.id(0x1005)) return items
  const people = ['M. V., mother', 'T. V., son', 'K. V., grandmother'].map((label, n) => ({ id: p.id(0x700 + n), label, ...(n === 1 ? {} : { case: `12345${n}` }), kinds: ['name', 'birth', 'ssn4'] }))
  return items.map((i) => (i.kind !== 'message' ? i : i.index === 1 ? { ...i, told: { topic: 'status', consumers: people } } : i.index === 3 ? { ...i, told: { answers: [{ card: p.id(0x700), state: 'answered' as const, text: 'Approved.' }] } } : i))
}

function specialistThread(r: Row): ThreadFact {
  const asker = r.opener ?? p.mai
  if (r.state === 'waiting') {
    const notes = { readers: [{ kind: 'line' as const, id: p.arc.id, name: p.arc.name }, p.records], draft: '' }
    return p.fact(r, p.story(asker, p.sam, p.sam, false).slice(0, 2), { other: asker, readers: [p.reader(asker), ...p.lineReaders], can: { ...waitingCan, write: false, note: true, close: false, claim: true, whyNot: 'claim-first' }, notes })
  }
  const mine = r.mine || r.offered
  const items = withPeople(p.story(asker, mine && !r.offered ? p.sam : p.ruth, p.sam, r.id === p.id(0x1005)), r)
  const can = r.offered ? { ...waitingCan, write: false, close: false, accept: true, whyNot: 'not-yours' as const }
    : mine ? { ...waitingCan, note: r.id !== p.id(0x1012), release: true, transfer: true, ask: true } : { ...waitingCan, write: false, close: false, whyNot: 'not-yours' as const }
  const waits = r.id === p.id(0x1012)
  const notes = mine && !r.offered ? { readers: waits ? [] : [p.reader(p.sam), { kind: 'leads' as const, id: p.arc.id, name: p.arc.name }, p.records], draft: '', ...(waits ? { waitsFor: p.ruth.name } : {}) } : undefined
  const all = waits ? withTrouble(items, p.sam) : items
  const noted = notes === undefined ? all : withNotes(all, waits)
  return p.fact(r, noted, { ...(notes === undefined ? {} : { notes }), other: asker, readers: p.ownReaders(asker, p.sam), can, ...(r.unread > 0 ? { firstUnread: items.length - 2 } : {}) })
}

function assister(viewer: Person, x: Partial<Facts> = {}, lines: Line[] = [{ ...p.arc, opens: true }]): World {
  const facts = { ...empty(), phase: { phase: 'signed-in' as const }, me: meOf(viewer), lines, rows: assisterRows(), ...x }
  return { facts, thread: assisterThread(viewer), viewer, lively: false, people: 0, fails: {} }
}

/** Threads whose messages hold more than words, before the usual ones. */
function told(): World {
  const w = assister(p.mai)
  const made = toldScenes(p.mai)
  const thread = (r: Row): ThreadFact => {
    const items = made.find((x) => x.row.id === r.id)?.items
    return items === undefined ? w.thread(r) : p.fact(r, items, { other: r.claimer, readers: r.claimer === undefined ? [p.reader(p.mai), ...p.lineReaders] : p.ownReaders(p.mai, r.claimer) })
  }
  return { ...w, facts: { ...w.facts, rows: [...made.map((x) => x.row), ...w.facts.rows] }, thread }
}

function specialist(count: number, x: Partial<Facts> = {}): World {
  const queue = queueRows(count)
  const offered = p.row(900, { state: 'taken', claimer: p.ruth, offered: true, turn: 'them', opener: p.tom })
  const later = { ...p.row(31, { state: 'taken', claimer: p.sam, mine: true, turn: 'you' }) }
  const snoozed = { ...later, work: workOf(31, later) }
  const rows = [...queue.filter((r) => r.mine && r.id !== later.id), ...(count === 0 ? [] : [offered, snoozed])]
  const lines = [{ ...p.arc, works: true, leads: x.me?.lead === true }, { ...p.brokerLine, works: true }]
  const facts = { ...empty(), phase: { phase: 'signed-in' as const }, me: meOf(p.sam), lines, rows, queues: { [p.arc.id]: queue, [p.brokerLine.id]: [] }, ...x }
  return { facts, thread: specialistThread, viewer: p.sam, lively: false, people: 0, fails: {} }
}

const registrar: Person = { ...p.jo, role: 'registrar', name: 'Ingrid Dahl', organization: 'Exchange' }

function admin(people: number, x: Partial<Person> = {}): World {
  return { ...assister({ ...registrar, ...x }, { rows: [], lines: linesOf(false) }), people }
}

/** A lead at the office: the queue says how much somebody on the line has taken. */
function lead(): World {
  const w = specialist(26)
  const facts = { ...w.facts, me: meOf(p.jo), lines: linesOf(true) }
  return { ...w, facts, viewer: p.jo, people: 60 }
}

function signedOut(): World {
  return { ...assister(p.mai, { phase: { phase: 'signed-out' } }), fails: {} }
}

function before(x: Partial<Facts>): World {
  return { ...assister(p.mai), facts: { ...empty(), ...x } }
}

const now = () => Date.now()

export const scenes: Record<string, () => World> = {
  new: () => before({}),
  starting: () => before({ phase: { phase: 'starting' } }),
  'unusable-storage': () => before({ phase: { phase: 'unusable', why: 'storage' } }),
  'unusable-private': () => before({ phase: { phase: 'unusable', why: 'private' } }),
  'unusable-crypto': () => before({ phase: { phase: 'unusable', why: 'crypto' } }),
  app: () => before({ phase: { phase: 'app' }, me: { ...meOf(p.mai) } }),
  'letter-refused': () => ({ ...before({}), fails: { letter: 'invitation' } }),
  waiting: () => {
    const w = assister(p.mai)
    const { role: _, ...me } = meOf(p.mai)
    return { ...w, facts: { ...w.facts, me } }
  },
  'signed-out': signedOut,
  'sign-in-refused': () => ({ ...signedOut(), fails: { signIn: 'sign_in_failed' } }),
  assister: () => assister(p.mai),
  'assister-told': told,
  'assister-no-desks': () => ({ ...assister(p.mai), fails: { desks: 'unavailable' } }),
  lively: () => ({ ...assister(p.mai), lively: true }),
  'assister-empty': () => assister(p.mai, { rows: [] }),
  'assister-loading': () => {
    const w = assister(p.mai)
    return { ...w, facts: { ...w.facts, rows: undefined as unknown as Row[] } }
  },
  'assister-lapsed': () => {
    const w = assister(p.mai)
    return { ...w, thread: (r) => ({ ...w.thread(r), can: { ...waitingCan, write: false, whyNot: 'lapsed' as const } }) }
  },
  'assister-offline': () => assister(p.mai, { connection: { state: 'offline', waiting: 2, skew: 0 } }),
  'assister-timeout': () => assister(p.mai, { signInEnds: now() + 95_000 }),
  'assister-own': () => assister(p.mai, { own: [{ id: '1', what: 'device-added', at: now() - 20 * p.minute, device: p.id(0xabcdef) }, { id: '2', what: 'code-replaced', at: now() - 18 * p.minute, device: p.id(0xabcdef) }] }),
  'assister-alarm': () => assister(p.mai, { alarm: 'account chain of Sam Ortiz: link 14 does not follow link 13' }),
  broker: () => assister(p.grace, { rows: [] }, [{ ...p.brokerLine, opens: true }]),
  support: () => assister({ ...p.grace, role: 'support', name: 'Lena Bauer' }, { rows: [] }, [{ ...p.brokerLine, opens: true }, { ...p.arc, opens: true }]),
  'no-line': () => assister(p.mai, { rows: [] }, []),
  specialist: () => specialist(26),
  'desk-lead': () => ({ ...specialist(26, { me: meOf(p.jo) }), viewer: p.jo }),
  'specialist-lively': () => ({ ...specialist(26), lively: true }),
  'specialist-big': () => specialist(2000),
  'specialist-empty': () => specialist(0),
  'specialist-lost': () => ({ ...specialist(26), fails: { claim: 'taken' } }),
  'specialist-offline': () => specialist(26, { connection: { state: 'offline', waiting: 1, skew: 0 } }),
  admin: () => admin(60),
  'admin-big': () => admin(10_000),
  'admin-empty': () => admin(0),
  'admin-agency': () => admin(60, { role: 'agency-admin', name: 'Alma Abernathy', organization: 'Portico Healthnet' }),
  'admin-auditor': () => admin(60, { role: 'auditor', name: 'Audrey Adeyemi' }),
  'admin-records': () => admin(60, { role: 'records', name: 'Rex Rasmussen' }),
  'admin-broken': () => ({ ...admin(60), fails: { log: 'broken' } }),
  'admin-lead': lead,
  'signed-out-suspended': () => ({ ...signedOut(), facts: { ...signedOut().facts, phase: { phase: 'signed-out', why: 'suspended' } } }),
  'admin-refused': () => ({ ...admin(0), fails: { roster: 'forbidden' } }),
}
