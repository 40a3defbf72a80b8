// What goes with the next message besides its words: answers, case cards, and what
// private data it gives out. It stays in this page alone, because it is about
// consumers, and goes when the message does.

import { signal } from '@preact/signals'
import type { Answer, AnswerState, CaseCard, Consumer } from '../link/desk.ts'
import type { Id, Item } from '../link/facts.ts'
import { d } from '../words/staff.ts'

export interface Pending {
  answers: Record<Id, Answer>
  cases: Record<Id, CaseCard>
  /** Whether private data is given out; undefined: nobody has said. */
  gives: boolean | undefined
  kinds: string[]
}

const nothing: Pending = { answers: {}, cases: {}, gives: undefined, kinds: [] }
const all = signal<Record<Id, Pending>>({})

export function pendingOf(thread: Id): Pending {
  return all.value[thread] ?? nothing
}

export function setPending(thread: Id, x: Partial<Pending>): void {
  all.value = { ...all.value, [thread]: { ...pendingOf(thread), ...x } }
}

/** What left last, for whoever takes it back in time. */
const left = new Map<Id, Pending>()

export function bringBack(thread: Id): void {
  const p = left.get(thread)
  if (p !== undefined) setPending(thread, p)
  left.delete(thread)
}

export function clearPending(thread: Id): void {
  left.set(thread, pendingOf(thread))
  const { [thread]: _, ...rest } = all.value
  all.value = rest
}

export function countOf(p: Pending): number {
  return new Set([...Object.keys(p.answers), ...Object.keys(p.cases)]).size
}

/** What goes along, in the form of the contract. */
export function along(thread: Id): { answers?: Answer[]; cases?: CaseCard[]; disclosed?: string[] } {
  const p = pendingOf(thread)
  const answers = Object.values(p.answers)
  const cases = Object.values(p.cases)
  return { ...(answers.length === 0 ? {} : { answers }), ...(cases.length === 0 ? {} : { cases }), ...(p.gives === true && p.kinds.length > 0 ? { disclosed: p.kinds } : {}) }
}

/** Why it cannot go yet. An answer or a case card asks for a word on private data. */
export function unsaid(thread: Id): string | undefined {
  const p = pendingOf(thread)
  const words = d().answers
  if (countOf(p) > 0 && p.gives === undefined) return words.say
  return p.gives === true && p.kinds.length === 0 ? words.which : undefined
}

export interface Stand {
  consumer: Consumer
  state: AnswerState | undefined
  card: CaseCard | undefined
}

/** Where each consumer of a thread stands, by the newest that was said. */
export function standings(items: readonly Item[]): Stand[] {
  const out = new Map<Id, Stand>()
  for (const i of items) {
    if (i.kind !== 'message' || i.told === undefined || i.state === 'failed') continue
    for (const consumer of i.told.consumers ?? []) if (!out.has(consumer.id)) out.set(consumer.id, { consumer, state: undefined, card: undefined })
    for (const a of i.told.answers ?? []) {
      const stand = out.get(a.card)
      if (stand !== undefined) stand.state = a.state
    }
    for (const c of i.told.cases ?? []) {
      const stand = out.get(c.card)
      if (stand !== undefined) stand.card = c
    }
  }
  return [...out.values()]
}
