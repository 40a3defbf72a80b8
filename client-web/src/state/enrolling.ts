import { signal } from '@preact/signals'

/** Somebody is in the middle of setting up: the last words are theirs to leave. */
export const enrolling = signal(false)
