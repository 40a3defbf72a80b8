// An order that holds still. What arrives, changes or goes never moves a row
// under somebody's pointer or focus; a button merges it.

import type { Clock } from '../link/desk.ts'
import type { Id, Row } from '../link/facts.ts'

export type Band = 'late' | 'soon' | 'later' | 'paused'
export const bands: readonly Band[] = ['late', 'soon', 'later', 'paused']
export type Group = Band | 'offered' | 'turn' | 'waiting' | 'mine' | 'snoozed' | 'others' | 'closed'
export const groups: readonly Group[] = ['offered', 'late', 'soon', 'later', 'turn', 'waiting', 'paused', 'mine', 'snoozed', 'others', 'closed']

/** From here on a thread is about to be late. */
const soon = 15 * 60_000

export interface Placed {
  id: Id
  group: Group
}

/** A row as a list shows it: gone means that it has left the list since the order was made. */
export interface Seat {
  row: Row
  group: Group
  gone: boolean
}

export function bandOf(clock: Clock, now: number): Band {
  if (clock.paused) return 'paused'
  if (now >= clock.due) return 'late'
  return now >= clock.due - soon ? 'soon' : 'later'
}

/** now: by the service's clock. A thread that nobody knows as work stands where it did before there were clocks. */
export function groupOf(r: Row, now = 0): Group {
  if (r.offered) return 'offered'
  if (r.state === 'closed') return 'closed'
  if (r.state === 'taken' && !r.mine) return 'others'
  const wait = r.state === 'taken' ? r.work?.wait : undefined
  if (wait?.for === 'assister') return 'paused'
  if (wait !== undefined && (wait.until === undefined || wait.until > now)) return 'snoozed'
  const clock = r.work?.clock
  if (clock !== undefined) return bandOf(clock, now)
  if (r.state === 'waiting') return 'waiting'
  return r.turn === 'you' ? 'turn' : 'mine'
}

/**
 * As the service orders a line: urgent first, then by when each joined, and its
 * own number where two are the same. What is only looked up is newest first.
 */
function before(a: Row, b: Row, group: Group): number {
  if (group === 'closed' || group === 'others') return b.changed - a.changed
  const lane = (r: Row) => (r.work?.lane === 'urgent' ? 0 : 1)
  const since = (r: Row) => r.work?.since ?? r.changed
  return lane(a) - lane(b) || since(a) - since(b) || (a.work?.place ?? 0) - (b.work?.place ?? 0)
}

/** Makes the order anew. */
export function arrange(rows: readonly Row[], now = 0): Placed[] {
  const of = new Map<Group, Row[]>(groups.map((g) => [g, []]))
  for (const r of rows) of.get(groupOf(r, now))?.push(r)
  return groups.flatMap((group) => (of.get(group) ?? []).sort((a, b) => before(a, b, group)).map((r): Placed => ({ id: r.id, group })))
}

/** Today's rows in yesterday's order, and how many wait to be merged. */
export function seat(order: readonly Placed[], rows: readonly Row[], last: ReadonlyMap<Id, Row>): { seats: Seat[]; fresh: number } {
  const now = new Map(rows.map((r) => [r.id, r]))
  const seats = order.flatMap(({ id, group }): Seat[] => {
    const row = now.get(id) ?? last.get(id)
    return row === undefined ? [] : [{ row, group, gone: !now.has(id) }]
  })
  const seated = new Set(order.map((p) => p.id))
  return { seats, fresh: rows.filter((r) => !seated.has(r.id)).length }
}

/** What has crossed a threshold since it was last looked at; each crossing is told once. */
export class Crossings {
  readonly #seen = new Map<Id, string>()

  look(rows: readonly Row[], now: number): { soon: Row[]; late: Row[] } {
    const out: { soon: Row[]; late: Row[] } = { soon: [], late: [] }
    for (const r of rows) {
      const clock = r.work?.clock
      if (clock === undefined || clock.paused || r.state === 'closed') continue
      const band = bandOf(clock, now)
      const mark = `${clock.due} ${band}`
      const before = this.#seen.get(r.id)
      this.#seen.set(r.id, mark)
      // A thread that is seen for the first time, or whose clock was set anew, has crossed nothing here.
      if (before === undefined || before === mark || !before.startsWith(`${clock.due} `)) continue
      if (band === 'late' || band === 'soon') out[band].push(r)
    }
    return out
  }
}
