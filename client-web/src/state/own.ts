import { signal } from '@preact/signals'
import type { OwnChange } from '../link/facts.ts'

/** Changes in the own account that nobody here has confirmed. */
export const own = signal<OwnChange[]>([])
