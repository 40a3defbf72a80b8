// What this person has asked: new things on top, then open, then closed.

import type { Row } from '../link/facts.ts'
import { patchedRows } from './rows.ts'
import { rows } from '../state/rows.ts'
import { go } from '../state/route.ts'
import { Announcements } from './news.tsx'
import { ThreadRow, type RowLook } from '../talk/row.tsx'
import { statusOf } from '../talk/status.ts'
import { Icon } from '../ui/icons.tsx'
import { Late } from '../ui/late.tsx'
import { Empty } from '../ui/note.tsx'
import { w } from '../words/words.ts'
import { shortSaid } from './standing.tsx'

function lookOf(row: Row): RowLook {
  const s = statusOf(row)
  const words = w()
  const name = row.onBehalf !== undefined ? words.list.onBehalf(row.onBehalf.name) : row.claimer !== undefined ? words.list.with(row.claimer.name) : row.lineName
  const place = shortSaid(row)
  const calling = row.work?.call_back?.state === 'now'
  const text = row.state === 'closed' ? words.status.closedShort : calling || place === undefined ? place ?? s.text : `${s.text} · ${place}`
  return { name, state: text, icon: calling ? 'phone' : s.icon, tone: calling ? 'warn' : s.turn ? 'turn' : '' }
}

function Group({ title, list, open }: { title: string; list: readonly Row[]; open: string | undefined }) {
  if (list.length === 0) return null
  return (
    <section aria-label={title}>
      <h2 class="group">{title}<span class="count num">{list.length}</span></h2>
      <ul>{list.map((row) => <li key={row.id}><ThreadRow row={row} look={lookOf(row)} to={{ at: 'thread', thread: row.id }} chosen={row.id === open} /></li>)}</ul>
    </section>
  )
}

function NewButton() {
  return <button type="button" class="btn main" onClick={() => go({ at: 'new', step: 1 })}><Icon name="plus" size={16} />{w().list.newOne}</button>
}

export function List({ open }: { open: string | undefined }) {
  const words = w().list
  const known = rows.value
  const { fresh, active, closed } = patchedRows()
  const count = fresh.length
  return (
    <nav class="pane listpane" aria-label={words.mine}>
      <div class="listhead">
        {open === undefined ? <h1 class="grow">{words.mine}</h1> : <h2 class="grow">{words.mine}</h2>}
        <NewButton />
        {known !== undefined && known.length > 0 && <p class="sum">{count === 0 ? words.none : words.unreadCount(count)}</p>}
      </div>
      <div class="scroll" id="list">
        <Announcements />
        {known === undefined && <Late label={words.loading} words={w().app.stillLoading} />}
        {known?.length === 0 && <Empty icon="letter" title={words.empty}><p>{words.emptyText}</p><NewButton /></Empty>}
        <Group title={words.unreadGroup} list={fresh} open={open} />
        <Group title={words.openGroup} list={active} open={open} />
        <Group title={words.closedGroup} list={closed} open={open} />
      </div>
    </nav>
  )
}
