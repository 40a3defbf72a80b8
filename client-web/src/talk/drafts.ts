// What was begun and not sent, by thread. The worker keeps it sealed; the copy
// here only makes switching threads immediate.

import { effect, signal } from '@preact/signals'
import type { Id } from '../link/facts.ts'
import { calls } from '../state/link.ts'
import { phase } from '../state/phase.ts'

const settle = 400

/** The box of a thread's reply, or of its note. */
export type Box = Id | `${Id}/note`

const texts = signal<Record<Box, string>>({})
const timers = new Map<Box, ReturnType<typeof setTimeout>>()

/** Where a thread's note is begun: never where its reply is. */
export function noteBox(thread: Id): Box {
  return `${thread}/note`
}

/** What is in a box: what was typed here, or what the worker kept. */
export function draftText(box: Box, kept: string): string {
  return texts.value[box] ?? kept
}

export function typed(box: Box, text: string): void {
  texts.value = { ...texts.value, [box]: text }
  clearTimeout(timers.get(box))
  timers.set(box, setTimeout(() => keep(box), settle))
}

/** Gives a draft to the worker now: before the page goes, or the thread is left. */
export function keep(box: Box): void {
  const timer = timers.get(box)
  if (timer === undefined) return
  clearTimeout(timer)
  timers.delete(box)
  const [thread = '', note] = box.split('/')
  void calls.draft({ thread, text: texts.peek()[box] ?? '', note: note !== undefined }).catch(() => undefined) // it stays in the box, and the next letter tries again
}

export function sent(box: Box): void {
  typed(box, '')
  keep(box)
}

/** Words that come back: in front of whatever was begun since. */
export function restoreText(box: Box, text: string): void {
  const now = texts.peek()[box] ?? ''
  typed(box, now === '' ? text : `${text}\n\n${now}`)
}

export function keepAll(): void {
  for (const box of [...timers.keys()]) keep(box)
}

// Who signs in again may have written on another device meanwhile: what the worker
// knows then counts, and it has everything that was typed here.
let before = phase.peek().phase
effect(() => {
  const now = phase.value.phase
  if (now !== before && before === 'signed-in') {
    keepAll()
    texts.value = {}
  }
  before = now
})

addEventListener('pagehide', keepAll)
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') keepAll()
})
