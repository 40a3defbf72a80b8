// The list that is on the screen: its order holds still from the first touch on,
// and is made anew by the "new threads" button or by going elsewhere.

import { computed, effect, signal } from '@preact/signals'
import type { Id, Row } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { arrange, seat, type Placed, type Seat } from '../state/order.ts'
import { withPatches } from '../state/overlay.ts'
import { queues } from '../state/queues.ts'
import { route, type Route } from '../state/route.ts'
import { rows } from '../state/rows.ts'
import { w } from '../words/words.ts'

export type View = 'mine' | Id

const seen = signal<View>('mine')

/** Which list: a line's queue, or the own threads. Settings and search leave it as it was. */
export const view = computed<View>(() => {
  const r = route.value
  return r.at === 'line' ? r.line : r.at === 'home' || r.at === 'thread' ? 'mine' : seen.value
})

/** undefined until the worker has told it. */
export const source = computed<Row[] | undefined>(() => {
  const list = view.value === 'mine' ? rows.value : queues.value[view.value]
  return list === undefined ? undefined : withPatches(list)
})

const order = signal<Placed[]>([])
const last = new Map<Id, Row>()
let touched = false

/** The row under the keyboard. */
export const cursor = signal<Id | undefined>(undefined)
export const marked = signal<ReadonlySet<Id>>(new Set())

export const seats = computed<{ seats: Seat[]; fresh: number }>(() => seat(order.value, source.value ?? [], last))

/** Somebody's pointer or focus is in the list: from now on nothing moves. */
export function touch(): void {
  touched = true
}

export function merge(): void {
  const { fresh } = seats.peek()
  order.value = arrange(source.peek() ?? [])
  announce(w().queue.fresh(fresh))
}

export function startView(): () => void {
  let before: View | undefined
  return effect(() => {
    const here = view.value
    const list = source.value
    if (here !== before) {
      touched = false
      last.clear()
      cursor.value = undefined
      marked.value = new Set()
      before = here
      seen.value = here
      order.value = []
    }
    for (const r of list ?? []) last.set(r.id, r)
    if (!touched || order.peek().length === 0) order.value = arrange(list ?? [])
  })
}

export function routeTo(id: Id): Route {
  return view.value === 'mine' ? { at: 'thread', thread: id } : { at: 'line', line: view.value, thread: id }
}

export function openThread(): Id | undefined {
  const r = route.value
  return r.at === 'thread' || r.at === 'line' ? r.thread : undefined
}

/** The neighbour of a row in the order that is shown. */
export function neighbour(id: Id | undefined, by: 1 | -1): Id | undefined {
  const list = seats.peek().seats
  const at = list.findIndex((s) => s.row.id === id)
  return at < 0 ? list[by === 1 ? 0 : list.length - 1]?.row.id : list[at + by]?.row.id
}

export function toggleMark(id: Id): void {
  const next = new Set(marked.value)
  if (!next.delete(id)) next.add(id)
  marked.value = next
}
