// What the office sees on the stage.

import type { Facts } from '../../src/link/facts.ts'
import type { LineSheet, LogRow, LogSheet, MadeLetters, OfficeAccount, Return, WaitingEnrolment, WaitingSponsor } from '../../src/link/office.ts'
import type { PersonRow, RosterDifference } from '../../src/wire/gen.ts'
import * as p from './people.ts'

export const account = (): OfficeAccount => ({
  devices: [{ id: 'a1b2c3'.padEnd(32, '0'), added: Date.now() - 200 * p.day, removed: Date.now() - 31 * p.day }, { id: 'd2b7c1'.padEnd(32, '0'), added: Date.now() - 31 * p.day }],
  lines: [{ id: p.arc.id, name: 'Assister Resource Center', leads: false }],
})

export const sponsors = (): WaitingSponsor[] => [
  { locator: '01'.padEnd(64, '0'), name: 'Kou Thao', role: 'navigator', number: 'A-4471', organization: 'Portico Healthnet', by: 'Ingrid Dahl', made: Date.now() - 3 * p.hour, expires: Date.now() + 6 * p.day },
  { locator: '02'.padEnd(64, '0'), name: 'Tomás Aguilar-Featherstonehaugh', role: 'cac', number: 'A-3318', organization: 'Southwest Minnesota Community Action and Outreach Partnership', by: 'Ingrid Dahl', made: Date.now() - 26 * p.hour, expires: Date.now() + 5 * p.day },
]

export const enrolments = (): WaitingEnrolment[] => [
  { account: p.id(0x900), login: 'user3', role: 'navigator', key: 'row-3', ready: true }, { account: p.id(0x901), login: 'deqa', role: 'cac', key: 'row-9999', ready: false },
]

export function letters(rows: readonly PersonRow[], keys: readonly string[]): MadeLetters {
  return {
    agency: 'Lakeland Health Exchange', mark: 'arc-root-7KQ2MV9DX3HF0PTR6WJC8NYBE5GA4ZSM', file: '[]\n',
    letters: rows.filter((r) => keys.includes(r.key)).map((r, i) => ({ key: r.key, name: r.name, login: r.login, code: `7KQ2-MV9D-X3HF-0PT${i}R`, link: `https://exchange.example/setup#7KQ2-MV9D-X3HF-0PT${i}R`, expires: Date.now() + 7 * p.day })),
  }
}

export function difference(csv: string, applied: boolean): RosterDifference {
  const bad = csv.includes('mistake')
  const change = (n: number, what: string, text: string) => ({ key: `row-${n}`, name: p.roster(61)[n]?.name ?? '', what, text })
  return {
    problems: bad ? ['Line 3: there is no certified_to date; "soon" is not a date', 'Line 7: A-1041 stands in line 3 already', 'the file ends without a registrar'] : [],
    changes: bad ? [] : [change(4, 'loses access now', 'Deqa Ali (navigator, A-1004): is suspended and loses access now.'), change(8, 'gains access now', 'Jo Lindgren (broker, 1880008): is active again and gains access now.'), change(60, 'new', 'Kou Thao (navigator, A-4471): is new and can be invited.'), change(11, 'changed', 'Abdi Nur (agency administrator): organization was Isuroon Clinic and is Lakes Outreach now.')],
    same: 1187, applied, digest: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c' as RosterDifference['digest'], waiting: false,
  }
}

export function line(id: string, mine: boolean, gone: ReadonlySet<string>, added: ReadonlySet<string>): LineSheet {
  const person = (x: typeof p.sam, leads: boolean) => ({ account: x.account, name: x.name, role: x.role, leads, works: true, certified: x.certified, me: x === p.jo })
  const people = [person(p.jo, true), person(p.sam, false), person(p.ruth, false)].filter((x) => !gone.has(x.account))
  const more = p.roster(60).filter((r) => r.account !== undefined && added.has(r.account)).map((r) => ({ account: r.account ?? '', name: r.name, role: r.role, leads: false, works: true, certified: true, me: false }))
  const stale = id === p.brokerLine.id
  return { id, name: stale ? 'Broker Service Line' : 'Assister Resource Center', slug: stale ? 'broker' : 'arc', founded: true, mine, people: [...people, ...more], since: Date.now() - 12 * p.day, stale }
}

export const returns = (): Return[] => [
  { id: p.id(0x51), name: 'Amina Warsame', phone: '+1 555 0142', started: Date.now() - 2 * p.hour, expires: Date.now() + 70 * p.hour, by: 'Ingrid Dahl', proofed: 'level 2, in person', state: 'waiting', came: true, released: 1, canRelease: true },
  { id: p.id(0x52), name: 'Per Halvorsen', phone: '+1 555 0199', started: Date.now() - 30 * p.hour, expires: Date.now() + 40 * p.hour, by: 'Rolf Rinaldi', proofed: 'level 2, by video', state: 'waiting', came: false, released: 0, canRelease: true },
  { id: p.id(0x53), name: 'Grace Lindqvist', phone: '+1 555 0111', started: Date.now() - 9 * p.day, expires: Date.now() - 6 * p.day, by: 'Ingrid Dahl', proofed: 'level 2, in person', state: 'done', came: true, released: 2, canRelease: false },
]

export function log(broken: boolean): LogSheet {
  const kinds: Pick<LogRow, 'what' | 'by' | 'about' | 'line' | 'role'>[] = [
    { what: 'line/member-remove', by: 'Jo Lindgren', about: 'Sam Ortiz', line: 'Assister Resource Center' }, { what: 'line/member-add', by: 'Jo Lindgren', about: 'Sam Ortiz', line: 'Assister Resource Center' },
    { what: 'agency/credential', by: 'Lakeland Health Exchange', about: 'Tomás Aguilar-Featherstonehaugh', line: '', role: 'navigator' }, { what: 'account/genesis', by: 'Mai Vang', about: 'Mai Vang', line: '' },
    { what: 'agency/credential-revoke', by: 'Lakeland Health Exchange', about: 'Deqa Ali', line: '' }, { what: 'account/device-add', by: 'Grace Lindqvist', about: 'Grace Lindqvist', line: '' }, { what: 'account/officers', by: 'Mai Vang', about: 'Mai Vang', line: '' }, { what: 'build', by: '', about: '', line: '' },
  ]
  const rows = Array.from({ length: 640 }, (_, n): LogRow => {
    const kind = kinds[n % kinds.length] ?? { what: 'build' as const, by: '', about: '', line: '' }
    return { index: 1203 - n, ...(kind.what === 'build' ? {} : { at: Date.now() - n * 7 * p.hour, byAccount: p.jo.account }), ...kind }
  })
  return { rows, entries: 1204, seen: 1190, witnesses: 2, root: 'ab'.repeat(32), ...(broken ? { fault: { why: 'order' as const, at: 811 } } : {}) }
}

export const linesOf = (works: boolean): Facts['lines'] => [{ ...p.arc, name: 'Assister Resource Center', works, leads: works }, p.brokerLine]
