// Whether I am at work: seen at any time, changed by one act. Who goes away keeps
// what they have, and is told what was suggested to them.

import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Shift, ShiftState } from '../link/desk.ts'
import type { Row } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { serviceNow } from '../state/clock.ts'
import { calls } from '../state/link.ts'
import { me } from '../state/me.ts'
import { sentence } from '../state/problem.ts'
import { queues } from '../state/queues.ts'
import { rows } from '../state/rows.ts'
import { tellTrouble } from '../state/trouble.ts'
import { Icon } from '../ui/icons.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { d } from '../words/staff.ts'
import { w } from '../words/words.ts'
import { openAt, window_ } from './acts.ts'
import { shutWindow } from './deskacts.ts'
import { momentWords } from './due.ts'

const quarter = 900_000
export const shift = signal<Shift | undefined>(undefined)

/** Waiting threads that are suggested to this person. */
export function suggestedToMe(): Row[] {
  const account = me.value?.account
  return Object.values(queues.value).flat().filter((r) => r.state === 'waiting' && r.work?.for !== undefined && r.work.for === account)
}

export async function setShift(state: ShiftState, span?: number): Promise<void> {
  const before = shift.value
  const next: Shift = { state, ...(span === undefined ? {} : { until: Math.round(serviceNow() + span) }) }
  shift.value = next
  try {
    await calls.setShift(next)
    announce(d().shift.done(d().shift.states[state]))
    // After the menu has given the focus back.
    if (state !== 'available' && suggestedToMe().length > 0) setTimeout(() => { window_.value = 'away' })
  } catch (error) {
    shift.value = before
    tellTrouble(sentence(error))
  }
}

const shapes: Record<ShiftState, string> = { available: 'M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12Z', away: 'M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12ZM10 6.5V10l2.5 1.5', off: 'M4.5 10h11' }

export function Mark({ state }: { state: ShiftState }) {
  return <svg viewBox="0 0 20 20" width="16" height="16" fill={state === 'available' ? 'currentColor' : 'none'} stroke="currentColor" stroke-width="2" stroke-linecap="round" class={`shiftmark ${state}`} aria-hidden="true" focusable="false"><path d={shapes[state]} /></svg>
}

export function MyShift() {
  const words = d().shift
  const queue = w().queue
  useEffect(() => {
    calls.shift().then((s) => { shift.value = s }, () => undefined) // it stays unsaid; the next visit asks again
  }, [])
  const now = shift.value
  if (now === undefined) return null
  const over = now.until !== undefined && now.until <= serviceNow()
  const state = now.state === 'away' && over ? 'available' : now.state
  const said = state === 'away' && now.until !== undefined ? words.awayUntil(momentWords(now.until)) : words.states[state]
  return (
    <Menu label={words.label(said)} face={<><Mark state={state} /><span class="who onlywide">{said}</span><Icon name="down" size={14} /></>}>
      {state !== 'available' && <MenuItem act={() => void setShift('available')}><Mark state="available" />{words.states.available}</MenuItem>}
      <MenuItem act={() => void setShift('away', quarter)}><Mark state="away" />{words.awayFor(queue.minutes(15))}</MenuItem>
      <MenuItem act={() => void setShift('away', 4 * quarter)}><Mark state="away" />{words.awayFor(queue.hours(1))}</MenuItem>
      <MenuItem act={() => void setShift('away')}><Mark state="away" />{words.back}</MenuItem>
      {state !== 'off' && <MenuItem act={() => void setShift('off')}><Mark state="off" />{words.states.off}</MenuItem>}
    </Menu>
  )
}

/** What was suggested to whoever goes away. */
export function Away() {
  const words = d().shift
  const list = suggestedToMe()
  const open = (rows.value ?? []).filter((r) => r.mine && r.state === 'taken').length
  const go = (id: string) => {
    shutWindow()
    setTimeout(() => openAt(id))
  }
  return (
    <div class="stack">
      <p>{words.text}</p>
      <ul class="stack-s">{list.map((r) => <li key={r.id}><button type="button" class="link" onClick={() => go(r.id)}>{r.subject ?? w().list.sealed}</button></li>)}</ul>
      {open > 0 && <p class="mute">{words.mineCount(open)}</p>}
      <div class="ends"><button type="button" class="btn main" onClick={shutWindow}>{words.take}</button></div>
    </div>
  )
}
