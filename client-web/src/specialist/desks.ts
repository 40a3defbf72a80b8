// How the lines answer: topics, rules, hours, and whether each is open. Asked for
// when the workspace opens, and again now and then: openings turn by themselves.

import { signal } from '@preact/signals'
import type { DeskInfo, StaffRow, Topic } from '../link/desk.ts'
import type { Id, Row } from '../link/facts.ts'
import { calls } from '../state/link.ts'

const again = 300_000

export const desks = signal<DeskInfo[]>([])
/** Colleagues by name, of the lines whose people were asked for. */
export const colleagues = signal<Record<Id, StaffRow[]>>({})

export function startDesks(): () => void {
  const read = () => {
    calls.desks().then((l) => { desks.value = l }, () => undefined) // without them threads have no topics in words, and all else works
  }
  read()
  const timer = setInterval(read, again)
  return () => clearInterval(timer)
}

export function deskOf(line: Id): DeskInfo | undefined {
  return desks.value.find((x) => x.id === line)
}

export function topicOf(row: Row): Topic | undefined {
  return deskOf(row.line)?.desk.topics.find((t) => t.id === row.work?.topic)
}

/** Asks who works on a line, for names and loads. */
export async function readStaff(line: Id): Promise<StaffRow[]> {
  const list = await calls.staff(line)
  colleagues.value = { ...colleagues.value, [line]: list }
  return list
}

export function colleague(id: Id): string | undefined {
  return Object.values(colleagues.value).flat().find((s) => s.account === id)?.name
}
