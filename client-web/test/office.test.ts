// The office's own rules: what a file of a table says, what is told before an
// act, which rows of the log fit, and when a log is not whole.

import { describe, expect, test } from 'vitest'
import { csv } from '../src/admin/csv.ts'
import { matching } from '../src/admin/filter.ts'
import { addable, wallOf } from '../src/admin/lines.tsx'
import { notYet } from '../src/admin/letters.tsx'
import { placesOf } from '../src/admin/may.ts'
import { mistakes } from '../src/admin/roster.tsx'
import { known, pick } from '../src/admin/sort.ts'
import { daysTo, standingOf } from '../src/admin/standing.ts'
import { fileOf, type Col } from '../src/admin/table.tsx'
import { checkEntries } from '../src/core/replay.ts'
import { noHash, toID, type Bytes, type Hash, type ID } from '../src/crypto/envelope/bytes.ts'
import { encodeLink, linkHash, type Link } from '../src/crypto/envelope/link.ts'
import { lineGenesisBody } from '../src/crypto/envelope/line.ts'
import { linkLeaf } from '../src/crypto/keylog/leaf.ts'
import { Growing } from '../src/crypto/keylog/root.ts'
import { checkConsistency } from '../src/crypto/keylog/tree.ts'
import type { LogRow } from '../src/link/office.ts'
import { format, parse } from '../src/state/route.ts'
import { words as en } from '../src/words/en.ts'
import { office } from '../src/words/en-office.ts'
import { acts, type LogLeaf, type PersonRow, type Role } from '../src/wire/gen.ts'
import { roster } from './stage/people.ts'

describe('a table as a file', () => {
  test('a cell that a spreadsheet would take for a formula is text', () => {
    for (const evil of ['=cmd()', '+1', '-1', '@sum', '\tx', '\rx']) expect(csv(['a'], [[evil]])).toContain(`"'${evil}"`)
    expect(csv(['a'], [['A-1041']])).toBe('\uFEFFa\r\nA-1041\r\n')
  })

  test('commas, quotes and line ends stay inside their cell', () => {
    expect(csv(['a', 'b'], [['x, "y"', 'line\nend']])).toBe('\uFEFFa,b\r\n"x, ""y""","line\nend"\r\n')
  })

  test('it has the rows that are shown, in their order, and no column of buttons', () => {
    const cols: Col<string>[] = [{ key: 'n', label: 'Name', text: (x) => x }, { key: 'act', label: 'Action', text: () => 'press', acts: true }]
    expect(fileOf(cols, ['b', 'a'])).toBe('\uFEFFName\r\nb\r\na\r\n')
  })
})

test('ten thousand rows: each letter looks at each row once and makes no text anew', () => {
  let made = 0
  const rows = known(roster(10_000), (r) => {
    made++
    return en.roles[r]
  })
  let looked = 0
  const counting = (text: string) => ({ includes: (x: string) => {
    looked++
    return text.includes(x)
  } }) as unknown as string
  const counted = rows.map((k) => ({ ...k, text: counting(k.text) }))
  expect(pick(counted, 'mai', false, { by: 'name', down: false }).length).toBeGreaterThan(0)
  expect(made).toBe(10_000)
  expect(looked).toBe(10_000)
})

describe('what may be told and done', () => {
  test('every place is one that the service lets the role ask for, and no other role has it', () => {
    const roles = Object.keys(en.roles) as Role[]
    for (const role of roles) {
      const places = placesOf(role)
      const may = (act: keyof typeof acts) => (acts[act].roles as readonly Role[]).includes(role)
      expect(places.includes('people'), role).toBe(may('GET /v1/people'))
      expect(places.includes('roster'), role).toBe(may('POST /v1/roster'))
      expect(places.includes('log'), role).toBe(may('GET /v1/log'))
      expect(places.includes('invitations'), role).toBe(may('POST /v1/sponsorships'))
      expect(places.includes('returns'), role).toBe(may('GET /v1/reissues'))
    }
    expect(placesOf('navigator')).toEqual([])
  })

  test('the consequence is told in numbers, and never as "0 threads"', () => {
    expect(office.person.suspendText('Amina', 14)).toMatch(/^Amina can no longer read or write in 14 threads from now on\. What was sent stays\./)
    expect(office.person.suspendText('Amina', 1)).toContain('in 1 thread from')
    expect(office.person.suspendText('Amina', 0)).not.toContain('thread')
    expect(office.lines.takeConsequence('Sam', 'ARC', 3)).toContain('Sam can no longer open what waits on ARC. 3 threads that Sam has taken stay with Sam until handed on.')
    expect(office.lines.takeConsequence('Sam', 'ARC', 0)).not.toContain('thread')
  })

  test('a standing follows the row', () => {
    const account = toID(new Uint8Array(16).fill(1))
    expect(standingOf({ state: 'active', certified: true })).toBe('not-yet')
    expect(standingOf({ state: 'active', certified: true, account })).toBe('certified')
    expect(standingOf({ state: 'active', certified: false, account })).toBe('lapsed')
    expect(standingOf({ state: 'inactivated', certified: false, account })).toBe('inactivated')
  })

  test('days are counted whole, to and fro', () => {
    const day = 86_400_000
    expect([daysTo(day * 3 + 5, 0), daysTo(5, 0), daysTo(0, 5), daysTo(0, day * 2)]).toEqual([3, 0, -1, -2])
  })

  test('letters are for those in force without an account who do not wait already; a line is for those whom the roster names', () => {
    const rows = roster(40)
    const without = rows.filter((r) => r.account === undefined && r.state === 'active')
    const [one] = without
    expect(without.length).toBeGreaterThan(1)
    expect(notYet(rows, [])).toEqual(without)
    expect(notYet(rows, [{ account: 'x', login: '', role: 'cac', key: one?.key ?? '', ready: true }])).toEqual(without.slice(1))
    const staff: PersonRow[] = rows.map((r): PersonRow => ({ ...r, lines: r.role === 'specialist' ? ['arc'] : ['broker'] }))
    const could = addable(staff, { slug: 'arc', people: [] })
    expect(could.length).toBeGreaterThan(0)
    expect(could.every((r) => r.role === 'specialist' && r.certified && r.account !== undefined)).toBe(true)
    expect(addable(staff, { slug: 'arc', people: [{ account: could[0]?.account ?? '', name: '', role: 'specialist', leads: false, works: true, certified: true, me: false }] })).toEqual(could.slice(1))
    expect(wallOf(staff, 'arc').map(([role]) => role)).toEqual(['specialist'])
  })
})

