// What crosses the edge between a page and the worker.

import type { Calls, PageCalls, Problem, Upload } from './calls.ts'
import type { Facts } from './facts.ts'

export type Fact = { [K in keyof Facts]: { fact: K; value: Facts[K] } }[keyof Facts]

export interface Answer {
  answer: number
  value?: unknown
  problem?: Problem
}

export interface Call<Name extends string> {
  call: number
  name: Name
  input: unknown[]
}

export type ToWorker = Call<keyof Calls> | Answer | { bye: true } | { awake: true }
export type ToPage = Fact | Answer | Call<keyof PageCalls> | { upload: Upload }

/** A port as both sides use it. */
export interface Port {
  postMessage(message: unknown): void
  onmessage: ((event: MessageEvent) => void) | null
}
