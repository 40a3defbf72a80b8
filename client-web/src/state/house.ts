import { signal } from '@preact/signals'
import type { House } from '../link/facts.ts'

/** What the agency tells everybody about itself. */
export const house = signal<House | undefined>(undefined)
