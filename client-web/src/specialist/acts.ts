// What a specialist can do with a thread. Keys, buttons and the palette all come
// here, so that they can never differ.

import { signal } from '@preact/signals'
import type { Can, Id, Outcome, Person, Row, ThreadFact } from '../link/facts.ts'
import { acts, isUnderWay } from '../state/acts.ts'
import { announce } from '../state/announce.ts'
import { display } from '../state/display.ts'
import { withFactor } from '../state/factor.ts'
import { calls } from '../state/link.ts'
import { patchRow } from '../state/overlay.ts'
import { sentence, told } from '../state/problem.ts'
import { queues } from '../state/queues.ts'
import { go } from '../state/route.ts'
import { rows } from '../state/rows.ts'
import { thread } from '../state/thread.ts'
import { tellTrouble, trouble } from '../state/trouble.ts'
import { focusComposer, wantComposer } from '../talk/composer.tsx'
import { setMode, type Mode } from '../talk/mode.ts'
import { focusTitle, wantTitle } from '../talk/title.tsx'
import { w } from '../words/words.ts'
import { focusRow } from './queue.tsx'
import { cursor, marked, neighbour, openThread, routeTo, toggleMark, touch } from './view.ts'

const tellEvery = 3000

/** Windows about a thread as work. */
export type Desk = 'wait' | 'urgent' | 'suggest' | 'tie' | 'split' | 'move' | 'history' | 'call' | 'spoke' | 'replies' | 'answer' | 'away'

/** Which window is open over the desk. */
export const window_ = signal<'none' | 'help' | 'palette' | 'transfer' | 'release' | 'close' | 'safety' | 'bulk' | Desk>('none')
/** The thread that the window is about. */
export const about = signal<Id>('')
export const sideOpen = signal(false)

/** The thread that a shortcut means: the open one, or the row under the keyboard. */
export function meant(): Id | undefined {
  const inList = document.activeElement?.closest('#queue') !== null && document.activeElement !== null
  return inList ? cursor.value ?? openThread() : openThread() ?? cursor.value
}

export function rowOf(id: Id): Row | undefined {
  return (rows.value ?? []).find((r) => r.id === id) ?? Object.values(queues.value).flat().find((r) => r.id === id)
}

/** Milliseconds in which an act can be taken back. */
function hold(): number {
  return display.value.undo * 1000
}

/** What may be done with a thread; for one that is not open, as far as its row tells. */
export function canOf(id: Id): Pick<Can, 'claim' | 'release' | 'close' | 'transfer'> {
  if (isUnderWay(id)) return { claim: false, release: false, close: false, transfer: false }
  const t: ThreadFact | undefined = thread.value
  if (t?.id === id) return t.can
  const row = rowOf(id)
  const mine = row?.state === 'taken' && row.mine
  return { claim: row?.state === 'waiting', release: mine, close: mine, transfer: false }
}

export function move(by: 1 | -1): void {
  touch()
  const inThread = document.activeElement?.closest('.threadpane') !== null && openThread() !== undefined
  const next = neighbour(inThread ? openThread() : cursor.value ?? openThread(), by)
  if (next === undefined) return announce(w().queue.noNext)
  if (inThread) {
    openAt(next)
  } else focusRow(next)
}

export function openAt(id: Id): void {
  touch()
  cursor.value = id
  if (openThread() === id) return focusTitle()
  wantTitle()
  go(routeTo(id))
}

/** Shows the change at once; takes it back, with the reason, when the service refuses. */
async function act(id: Id, change: Partial<Row>, call: Promise<unknown>, done: string, lost?: () => string): Promise<boolean> {
  trouble.value = undefined
  const undo = patchRow(id, change)
  try {
    await call
    announce(done)
    return true
  } catch (error) {
    if (error instanceof Left) return false
    const t = told(error)
    tellTrouble(lost !== undefined && (t.code === 'taken' || t.code === 'moot') ? lost() : sentence(error))
    return false
  } finally {
    undo()
  }
}

/** Takes a thread; a sensitive one asks who takes it for their second step. */
export async function take(id: Id): Promise<void> {
  if (rowOf(id)?.sensitive !== true) return calls.claim({ thread: id })
  const words = w()
  const done = await withFactor({ title: words.factor.title, text: words.list.sensitive, go: words.acts.claim, act: (factor) => calls.claim({ thread: id, factor }) })
  if (!done) throw new Left()
}

/** Somebody thought better of it: nothing is to be said about that. */
export class Left extends Error {}

