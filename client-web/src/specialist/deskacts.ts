// What can be done with a thread as work. Keys, the menu and the palette read the
// same table.

import type { Work } from '../link/desk.ts'
import type { Id, Row } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { lines } from '../state/lines.ts'
import { calls } from '../state/link.ts'
import { me } from '../state/me.ts'
import { patchRow } from '../state/overlay.ts'
import { sentence } from '../state/problem.ts'
import type { Action } from '../state/shortcuts.ts'
import { tellTrouble, trouble } from '../state/trouble.ts'
import type { IconName } from '../ui/icons.tsx'
import { d } from '../words/staff.ts'
import { w } from '../words/words.ts'
import { openWindow, rowOf, window_, type Desk } from './acts.ts'

export interface DeskAct {
  word: string
  icon: IconName
  action?: Action
  run: () => void
}

export function leadsLine(line: Id): boolean {
  return lines.value.some((l) => l.id === line && l.leads)
}

/** Whether this person has the thread. */
export function has(row: Row | undefined): boolean {
  return row?.state === 'taken' && row.mine && row.claimer?.account === me.value?.account
}

/** Shows the change at once, and takes it back with the reason when the service refuses. */
export async function change(id: Id, work: Partial<Work>, call: Promise<unknown>, done: string): Promise<boolean> {
  trouble.value = undefined
  const row = rowOf(id)
  const undo = row?.work === undefined ? () => undefined : patchRow(id, { work: { ...row.work, ...work } })
  try {
    await call
    announce(done)
    return true
  } catch (error) {
    tellTrouble(sentence(error))
    return false
  } finally {
    undo()
  }
}

export function resume(id: Id): void {
  void change(id, {}, calls.wait({ thread: id, for: '' }), d().work.resumed)
}

export function review(id: Id, agree: boolean): void {
  void change(id, { lane: agree ? 'urgent' : 'normal' }, calls.review({ thread: id, agree }), agree ? d().work.agreed : d().work.refused)
}

const by: Partial<Record<Action, Desk>> = { wait: 'wait', urgent: 'urgent', suggest: 'suggest', tie: 'tie', move: 'move', history: 'history', call: 'call' }

/** Which windows make sense for a thread now. */
export function ableTo(row: Row | undefined): Desk[] {
  if (row?.work === undefined) return []
  const lead = leadsLine(row.line)
  const mine = has(row)
  const able: [Desk, boolean][] = [
    ['wait', mine], ['urgent', row.state !== 'closed' && (row.mine || lead)], ['suggest', lead && row.state === 'waiting'], ['tie', mine || lead], ['split', mine && row.opener !== undefined], ['move', mine],
    ['call', row.state !== 'closed' && row.work.call_back !== undefined && (mine || row.state === 'waiting')], ['spoke', mine], ['history', true],
  ]
  return able.filter(([, yes]) => yes).map(([which]) => which)
}

export function deskActs(id: Id): DeskAct[] {
  const row = rowOf(id)
  const acts = w().acts
  const icons: Partial<Record<Desk, IconName>> = { wait: 'clock', urgent: 'up', suggest: 'share', tie: 'people', split: 'plus', move: 'next', call: 'phone', spoke: 'phone', history: 'form' }
  const word = (which: Desk) => (which === 'split' ? d().split.act : which === 'spoke' ? d().spoke.act : acts[which as keyof typeof acts] as string)
  return ableTo(row).map((which): DeskAct => ({ word: word(which), icon: icons[which] ?? 'dot', ...(which in by ? { action: which as Action } : {}), run: () => openWindow(which, id) }))
}

/** A key was pressed: the window opens where it makes sense, and nothing happens elsewhere. */
export function runDesk(action: Action, id: Id): void {
  const which = by[action]
  if (which !== undefined && ableTo(rowOf(id)).includes(which)) openWindow(which, id)
}

export function shutWindow(): void {
  window_.value = 'none'
}
