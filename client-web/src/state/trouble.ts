// An act that failed away from any form: said in a banner until it is put away.

import { signal } from '@preact/signals'

export const trouble = signal<string | undefined>(undefined)

export function tellTrouble(text: string): void {
  trouble.value = text
}
