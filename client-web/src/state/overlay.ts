// What this person has just done and no fact says yet. It is apart from the
// facts, and goes away when the facts catch up.

import { computed, signal } from '@preact/signals'
import type { Act, Id, MessageItem, Row, ThreadFact } from '../link/facts.ts'
import { acts } from './acts.ts'
import { thread } from './thread.ts'

interface Sending {
  thread: Id
  item: MessageItem
}

const sending = signal<Sending[]>([])
const patches = signal<Record<Id, Partial<Row>>>({})
let turn = 0
/** Milliseconds in which a fact follows the answer of its call. */
const overlap = 500

/** Shows a message at once; the answer settles it under the worker's name for it. */
export function showSending(to: Id, text: string, hold: number, identifiers: boolean): { settle(key: string): void; drop(): void } {
  const key = `local-${++turn}`
  const at = Date.now()
  const item: MessageItem = {
    kind: 'message', key, at, by: undefined, mine: true, state: hold > 0 ? 'held' : 'sending', ...(hold > 0 ? { leaves: at + hold } : {}),
    text, files: [], identifiers, unproven: false, onBehalf: undefined,
  }
  sending.value = [...sending.value, { thread: to, item }]
  const without = (k: string) => sending.value.filter((s) => s.item.key !== k)
  return {
    drop: () => {
      sending.value = without(key)
    },
    settle: (real) => {
      // The fact is on its way, or here already; either way this stand-in must not outlive it.
      sending.value = sending.value.map((s) => (s.item.key === key ? { ...s, item: { ...s.item, key: real } } : s))
      setTimeout(() => {
        sending.value = without(real)
      }, overlap)
    },
  }
}

/** The open thread with what was just sent at its end. */
export const shownThread = computed<ThreadFact | undefined>(() => {
  const t = thread.value
  if (t === undefined) return undefined
  const has = new Set(t.items.map((i) => i.key))
  const extra = sending.value.filter((s) => s.thread === t.id && !has.has(s.item.key)).map((s) => s.item)
  return extra.length === 0 ? t : { ...t, items: [...t.items, ...extra] }
})

/** Changes a row at once; undone when the call fails, forgotten when it succeeds and the fact has it. */
export function patchRow(id: Id, change: Partial<Row>): () => void {
  patches.value = { ...patches.value, [id]: change }
  return () => {
    const { [id]: _, ...rest } = patches.value
    patches.value = rest
  }
}

/** How a row looks once an act that waits has gone through. */
const looks: Record<Act['what'], Partial<Row>> = {
  close: { state: 'closed', turn: 'nobody' }, release: { state: 'waiting', mine: false, turn: 'line' }, transfer: { turn: 'them' },
}

export function withPatches(list: readonly Row[]): Row[] {
  const p: Record<Id, Partial<Row>> = { ...patches.value }
  for (const a of acts.value) if (a.state === 'held' || a.state === 'sending') p[a.thread] = { ...p[a.thread], ...looks[a.what] }
  return list.map((r) => (p[r.id] === undefined ? r : { ...r, ...p[r.id] }))
}
