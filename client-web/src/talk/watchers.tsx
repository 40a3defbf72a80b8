// Which colleagues are at a thread now. Advice, no lock: the keys decide who may
// write, this only spares two people the same work.

import type { Row, Watcher } from '../link/facts.ts'
import { Icon } from '../ui/icons.tsx'
import { w } from '../words/words.ts'

/** In one sentence; who writes comes before who only looks. */
export function watchWords(list: readonly Watcher[]): string | undefined {
  const words = w().watch
  const first = list.find((x) => x.writing) ?? list[0]
  if (first === undefined) return undefined
  const said = first.writing ? words.writing(first.name) : words.viewing(first.name)
  return list.length === 1 ? said : `${said} ${words.more(list.length - 1)}`
}

export function Watching({ row }: { row: Row }) {
  const said = watchWords(row.watchers)
  if (said === undefined) return null
  return <p class="watching"><Icon name={row.watchers.some((x) => x.writing) ? 'pen' : 'eye'} size={15} />{said}</p>
}
