// What the list is narrowed to. It stands in the address, so that Back, a reload
// and a second tab show the same; and in words above the list.

import { computed } from '@preact/signals'
import type { Row } from '../link/facts.ts'
import { serviceMinute } from '../state/clock.ts'
import { go, route } from '../state/route.ts'
import { d } from '../words/staff.ts'
import { topicTitle } from './marks.tsx'
import { desks } from './desks.ts'
import { bandOf, bands, type Band } from './order.ts'

export interface Filter {
  topic?: string | undefined
  lane?: 'urgent' | 'normal' | undefined
  clock?: Band | undefined
}

export function readFilter(text: string | undefined): Filter {
  const query = new URLSearchParams(text ?? '')
  const topic = query.get('topic')
  const lane = query.get('lane')
  const clock = bands.find((b) => b === query.get('clock'))
  return { ...(topic === null ? {} : { topic }), ...(lane === 'urgent' || lane === 'normal' ? { lane } : {}), ...(clock === undefined ? {} : { clock }) }
}

export function writeFilter(f: Filter): string | undefined {
  const text = (['topic', 'lane', 'clock'] as const).flatMap((k) => (f[k] === undefined ? [] : [`${k}=${f[k]}`])).join('&')
  return text === '' ? undefined : text
}

export const filterText = computed(() => ('filter' in route.value ? route.value.filter : undefined))
export const filter = computed(() => readFilter(filterText.value))

export function fits(r: Row, f: Filter, now: number): boolean {
  if (f.topic !== undefined && r.work?.topic !== f.topic) return false
  if (f.lane !== undefined && (r.work?.lane ?? 'normal') !== f.lane) return false
  if (f.clock === undefined) return true
  const clock = r.work?.clock
  return clock !== undefined && r.state !== 'closed' && bandOf(clock, now) === f.clock
}

export function filtered(list: readonly Row[]): readonly Row[] {
  const f = filter.value
  return writeFilter(f) === undefined ? list : list.filter((r) => fits(r, f, f.clock === undefined ? 0 : serviceMinute()))
}

export function setFilter(f: Filter): void {
  const { filter: _, ...r } = { filter: undefined, ...route.value }
  const text = writeFilter(f)
  if (r.at === 'home' || r.at === 'thread' || r.at === 'line') go(text === undefined ? r : { ...r, filter: text }, 'replace')
}

/** Each part in words, with the filter that is left without it. */
export function filterWords(f: Filter, line: string | undefined): { text: string; without: Filter }[] {
  const words = d()
  const { topic, lane, clock } = f
  const title = topic === undefined ? '' : (line === undefined ? '' : topicTitle(line, topic)) || desks.value.flatMap((x) => x.desk.topics).find((t) => t.id === topic)?.title || topic
  return [
    ...(topic === undefined ? [] : [{ text: title, without: { ...f, topic: undefined } }]),
    ...(lane === undefined ? [] : [{ text: words.filter[lane], without: { ...f, lane: undefined } }]),
    ...(clock === undefined ? [] : [{ text: words.groups[clock], without: { ...f, clock: undefined } }]),
  ]
}
