// @vitest-environment happy-dom
// The logic behind the screens: places, order, shortcuts, finding, keeping parts.

import { describe, expect, test } from 'vitest'
import { pick, known } from '../src/admin/sort.ts'
import { partsOf } from '../src/assister/rows.ts'
import { topicsOf } from '../src/assister/topics.ts'
import { secretOf } from '../src/entry/app-step.tsx'
import { sameGroup, twoOf } from '../src/entry/recovery-step.tsx'
import { linesOf } from '../src/specialist/safety.tsx'
import { arrange, seat } from '../src/specialist/order.ts'
import { drawn, plan } from '../src/specialist/window.ts'
import { readDisplay } from '../src/state/display.ts'
import { refusal } from '../src/state/files.ts'
import { best, score } from '../src/state/fuzzy.ts'
import { format, parse, type Route } from '../src/state/route.ts'
import { same } from '../src/state/same.ts'
import { actionFor, defaultKeys, isPalette, type Press } from '../src/state/shortcuts.ts'
import { visible } from '../src/talk/messages.tsx'
import { row, roster, subjects } from './stage/people.ts'

const id = (n: number) => n.toString(16).padStart(32, '0')

describe('places', () => {
  const routes: Route[] = [
    { at: 'home' }, { at: 'thread', thread: id(1) }, { at: 'line', line: id(2) }, { at: 'line', line: id(2), thread: id(3) }, { at: 'new', step: 1 }, { at: 'new', step: 3, line: id(2), topic: 'life-event' },
    { at: 'search' }, { at: 'cases' }, { at: 'recover' }, { at: 'settings', page: 'devices' }, { at: 'setup' }, { at: 'add' },
  ]
  test('every place has an address that leads back to it', () => {
    for (const r of routes) {
      const [path = '', query = ''] = format(r).split('?')
      expect(parse(path, query)).toEqual(r)
    }
  })
  test('an address that is not one is said to be none', () => {
    for (const path of ['/t/xyz', `/t/${id(1)}/more`, '/line/1', '/nowhere', `/line/${id(1)}/x/${id(2)}`]) expect(parse(path).at).toBe('unknown')
  })
  test('a step without a topic is the first', () => {
    expect(parse('/new', 'step=3')).toEqual({ at: 'new', step: 1 })
  })
})

describe('order', () => {
  const rows = [row(1, {}), row(2, {}), row(3, { mine: true, state: 'taken', turn: 'you' })]
  test('the own turn is first, then who waits longest', () => {
    expect(arrange(rows).map((p) => p.id)).toEqual([rows[2]?.id, rows[1]?.id, rows[0]?.id])
  })
  test('what arrives, changes and goes moves nothing', () => {
    const order = arrange(rows)
    const last = new Map(rows.map((r) => [r.id, r]))
    const later = [row(9, {}), { ...row(2, {}), state: 'closed' as const }, row(3, { mine: true, state: 'taken', turn: 'you' })]
    const { seats, fresh } = seat(order, later, last)
    expect(seats.map((s) => s.row.id)).toEqual(order.map((p) => p.id))
    expect(seats.map((s) => s.gone)).toEqual([false, false, true])
    expect(seats[1]?.row.state).toBe('closed')
    expect(fresh).toBe(1)
  })
  test('one’s own questions: new, open, closed', () => {
    const parts = partsOf([row(1, { state: 'closed' }), row(2, { unread: 1 }), row(3, {}), row(4, { state: 'closed', markedUnread: true })])
    expect([parts.fresh.length, parts.active.length, parts.closed.length]).toEqual([2, 1, 1])
  })
})

describe('shortcuts', () => {
  const press = (key: string, x: Partial<Press> = {}): Press => ({ key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, isComposing: false, target: document.body, ...x })
  test('a letter asks for its act, unless it is off or held with another', () => {
    expect(actionFor(press('j'), defaultKeys, true)).toBe('next')
    expect(actionFor(press('j'), defaultKeys, false)).toBeUndefined()
    expect(actionFor(press('c', { ctrlKey: true }), defaultKeys, true)).toBeUndefined()
    expect(actionFor(press('c', { isComposing: true }), defaultKeys, true)).toBeUndefined()
  })
  test('nothing while typing or in a window', () => {
    const area = document.body.appendChild(document.createElement('textarea'))
    expect(actionFor(press('e', { target: area }), defaultKeys, true)).toBeUndefined()
    const dialog = document.body.appendChild(document.createElement('dialog'))
    dialog.setAttribute('open', '')
    expect(actionFor(press('e'), defaultKeys, true)).toBeUndefined()
    dialog.remove()
    area.remove()
  })
  test('a held letter walks and never acts', () => {
    expect(actionFor(press('j', { repeat: true }), defaultKeys, true)).toBe('next')
    expect(actionFor(press('e', { repeat: true }), defaultKeys, true)).toBeUndefined()
  })
  test('other letters, if somebody chose them', () => {
    expect(actionFor(press('n'), { ...defaultKeys, next: 'n' }, true)).toBe('next')
    expect(isPalette(press('K', { metaKey: true }))).toBe(true)
  })
  test('no two acts share a letter', () => {
    expect(new Set(Object.values(defaultKeys)).size).toBe(Object.keys(defaultKeys).length)
  })
})

