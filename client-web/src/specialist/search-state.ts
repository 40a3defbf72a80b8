// What was looked for, kept so that coming back from a thread shows the same
// results. It is in no address and no storage.

import { signal } from '@preact/signals'
import type { Found } from '../link/calls.ts'

export const query = signal('')
export const results = signal<{ found: Found[]; threads: number; since: number } | undefined>(undefined)

export function setSearch(text: string): void {
  query.value = text
  results.value = undefined
}
