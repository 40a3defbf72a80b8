// What was begun and not sent, by thread. The worker keeps it sealed; the copy
// here only makes switching threads immediate.

import { signal } from '@preact/signals'
import type { Id } from '../link/facts.ts'
import { calls } from '../state/link.ts'

const settle = 400
const texts = signal<Record<Id, string>>({})
const timers = new Map<Id, ReturnType<typeof setTimeout>>()

/** What is in the box of a thread: what was typed here, or what the worker kept. */
export function draftText(thread: Id, kept: string): string {
  return texts.value[thread] ?? kept
}

export function typed(thread: Id, text: string): void {
  texts.value = { ...texts.value, [thread]: text }
  clearTimeout(timers.get(thread))
  timers.set(thread, setTimeout(() => keep(thread), settle))
}

/** Gives a draft to the worker now: before the page goes, or the thread is left. */
export function keep(thread: Id): void {
  const timer = timers.get(thread)
  if (timer === undefined) return
  clearTimeout(timer)
  timers.delete(thread)
  void calls.draft({ thread, text: texts.peek()[thread] ?? '' }).catch(() => undefined) // it stays in the box, and the next letter tries again
}

export function sent(thread: Id): void {
  typed(thread, '')
  keep(thread)
}

/** Words that come back: in front of whatever was begun since. */
export function restoreText(thread: Id, text: string): void {
  const now = texts.peek()[thread] ?? ''
  typed(thread, now === '' ? text : `${text}\n\n${now}`)
}

export function keepAll(): void {
  for (const thread of [...timers.keys()]) keep(thread)
}

addEventListener('pagehide', keepAll)
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') keepAll()
})
