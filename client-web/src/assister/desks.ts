// How the lines answer, as the service says it, for the screens of whoever asks.

import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { DeskInfo, Topic } from '../link/desk.ts'
import type { Id } from '../link/facts.ts'
import { calls } from '../state/link.ts'
import { me } from '../state/me.ts'

const again = 60_000

/** failed: they could not be asked for, and nothing older is known. */
export const desks = signal<{ list: DeskInfo[] } | 'failed' | undefined>(undefined)

async function fetchDesks(): Promise<void> {
  try {
    desks.value = { list: await calls.desks() }
  } catch {
    if (desks.value === undefined) desks.value = 'failed'
  }
}

/** Asks while a screen shows them, and again each minute: places and times move on. */
export function useDesks(): void {
  useEffect(() => {
    void fetchDesks()
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void fetchDesks()
    }, again)
    return () => clearInterval(timer)
  }, [])
}

export function deskOf(line: Id): DeskInfo | undefined {
  const known = desks.value
  return known === undefined || known === 'failed' ? undefined : known.list.find((d) => d.id === line)
}

/** What this person can ask about on a line; undefined: the line has no topics, or they are not known. */
export function topicsFor(info: DeskInfo | undefined): Topic[] | undefined {
  const role = me.value?.role
  const all = info?.desk.topics.filter((t) => (t.roles ?? []).length === 0 || (role !== undefined && t.roles?.includes(role) === true))
  return all === undefined || all.length === 0 ? undefined : all
}