describe('finding', () => {
  test('each word, in any order, without accents', () => {
    expect(score('vang notice', 'Notice is wrong Mai Vang')).toBeGreaterThan(0)
    expect(score('tomas', 'Tomás Aguilar')).toBeGreaterThan(0)
    expect(score('zebra', 'Notice is wrong')).toBeUndefined()
  })
  test('the straight match is before the strewn one', () => {
    expect(best('close', ['Calls lost one score', 'Close and go on'], (x) => x, 5)[0]).toBe('Close and go on')
  })
  test('two thousand threads answer a letter at once', () => {
    const rows = Array.from({ length: 2000 }, (_, n) => `${subjects[n % subjects.length]} ${n}`)
    const before = performance.now()
    expect(best('tax cred', rows, (x) => x, 12)).toHaveLength(12)
    expect(performance.now() - before).toBeLessThan(300) // the budget is 100 ms on a quiet machine
  })
})

describe('parts', () => {
  test('what did not change keeps its object', () => {
    const old = [{ id: '1', a: { b: 1 } }, { id: '2', a: { b: 2 } }]
    const fresh = same(old, [{ id: '2', a: { b: 2 } }, { id: '1', a: { b: 3 } }]) as typeof old
    expect(fresh[0]).toBe(old[1])
    expect(fresh[1]).not.toBe(old[0])
    expect(same(old, structuredClone(old))).toBe(old)
    expect(same({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 })
  })
  test('a list of ten thousand people is filtered and sorted', () => {
    const list = known(roster(10_000), (r) => r)
    const before = performance.now()
    const found = pick(list, 'vang a-1', true, { by: 'until', down: true })
    expect(performance.now() - before).toBeLessThan(600) // the budget is 200 ms on a quiet machine
    expect(found.every((r) => !r.certified && r.name.includes('Vang'))).toBe(true)
    expect(found.map((r) => r.until)).toEqual(found.map((r) => r.until).toSorted((a, b) => b - a))
  })
  test('only what is near is drawn, and the row under the keyboard', () => {
    const rows = Array.from({ length: 2000 }, (_, n) => row(n, {}))
    const seats = seat(arrange(rows), rows, new Map()).seats
    const p = plan(seats, 88, 34)
    const far = seats[1500]?.row.id
    const shown = drawn(p, 0, 900, 500, far)
    expect(shown.length).toBeLessThan(25)
    expect(shown.some((e) => e.kind === 'row' && e.seat.row.id === far)).toBe(true)
    expect(p.height).toBe(34 + 2000 * 88)
  })
  test('a thread shows its last messages first', () => {
    const items = Array.from({ length: 100 }, (_, n) => ({ key: String(n) })) as unknown as Parameters<typeof visible>[0]
    expect(visible(items, 40)).toMatchObject({ hidden: 40 })
    expect(visible(items, -20).hidden).toBe(0)
  })
  test('display settings that do not fit fall back', () => {
    expect(readDisplay('{"theme":"pink","undo":7,"shortcuts":false,"keys":{"next":"n","claim":"long"}}')).toMatchObject({ theme: 'system', undo: 8, shortcuts: false, keys: { next: 'n', claim: 'c' } })
    expect(readDisplay('not json')).toMatchObject({ density: 'comfortable' })
  })
  test('files: what is too large or of another kind', () => {
    expect(refusal({ size: 10, type: 'application/pdf' })).toBeUndefined()
    expect(refusal({ size: 30_000_000, type: 'application/pdf' })).toBe('tooBig')
    expect(refusal({ size: 10, type: 'application/x-msdownload' })).toBe('badKind')
  })
  test('only brokers are asked about the agent of record', () => {
    expect(topicsOf('broker')[0]).toBe('aor')
    expect(topicsOf('navigator')).not.toContain('aor')
  })
})

describe('codes', () => {
  test('sixty digits are four lines of three groups', () => {
    expect(linesOf('30412 88127 01948 55310 72264 90157 11840 66029 37715 20483 94602 58831').map((l) => l.length)).toEqual([3, 3, 3, 3])
  })
  test('two different groups are asked back', () => {
    for (let a = 0; a < 1; a += 0.13) {
      for (let b = 0; b < 1; b += 0.17) {
        const throws = [a, b]
        const [x, y] = twoOf(8, () => throws.shift() ?? 0)
        expect(x).toBeLessThan(y)
        expect(y).toBeLessThan(8)
      }
    }
  })
  test('letters that paper confuses are the same', () => {
    expect(sameGroup('o1-ab', '0IAB')).toBe(true)
    expect(sameGroup('0LAC', '0IAB')).toBe(false)
  })
  test('the secret to type into an app comes in groups', () => {
    expect(secretOf('otpauth://totp/a:b?secret=JBSWY3DPEHPK&issuer=a')).toBe('JBSW Y3DP EHPK')
  })
})
