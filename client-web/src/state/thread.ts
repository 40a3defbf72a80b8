import { signal } from '@preact/signals'
import type { ThreadFact } from '../link/facts.ts'

/** The open thread. */
export const thread = signal<ThreadFact | undefined>(undefined)