export function claim(id: Id): void {
  if (!canOf(id).claim) return
  const words = w().acts
  const lost = () => {
    const who = rowOf(id)?.claimer?.name
    return who === undefined || rowOf(id)?.mine === true ? words.lostUnknown : words.lost(who)
  }
  void act(id, { state: 'taken', mine: true, turn: 'you' }, take(id), words.claimed, lost)
}

export function openWindow(which: 'close' | 'release' | 'transfer' | Desk, id: Id): void {
  about.value = id
  window_.value = which
}

/** Lets an act go that leaves after the time for undo. */
async function later(call: Promise<string>, done: string): Promise<boolean> {
  trouble.value = undefined
  try {
    await call
    announce(`${done} ${hold() > 0 ? w().doing.canUndo(hold() / 1000) : ''}`)
    return true
  } catch (error) {
    tellTrouble(sentence(error))
    return false
  }
}

export function release(id: Id): void {
  if (!canOf(id).release) return
  if (openThread() === id) return openWindow('release', id)
  // Who can read it then is known of the open thread only.
  openAt(id)
}

/** line: another one than its own. */
export function handBack(id: Id, reason: string, line?: Id): Promise<boolean> {
  return later(calls.release({ thread: id, reason, hold: hold(), ...(line === undefined ? {} : { line }) }), w().acts.released)
}

export function handOver(id: Id, to: Person, reason: string): Promise<boolean> {
  return later(calls.transfer({ thread: id, to: to.account, reason, hold: hold() }), w().doing.transfer(to.name, hold() / 1000))
}

/** Takes an act back that has not left yet, and keeps the reason that was written for it. */
export async function takeBack(key: string): Promise<void> {
  const thread = acts.value.find((a) => a.key === key)?.thread
  try {
    const reason = await calls.undo(key)
    if (thread !== undefined && reason !== '') reasons.set(thread, reason)
    announce(w().doing.undone)
    focusTitle()
  } catch (error) {
    tellTrouble(sentence(error))
  }
}

/** Asks how it ended. */
export function close(id: Id): void {
  if (!canOf(id).close) return
  fromList = document.activeElement?.closest('#queue') !== null
  openWindow('close', id)
}

/** Reasons of hand-overs that were taken back, for another try. */
export const reasons = new Map<Id, string>()
let fromList = false

/** Closes and goes on: the next thread opens and has the focus. */
export function finish(id: Id, outcome: Outcome): void {
  const next = neighbour(id, 1) ?? neighbour(id, -1)
  const inList = fromList
  void later(calls.close({ thread: id, outcome, hold: hold() }), `${w().acts.closed} ${next === undefined ? w().queue.noNext : w().queue.moved}`)
  if (next === undefined || next === id) return
  if (inList && openThread() !== id) focusRow(next)
  else openAt(next)
}

export function markUnread(id: Id): void {
  void act(id, { markedUnread: true }, calls.markUnread(id), w().acts.unreadDone)
}

export function accept(id: Id): void {
  void act(id, { state: 'taken', mine: true, offered: false, turn: 'you' }, calls.accept(id), w().acts.accepted)
}

export function ask(id: Id): void {
  if (thread.value?.id === id && thread.value.can.ask) void act(id, {}, calls.ask(id), w().acts.asked)
}

function writeAt(id: Id, mode: Mode): void {
  setMode(id, mode)
  if (openThread() === id) return void requestAnimationFrame(focusComposer)
  wantComposer()
  openAt(id)
}

export function reply(id: Id): void {
  writeAt(id, 'reply')
}

/** Writes a note that only staff get. */
export function note(id: Id): void {
  writeAt(id, 'note')
}

export function offer(id: Id): void {
  if (openThread() === id && canOf(id).transfer) openWindow('transfer', id)
}

export function mark(id: Id): void {
  toggleMark(id)
}

/** Marks the row under the keyboard and the next one, and goes there. */
export function markOn(by: 1 | -1): void {
  const here = cursor.value ?? openThread()
  const next = neighbour(here, by)
  if (here === undefined || next === undefined) return announce(w().queue.noNext)
  marked.value = new Set([...marked.value, here, next])
  touch()
  focusRow(next)
  announce(w().queue.marked(marked.value.size))
}

let toldAt = 0

/** Colleagues are told that somebody writes here: once in a while, not at each letter. */
export function typing(id: Id): void {
  if (Date.now() - toldAt < tellEvery) return
  toldAt = Date.now()
  void calls.writing(id).catch(() => undefined) // only advice: nobody waits for it
}
