// The queue: groups, rows, and the button that merges what is new.

import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { Row } from '../link/facts.ts'
import { display } from '../state/display.ts'
import { lines } from '../state/lines.ts'
import { ago } from '../state/time.ts'
import { ThreadRow, type RowLook } from '../talk/row.tsx'
import { Icon } from '../ui/icons.tsx'
import { Late } from '../ui/late.tsx'
import { Empty } from '../ui/note.tsx'
import { d } from '../words/staff.ts'
import { w } from '../words/words.ts'
import { cursor, marked, merge, openThread, routeTo, seats, source, touch, view } from './view.ts'
import { Bulk } from './bulk.tsx'
import { FilterBar, NothingFits } from './filterbar.tsx'
import { filterText } from './filter.ts'
import { aboutWords, Marks } from './marks.tsx'
import type { Group } from './order.ts'
import { drawn, plan, type Entry } from './window.ts'

const margin = 500

function lookOf(row: Row): RowLook {
  const words = w()
  const name = [row.opener?.name, row.opener?.organization].filter((x) => x !== undefined && x !== '').join(' · ')
  const look = (state: string, icon: RowLook['icon'], tone: RowLook['tone']): RowLook => ({ name: name === '' ? words.event.somebody : name, state, icon, tone })
  if (row.offered) return look(words.queue.groups.offered, 'share', 'warn')
  if (row.state === 'closed') return look(words.status.closedShort, 'archive', '')
  // A clock says how long it may still wait: how long it has waited would be a second number for the same.
  if (row.state === 'waiting') return look(row.work?.clock === undefined ? words.queue.waited(ago(row.opened)) : '', 'clock', '')
  if (row.mine) return row.turn === 'you' ? look(words.queue.groups.turn, 'pen', 'turn') : look(row.work?.wait === undefined ? words.queue.withYou : '', 'hand', '')
  return look(words.queue.takenBy(row.claimer?.name ?? words.event.somebody), 'person', '')
}

/** Heights as the style sheet has them, again whenever density or window change. */
function useHeights(): { row: number; head: number } {
  const heights = useSignal({ row: 84, head: 34 })
  const { density } = display.value
  useLayoutEffect(() => {
    const read = () => {
      const style = getComputedStyle(document.documentElement)
      heights.value = { row: parseFloat(style.getPropertyValue('--row')), head: parseFloat(style.getPropertyValue('--head')) }
    }
    read()
    addEventListener('resize', read)
    return () => removeEventListener('resize', read)
  }, [density])
  return heights.value
}

function useWindow() {
  const box = useRef<HTMLDivElement>(null)
  const at = useSignal({ from: 0, to: 1200 })
  const read = () => {
    const b = box.current
    if (b !== null) at.value = { from: b.scrollTop, to: b.scrollTop + b.clientHeight }
  }
  useEffect(() => {
    read()
    addEventListener('resize', read)
    return () => removeEventListener('resize', read)
  }, [])
  return { box, at, read }
}

export function groupWords(group: Group): string {
  const { groups } = d()
  return group in groups ? groups[group as keyof typeof groups] : w().queue.groups[group as keyof ReturnType<typeof w>['queue']['groups']]
}

function Line({ entry, size, open, last }: { entry: Entry; size: number; open: string | undefined; last: boolean }) {
  const style = { position: 'absolute', top: `${entry.top}px`, left: '0', right: '0' } as const
  if (entry.kind === 'head') {
    return <li style={style}><h2 class="group">{groupWords(entry.group)}<span class="count num">{entry.count}</span></h2></li>
  }
  const { row, gone } = entry.seat
  const here = cursor.value === row.id || (cursor.value === undefined && (open === row.id || last))
  return (
    <li style={style} aria-setsize={size} aria-posinset={entry.place}>
      <ThreadRow row={row} look={lookOf(row)} to={routeTo(row.id)} chosen={row.id === open} gone={gone} marked={marked.value.has(row.id)} calm={row.state === 'waiting'} marks={<Marks row={row} />} {...(row.work === undefined ? {} : { about: aboutWords(row) })} tab={here ? 0 : -1} onFocus={() => { cursor.value = row.id }} />
    </li>
  )
}

/** Brings the row under the keyboard into view and gives it the focus. */
export function focusRow(id: string): void {
  cursor.value = id
  const box = document.getElementById('queue')
  const entry = plan(seats.peek().seats, rowHeight(), headHeight()).entries.find((e) => e.kind === 'row' && e.seat.row.id === id)
  if (box === null || entry === undefined) return
  const room = headHeight()
  if (entry.top < box.scrollTop + room) box.scrollTop = entry.top - room
  else if (entry.top + rowHeight() > box.scrollTop + box.clientHeight) box.scrollTop = entry.top + rowHeight() - box.clientHeight
  requestAnimationFrame(() => box.querySelector<HTMLElement>(`[data-thread="${id}"]`)?.focus({ preventScroll: true }))
}

function cssNumber(name: string): number {
  return parseFloat(getComputedStyle(document.documentElement).getPropertyValue(name))
}
const rowHeight = () => cssNumber('--row')
const headHeight = () => cssNumber('--head')

export function viewName(): string {
  const words = w().queue
  return view.value === 'mine' ? words.mine : lines.value.find((l) => l.id === view.value)?.name ?? words.label
}

function Rows() {
  const { row, head } = useHeights()
  const { box, at, read } = useWindow()
  const all = seats.value.seats
  const p = useMemo(() => plan(all, row, head), [all, row, head])
  const open = openThread()
  const { from, to } = at.value
  const shown = drawn(p, from, to, margin, cursor.value ?? open)
  const first = p.entries.find((e) => e.kind === 'row')
  return (
    <div class="scroll" id="queue" ref={box} onScroll={read} onPointerEnter={touch} onFocusCapture={touch}>
      <ol class="listbox" aria-label={viewName()} ref={(el) => { if (el !== null) el.style.height = `${p.height}px` }}>
        {shown.map((e) => <Line key={e.kind === 'head' ? e.group : e.seat.row.id} entry={e} size={all.length} open={open} last={open === undefined && e === first} />)}
      </ol>
    </div>
  )
}

function Fresh() {
  const { fresh } = seats.value
  if (fresh === 0) return null
  const show = () => {
    merge()
    const first = seats.value.seats[0]
    if (first !== undefined) focusRow(first.row.id)
  }
  return <button type="button" class="btn main fresh" onClick={show}><Icon name="up" size={16} />{w().queue.fresh(fresh)}</button>
}

export function Queue() {
  const words = w()
  const known = source.value
  const name = viewName()
  return (
    <nav class="pane listpane" aria-label={words.queue.label}>
      <div class="listhead">
        {openThread() === undefined ? <h1 class="grow">{name}</h1> : <h2 class="grow">{name}</h2>}
        <Fresh />
        <span class="mute small num">{known !== undefined && words.queue.count(known.length)}</span>
      </div>
      {marked.value.size > 0 ? <Bulk /> : <FilterBar />}
      {known === undefined ? <Late label={words.app.loading} words={words.app.stillLoading} />
        : known.length === 0 && filterText.value !== undefined && seats.value.seats.length === 0 ? <NothingFits />
        : known.length === 0 && seats.value.seats.length === 0 ? <Empty icon="inbox" title={words.queue.empty(name)}><p>{words.queue.emptyText}</p></Empty>
        : <Rows key={`${view.value} ${filterText.value ?? ''}`} />}
    </nav>
  )
}
