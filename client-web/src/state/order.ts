// An order that holds still. What arrives, changes or goes never moves a row
// under somebody's pointer or focus; a button merges it.

import type { Id, Row } from '../link/facts.ts'

export type Group = 'offered' | 'turn' | 'waiting' | 'mine' | 'others' | 'closed'
export const groups: readonly Group[] = ['offered', 'turn', 'waiting', 'mine', 'others', 'closed']

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

export function groupOf(r: Row): Group {
  if (r.offered) return 'offered'
  if (r.state === 'closed') return 'closed'
  if (r.state === 'waiting') return 'waiting'
  if (!r.mine) return 'others'
  return r.turn === 'you' ? 'turn' : 'mine'
}

/** Oldest first where somebody waits; newest first where it is only looked up. */
function before(a: Row, b: Row, group: Group): number {
  return group === 'closed' || group === 'others' ? b.changed - a.changed : a.changed - b.changed
}

/** Makes the order anew. */
export function arrange(rows: readonly Row[]): Placed[] {
  return groups.flatMap((group) =>
    rows.filter((r) => groupOf(r) === group).sort((a, b) => before(a, b, group)).map((r): Placed => ({ id: r.id, group })))
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
