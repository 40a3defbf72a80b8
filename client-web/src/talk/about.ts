// What a thread says of its consumers, put together from all of its messages: who
// they are, the newest answer to each, where each case stands, and whose written
// permission was taken back.

import { computed } from '@preact/signals'
import type { Answer, CaseCard, Consumer, Rescind } from '../link/desk.ts'
import type { Id, Item } from '../link/facts.ts'
import { shownThread } from '../state/overlay.ts'

export interface About {
  consumers: Map<Id, Consumer>
  answers: Map<Id, Answer>
  cases: Map<Id, CaseCard>
  taken: Map<Id, Rescind>
}

const staff: readonly (string | undefined)[] = ['specialist', 'lead']

/** Only staff answer, and only the other side says that a permission was taken back: what else says so is shown where it stands and counts for nothing. */
export function aboutOf(items: readonly Item[]): About {
  const out: About = { consumers: new Map(), answers: new Map(), cases: new Map(), taken: new Map() }
  for (const item of items) {
    if (item.kind !== 'message' || item.told === undefined) continue
    const { consumers = [], answers = [], cases = [], rescinded = [] } = item.told
    const answers_ = staff.includes(item.by?.role)
    for (const c of consumers) if (!out.consumers.has(c.id)) out.consumers.set(c.id, c)
    if (answers_) {
      for (const a of answers) out.answers.set(a.card, a)
      for (const c of cases) out.cases.set(c.card, c)
    } else for (const x of rescinded) out.taken.set(x.card, x)
  }
  return out
}

export const about = computed(() => aboutOf(shownThread.value?.items ?? []))

const settled: readonly Answer['state'][] = ['answered', 'not-found']

/** How many of these consumers have an answer that settles their question. */
export function answered(list: readonly Consumer[], { answers }: About): number {
  return list.filter((c) => {
    const state = answers.get(c.id)?.state
    return state !== undefined && settled.includes(state)
  }).length
}
