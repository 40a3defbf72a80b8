// A fresh second step for one act. The dialog stays until the act has worked or
// the person leaves it.

import { signal } from '@preact/signals'
import type { Factor } from '../link/calls.ts'

export interface FactorAsk {
  title: string
  text: string
  /** What the button does, in words. */
  go: string
  danger: boolean
  act: (factor: Factor) => Promise<unknown>
  end: (done: boolean) => void
}

export const factorAsk = signal<FactorAsk | undefined>(undefined)

/** Asks for the second step and does the act with it. Answers whether it was done. */
export function withFactor(ask: { title: string; text: string; go: string; danger?: boolean; act: (factor: Factor) => Promise<unknown> }): Promise<boolean> {
  return new Promise((good) => {
    factorAsk.value = {
      ...ask, danger: ask.danger === true,
      end: (done) => {
        factorAsk.value = undefined
        good(done)
      },
    }
  })
}
