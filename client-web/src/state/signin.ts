import { signal } from '@preact/signals'

/** When this sign-in ends, by the service's clock. */
export const signInEnds = signal<number | undefined>(undefined)
