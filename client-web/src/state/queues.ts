import { signal } from '@preact/signals'
import type { Id, Row } from '../link/facts.ts'

/** Threads of the lines this person works on, by line. */
export const queues = signal<Record<Id, Row[]>>({})
