// The list that is on the screen: its order holds still from the first touch on,
// and is made anew by the "new threads" button or by going elsewhere.

import { computed, effect, signal, untracked } from '@preact/signals'
import type { Id, Row } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { serviceNow } from '../state/clock.ts'
import { withPatches } from '../state/overlay.ts'
import { queues } from '../state/queues.ts'
import { route, type Route } from '../state/route.ts'
import { rows } from '../state/rows.ts'
import { d } from '../words/staff.ts'
import { w } from '../words/words.ts'
import { filtered, filterText } from './filter.ts'
import { arrange, bandOf, Crossings, seat, type Placed, type Seat } from './order.ts'

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
  return list === undefined ? undefined : [...filtered(withPatches(list))]
})

/** How many thresholds lie behind: it changes when a thread crosses one, and not with each second. */
const crossed = computed(() => {
  const now = serviceNow()
  let n = 0
  for (const r of source.value ?? []) {
    const clock = r.work?.clock
    if (clock !== undefined && !clock.paused) n += { later: 0, paused: 0, soon: 1, late: 2 }[bandOf(clock, now)]
    if (r.work?.wait?.until !== undefined && r.work.wait.until <= now) n++
  }
  return n
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
  order.value = arrange(source.peek() ?? [], serviceNow())
  announce(w().queue.fresh(fresh))
}

/** One sentence for what became due or late this moment. */
function tell(found: { soon: Row[]; late: Row[] }): void {
  const words = d().due
  const say = (list: readonly Row[], one: (s: string) => string, many: (c: number) => string) => {
    const [first] = list
    if (first !== undefined) announce(list.length > 1 || first.subject === undefined ? many(list.length) : one(first.subject))
  }
  say(found.soon, words.nowSoon, words.manySoon)
  say(found.late, words.nowLate, words.manyLate)
}

export function startView(): () => void {
  let before: string | undefined
  const crossings = new Crossings()
  return effect(() => {
    const here = `${view.value}?${filterText.value ?? ''}`
    const list = source.value
    void crossed.value
    const now = untracked(serviceNow)
    untracked(() => tell(crossings.look((list ?? []).filter((r) => r.state === 'waiting' || r.mine), now)))
    if (here !== before) {
      touched = false
      last.clear()
      cursor.value = undefined
      marked.value = new Set()
      before = here
      seen.value = view.value
      order.value = []
    }
    for (const r of list ?? []) last.set(r.id, r)
    if (!touched || order.peek().length === 0) order.value = arrange(list ?? [], now)
  })
}

export function routeTo(id: Id): Route {
  const filter = filterText.value === undefined ? {} : { filter: filterText.value }
  return view.value === 'mine' ? { at: 'thread', thread: id, ...filter } : { at: 'line', line: view.value, thread: id, ...filter }
}

/** The list without a thread. */
export function routeBack(): Route {
  const filter = filterText.value === undefined ? {} : { filter: filterText.value }
  return view.value === 'mine' ? { at: 'home', ...filter } : { at: 'line', line: view.value, ...filter }
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
