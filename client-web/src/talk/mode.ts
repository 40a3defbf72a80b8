// What one is about to write: a reply, or a note that only staff get. It is of the
// open thread alone: another thread begins with a reply.

import { signal } from '@preact/signals'
import type { Id } from '../link/facts.ts'

export type Mode = 'reply' | 'note'

const chosen = signal<{ thread: Id; mode: Mode } | undefined>(undefined)

export function modeOf(thread: Id): Mode {
  return chosen.value?.thread === thread ? chosen.value.mode : 'reply'
}

export function setMode(thread: Id, mode: Mode): void {
  chosen.value = { thread, mode }
}

/** The thread is left: what was chosen for it is not remembered. */
export function forgetMode(thread: Id): void {
  if (chosen.peek()?.thread === thread) chosen.value = undefined
}
