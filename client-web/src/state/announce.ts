// What a screen reader is told without the focus moving. Sparingly: one short
// sentence about something the person did or must know.

import { signal } from '@preact/signals'

/** The number makes the same sentence twice in a row two announcements. */
export const said = signal<{ text: string; turn: number }>({ text: '', turn: 0 })

export function announce(text: string): void {
  said.value = { text, turn: said.value.turn + 1 }
}
