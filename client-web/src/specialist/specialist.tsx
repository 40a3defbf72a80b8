// The workspace of those who answer: one list, one thread, who it is.

import { signal, useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { Settings } from '../settings/settings.tsx'
import { Link } from '../shell/bar.tsx'
import { Frame, NotFound } from '../shell/frame.tsx'
import { display } from '../state/display.ts'
import { lines } from '../state/lines.ts'
import { queues } from '../state/queues.ts'
import { route } from '../state/route.ts'
import { rows } from '../state/rows.ts'
import { Icon } from '../ui/icons.tsx'
import { Late } from '../ui/late.tsx'
import { Empty } from '../ui/note.tsx'
import { d, useStaff } from '../words/staff.ts'
import { w } from '../words/words.ts'
import { sideOpen, window_ } from './acts.ts'
import { Context } from './context.tsx'
import { leadsLine } from './deskacts.ts'
import { startDesks } from './desks.ts'
import { Doing } from './doing.tsx'
import { useKeys } from './keys.ts'
import { Queue } from './queue.tsx'
import { Search } from './search.tsx'
import { MyShift } from './shift.tsx'
import { Thread } from './thread.tsx'
import { openThread, startView, view } from './view.ts'
import { Windows } from './windows.tsx'

function Tabs() {
  const words = w().queue
  const here = route.value.at === 'search' || route.value.at === 'settings' || route.value.at === 'board' ? undefined : view.value
  const turns = (rows.value ?? []).filter((r) => r.turn === 'you' || r.offered).length
  return (
    <nav class="lines" aria-label={words.lines}>
      <Link to={{ at: 'home' }} look="tab" here={here === 'mine'}>{words.mine}{turns > 0 && <span class="count">{turns}</span>}</Link>
      {lines.value.filter((l) => l.works).map((l) => {
        const waiting = (queues.value[l.id] ?? []).filter((r) => r.state === 'waiting').length
        return <Link key={l.id} to={{ at: 'line', line: l.id }} look="tab" here={here === l.id}>{l.name}{waiting > 0 && <span class="count">{waiting}</span>}</Link>
      })}
      {lines.value.filter((l) => l.leads && l.works).map((l, _, all) => <Link key={`board ${l.id}`} to={{ at: 'board', line: l.id }} look="tab" here={route.value.at === 'board' && route.value.line === l.id}>{all.length > 1 ? `${d().board}: ${l.name}` : d().board}</Link>)}
    </nav>
  )
}

function Tools() {
  const words = w().acts
  return (
    <>
      <MyShift />
      <button type="button" class="find" aria-keyshortcuts="Control+K" onClick={() => { window_.value = 'palette' }}>
        <Icon name="search" size={16} /><span>{words.palette}</span><kbd aria-hidden="true">Ctrl K</kbd>
      </button>
      <button type="button" class="btn quiet icon" aria-label={words.help} onClick={() => { window_.value = 'help' }}><Icon name="question" /></button>
    </>
  )
}

function Desk() {
  const open = openThread()
  const words = w().queue
  const { keys, shortcuts } = display.value
  return (
    <main id="main" class={open === undefined ? 'panes' : sideOpen.value ? 'panes three sideopen' : 'panes three'} tabIndex={-1} data-show={open === undefined ? 'list' : 'thread'}>
      <Queue />
      <section class="pane threadpane" tabIndex={-1} aria-label={words.choice}>
        {open === undefined ? <Empty icon="inbox" title={words.chooseTitle}>{shortcuts && <p>{words.choose(keys.next, 'Enter')}</p>}</Empty> : <Thread key={open} id={open} />}
      </section>
      {open !== undefined && <Context />}
    </main>
  )
}

/** The numbers of a line load when they are first looked at. */
const board = signal<ComponentType<{ line: string }> | undefined>(undefined)

function Numbers({ line }: { line: string }) {
  const lost = useSignal(false)
  useEffect(() => {
    if (board.value !== undefined) return
    import('./board.tsx').then(async (m) => {
      await m.ready()
      board.value = m.Board
    }).catch(() => { lost.value = true })
  }, [])
  const Shown = board.value
  const words = w()
  if (Shown !== undefined) return <Shown key={line} line={line} />
  return <main id="main" class="page" tabIndex={-1}>{lost.value ? <p class="plain">{words.banner.offline} <a href={location.href}>{words.entry.again}</a></p> : <Late label={words.app.loading} words={words.app.stillLoading} />}</main>
}

/** What must be there before the workspace is shown. */
export const ready = useStaff

export function Specialist() {
  useEffect(startView, [])
  useEffect(startDesks, [])
  useKeys()
  const { at } = route.value
  return (
    <Frame nav={<Tabs />} tools={<Tools />}>
      {route.value.at === 'board' ? (leadsLine(route.value.line) ? <Numbers line={route.value.line} /> : <NotFound />)
        : at === 'settings' ? <Settings /> : at === 'search' ? <Search /> : at === 'home' || at === 'thread' || at === 'line' ? <Desk /> : <NotFound />}
      <Doing />
      <Windows />
    </Frame>
  )
}