test('mistakes of a roster are told by their row', () => {
  expect(mistakes(['Line 3: no name', 'the file is empty'])).toEqual([{ row: 3, text: 'no name' }, { row: 0, text: 'the file is empty' }])
})

test('addresses of the office can be kept, and a broken one names no place', () => {
  const r = parse('/people/assister%3AA-1041')
  expect(r).toEqual({ at: 'office', page: 'people', item: 'assister:A-1041' })
  expect(parse(format(r))).toEqual(r)
  expect(parse('/log')).toEqual({ at: 'office', page: 'log' })
  for (const broken of ['/people/%E0%A4%A', '/people/a/b', '/lines/xyz', '/roster/x']) expect(parse(broken), broken).toEqual({ at: 'unknown' })
})

describe('the log', () => {
  const line = toID(new Uint8Array(16).fill(7))
  const agency = toID(new Uint8Array(16).fill(8))

  /** Three statements of one chain, one after another. */
  function entries(): LogLeaf[] {
    const out: LogLeaf[] = []
    let prev: Hash = noHash
    for (let seq = 1n; seq <= 3n; seq++) {
      const link: Link = {
        kind: 'line', type: 'line/genesis', chain: line, seq, prev, time: 1000n * seq, agency, signerAcct: '0'.repeat(32) as ID, signerDev: agency, body: lineGenesisBody.encode({ name: 'ARC', admins: [agency] }),
      }
      const signed = { link: encodeLink(link), sig: new Uint8Array(64), countersig: new Uint8Array(0) }
      prev = linkHash(signed)
      out.push({ leaf: linkLeaf.encode({ chain: line, seq, hash: prev }), link: { link: signed.link, sig: signed.sig } })
    }
    return out
  }

  function rootOf(leaves: readonly LogLeaf[]): Hash {
    const tree = new Growing()
    for (const l of leaves) tree.add(l.leaf as Bytes)
    return tree.root()
  }

  test('whole, and caught wherever something is changed, missing, swapped or added', () => {
    const all = entries()
    const states = [{ size: 3n, root: rootOf(all), why: 'root' as const }, { size: 2n, root: rootOf(all.slice(0, 2)), why: 'seen' as const }]
    const [a, b, c] = all as [LogLeaf, LogLeaf, LogLeaf]
    expect(checkEntries(all, states).fault).toBeUndefined()
    expect(checkEntries([a, c], states).fault).toEqual({ why: 'order', at: 1 })
    expect(checkEntries([a, b], states).fault).toEqual({ why: 'root', at: 2 })
    expect(checkEntries([b, a, c], states).fault?.why).toBe('order')
    const changed = { ...b, link: { ...(b.link ?? { link: new Uint8Array(0), sig: new Uint8Array(0) }), sig: new Uint8Array(64).fill(1) } }
    expect(checkEntries([a, changed, c], states).fault).toEqual({ why: 'row', at: 1 })
    const { link: _, ...hidden } = b
    expect(checkEntries([a, hidden, c], states).fault?.why).toBe('row')
    expect(checkEntries(all, [{ size: 2n, root: rootOf([a]), why: 'seen' }]).fault).toEqual({ why: 'seen', at: 1 })
  })

  test('a growing tree has the root that proofs are about', () => {
    const tree = new Growing()
    for (let i = 0; i < 9; i++) {
      tree.add(new Uint8Array([i]))
      expect(() => checkConsistency(tree.size, tree.root(), tree.size, tree.root(), [])).not.toThrow()
    }
    const two = new Growing()
    two.add(new Uint8Array([0]))
    const first = two.root()
    two.add(new Uint8Array([1]))
    const second = new Growing()
    second.add(new Uint8Array([1]))
    expect(() => checkConsistency(1n, first, 2n, two.root(), [second.root()])).not.toThrow()
    expect(() => checkConsistency(1n, first, 2n, tree.root(), [second.root()])).toThrow()
  })

  test('is filtered by person, action and day', () => {
    const row = (x: Partial<LogRow>): LogRow => ({ index: 0, what: 'account/genesis', by: '', about: '', line: '', ...x })
    const noon = new Date(2026, 10, 24, 12).getTime()
    const rows = [row({ index: 1, about: 'Mai Vang', at: noon }), row({ index: 2, what: 'line/member-add', by: 'Jo Lindgren', about: 'Sam Ortiz', at: noon + 86_400_000 }), row({ index: 3, what: 'build' })]
    const at = (x: object) => matching(rows, { person: '', group: 'all', from: '', to: '', ...x }, (r) => r.what).map((r) => r.index)
    expect(at({})).toEqual([1, 2, 3])
    expect(at({ person: 'ortiz jo' })).toEqual([2])
    expect(at({ group: 'line' })).toEqual([2])
    expect(at({ from: '2026-11-24', to: '2026-11-24' })).toEqual([1])
    expect(at({ from: '2026-11-25' })).toEqual([2])
  })
})
