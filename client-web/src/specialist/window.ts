// Which part of a long list is drawn. Headings and rows have fixed heights, so
// every place can be counted and nothing has to be measured.

import type { Group, Seat } from './order.ts'

export type Entry = { kind: 'head'; group: Group; count: number; top: number } | { kind: 'row'; seat: Seat; place: number; top: number }

export interface Plan {
  entries: Entry[]
  height: number
}

export function plan(seats: readonly Seat[], rowHeight: number, headHeight: number): Plan {
  const counts = new Map<Group, number>()
  for (const s of seats) counts.set(s.group, (counts.get(s.group) ?? 0) + 1)
  const entries: Entry[] = []
  let top = 0
  let group: Group | undefined
  seats.forEach((seat, i) => {
    if (seat.group !== group) {
      group = seat.group
      entries.push({ kind: 'head', group, count: counts.get(group) ?? 0, top })
      top += headHeight
    }
    entries.push({ kind: 'row', seat, place: i + 1, top })
    top += rowHeight
  })
  return { entries, height: top }
}

/** What is near the part in view, and always the row under the keyboard, so that its focus is not lost. */
export function drawn({ entries }: Plan, from: number, to: number, margin: number, keep: string | undefined): Entry[] {
  return entries.filter((e) => (e.top >= from - margin && e.top <= to + margin) || (e.kind === 'row' && e.seat.row.id === keep))
}
