import { signal } from '@preact/signals'
import type { Offer } from '../link/calls.ts'

/** Which of the later calls the worker answers. */
export const offers = signal<Offer[]>([])
