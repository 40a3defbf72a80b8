// The three parts of the list of one's own questions.

import type { Row } from '../link/facts.ts'
import { withPatches } from '../state/overlay.ts'
import { rows } from '../state/rows.ts'

export interface Parts {
  fresh: Row[]
  active: Row[]
  closed: Row[]
}

/** New things on top, then what is open, then what is closed; newest first in each. */
export function partsOf(list: readonly Row[]): Parts {
  const sorted = [...list].sort((a, b) => b.changed - a.changed)
  const isNew = (r: Row) => r.unread > 0 || r.markedUnread
  return { fresh: sorted.filter(isNew), active: sorted.filter((r) => !isNew(r) && r.state !== 'closed'), closed: sorted.filter((r) => !isNew(r) && r.state === 'closed') }
}

export function patchedRows(): Parts {
  return partsOf(withPatches(rows.value ?? []))
}
