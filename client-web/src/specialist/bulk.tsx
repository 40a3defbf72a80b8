// Several threads at once: what is marked, and what can be done with all of it.

import { Icon } from '../ui/icons.tsx'
import { lines } from '../state/lines.ts'
import { d } from '../words/staff.ts'
import { rowOf, window_ } from './acts.ts'
import { marked } from './view.ts'

/** Leads suggest; of what is marked, what waits on a line that they lead. */
export function suggestible(): string[] {
  const leads = new Set(lines.value.filter((l) => l.leads).map((l) => l.id))
  return [...marked.value].filter((id) => {
    const row = rowOf(id)
    return row !== undefined && row.state === 'waiting' && leads.has(row.line)
  })
}

export function Bulk() {
  const words = d().suggest
  const able = suggestible()
  const clear = () => {
    marked.value = new Set()
    document.querySelector<HTMLElement>('#queue [tabindex="0"]')?.focus()
  }
  return (
    <div class="filterbar bulk" role="group" aria-label={words.bar}>
      <b class="num">{words.more(marked.value.size)}</b>
      {able.length > 0 && <button type="button" class="btn" onClick={() => { window_.value = 'bulk' }}><Icon name="share" size={16} />{words.many(able.length)}</button>}
      <button type="button" class="btn quiet" onClick={clear}>{words.clear}</button>
    </div>
  )
}
