// Threads of the stage as work: every state that a row or a header can show.

import type { Row } from '../../src/link/facts.ts'
import type { Board, Numbers, Report, StaffRow, Work } from '../../src/wire/gen.ts'
import type { ID } from '../../src/wire/gen.ts'
import * as p from './people.ts'

const topics = ['status', 'life-event', 'account-creation', 'notices', 'enrollment', 'manual-enrollment']
/** Minutes until each is due; the first ones are late, then about to be. */
const dues = [-19, 12, 95, 340, 1500, 30, -140, 9, 2900, 61]

export function workOf(n: number, r: Row): Work {
  const now = Date.now()
  const due = now + (dues[n % dues.length] ?? 0) * p.minute
  const work: Work = { topic: topics[n % topics.length] ?? 'other', lane: 'normal', consumers: n % 4 === 1 ? 0 : 1 + (n % 3), since: r.opened, verified: false, clock: { kind: r.state === 'waiting' ? 'first' : 'next', due, risk: due - 120 * p.minute, paused: false, rule: '1d' } }
  if (r.state === 'waiting') work.place = n + 1
  if (n % 9 === 0) Object.assign(work, { lane: 'urgent', urgent: { reason: 'care-now', review: 'waits' } })
  if (n === 4) work.urgent = { reason: 'newborn', review: 'refused' }
  if (n % 8 === 1 && r.state === 'waiting') work.for = (n === 1 ? p.sam.account : p.ruth.account) as ID
  if (n % 6 === 2) work.call_back = { state: 'waits', number: 'file', attempt: n === 20 ? 1 : 0, attempts: 2, accepted: n === 2 }
  if (n === 5) work.linked = [{ thread: p.id(0x1000) as ID, kind: 'link' }]
  if (r.state === 'taken' && r.mine && r.turn === 'them') Object.assign(work, { wait: { for: 'assister' }, clock: { ...work.clock, kind: 'close', paused: true } })
  if (n === 31) work.wait = { for: 'until', until: now + 26 * p.hour }
  if (r.state === 'closed') delete work.clock
  return work
}

export function staff(): StaffRow[] {
  const now = Date.now()
  return [
    { account: p.sam.account as ID, name: p.sam.name, lead: false, state: 'available', since: now - 120 * p.minute, load: 4, has: 3, skills: ['enrollment'] },
    { account: p.ruth.account as ID, name: p.ruth.name, lead: false, state: 'away', since: now - 15 * p.minute, load: 1, has: 1, skills: [], grant: now + 9 * p.day },
    { account: p.jo.account as ID, name: p.jo.name, lead: true, state: 'off', since: 0, load: 0, has: 0, skills: [] },
  ]
}

function numbers(from: number, to: number, n: number): Numbers {
  const arrived = [0, 6, 11, 9, 7, 5, 8, 6, 4, 2][n % 10] ?? 0
  const answered = Math.max(0, arrived - (n % 3))
  return {
    from, to, arrived, answered, closed: Math.max(0, answered - 1), reopened: n % 4 === 3 ? 1 : 0, abandoned: n % 5 === 2 ? 1 : 0, short_abandoned: 0, closed_unanswered: n % 6 === 4 ? 1 : 0, service_level: { part: Math.max(0, answered - (n % 2)), whole: answered },
    average_speed: arrived === 0 ? 0 : (22 + n) * p.minute, median_speed: arrived === 0 ? 0 : (14 + n) * p.minute, handle: arrived === 0 ? 0 : 17 * p.minute, occupancy: { part: arrived * 9 * p.minute, whole: 2 * p.hour }, first_contact: { part: Math.max(0, answered - 2), whole: answered }, calls: { asked: n % 3, reached: n % 2, missed: 0, given_up: 0 },
  }
}

const meanings = ['arrived', 'answered', 'closed', 'reopened', 'abandoned', 'service_level', 'median_speed', 'average_speed', 'handle', 'occupancy', 'first_contact', 'calls', 'backlog', 'late', 'countdown']

export function report(from: number, to: number, every: number): Report {
  const step = every === 0 ? to - from : every * p.minute
  const intervals = every === 0 ? [] : Array.from({ length: Math.min(62, Math.ceil((to - from) / step)) }, (_, n) => numbers(from + n * step, from + (n + 1) * step, every === 60 ? Math.max(0, n - 7) % 10 * (n > 7 && n < 18 ? 1 : 0) : n + 1))
  return {
    total: { ...numbers(from, to, 2), arrived: 58, answered: 51, closed: 44 }, intervals, late: 3,
    backlog: [{ from: 0, to: p.day, open: 14, waiting: 6 }, { from: p.day, to: 3 * p.day, open: 9, waiting: 2 }, { from: 3 * p.day, to: 7 * p.day, open: 4, waiting: 0 }, { from: 7 * p.day, to: 0, open: 1, waiting: 0 }],
    countdown: { open: 42, season: Date.now() + 30 * p.day, days: 21, rate: 2 }, meanings: meanings.map((name) => ({ name, text: `What “${name.replaceAll('_', ' ')}” counts, in one sentence of the service.` })),
  }
}

export function board(line: string, queue: readonly Row[]): Board {
  const now = Date.now()
  const midnight = now - (now % p.day)
  const open = queue.filter((r) => r.state !== 'closed')
  const due = (r: Row) => r.work?.clock?.due ?? Infinity
  const ids = (list: readonly Row[]) => list.map((r) => r.id as ID)
  return {
    line: line as ID, now, open: true, waiting: queue.filter((r) => r.state === 'waiting').length, oldest: now - 7 * p.hour, urgent: ids(open.filter((r) => r.work?.urgent?.review === 'waits')), at_risk: ids(open.filter((r) => due(r) > now && due(r) < now + 2 * p.hour)),
    late: ids(open.filter((r) => due(r) <= now)), unclaimed: ids(open.filter((r) => due(r) <= now && r.state === 'waiting')), stranded: ids(open.filter((r) => r.state === 'taken' && !r.mine).slice(0, 1)), report: report(midnight, midnight + p.day, 60), staff: staff(),
  }
}
