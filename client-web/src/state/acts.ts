import { signal } from '@preact/signals'
import type { Act, Id } from '../link/facts.ts'

/** What was done and can still be taken back, and how it ended. */
export const acts = signal<Act[]>([])

/** Whether something that was done to a thread has not gone through yet. */
export function isUnderWay(thread: Id): boolean {
  return acts.value.some((a) => a.thread === thread && (a.state === 'held' || a.state === 'sending'))
}
