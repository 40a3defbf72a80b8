import { signal } from '@preact/signals'

/** Something was caught that an honest service does not do. */
export const alarm = signal<string | undefined>(undefined)
