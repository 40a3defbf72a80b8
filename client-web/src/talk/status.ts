// Where a thread stands, in words.

import type { Row } from '../link/facts.ts'
import { date } from '../state/time.ts'
import type { IconName } from '../ui/icons.tsx'
import { w } from '../words/words.ts'

export interface Status {
  text: string
  /** What its opener can do next. */
  next: string
  icon: IconName
  turn: boolean
}

/** As the person who asked sees it. */
export function statusOf(row: Row): Status {
  const words = w().status
  const { next } = words
  if (row.state === 'closed') return { text: words.closed(date(row.changed)), next: next.closed, icon: 'archive', turn: false }
  if (row.turn === 'you') return { text: words.yourTurn(row.lineName), next: next.you, icon: 'pen', turn: true }
  if (row.state === 'taken') return { text: words.theirTurn(row.claimer?.name ?? row.lineName), next: next.them, icon: 'person', turn: false }
  return { text: words.waitingLine(row.lineName), next: next.waiting, icon: 'clock', turn: false }
}
