import { signal } from '@preact/signals'
import type { Facts } from '../link/facts.ts'

/** Where this browser stands. */
export const phase = signal<Facts['phase']>({ phase: 'starting' })
