// One thread in a list. The same row for everybody; what stands in it differs.

import type { ComponentChildren, TargetedMouseEvent } from 'preact'
import type { Row } from '../link/facts.ts'
import { format, go, type Route } from '../state/route.ts'
import { full, short } from '../state/time.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import { w } from '../words/words.ts'
import { focusTitle, wantTitle } from './title.tsx'
import { watchWords } from './watchers.tsx'

export interface RowLook {
  /** Who it is with, above the subject. */
  name: string
  state: string
  icon: IconName
  tone: 'turn' | 'warn' | ''
}

interface Props {
  row: Row
  look: RowLook
  to: Route
  chosen: boolean
  gone?: boolean
  marked?: boolean
  /** Unread is the usual state here: a dot says it, and nothing shouts. */
  calm?: boolean
  /** What stands before its state, where a line's people work with more than that. */
  marks?: ComponentChildren
  /** In place of its first words. */
  about?: string
  tab?: number
  onFocus?: () => void
}

function Foot({ row, look, gone, marks, about }: { row: Row; look: RowLook; gone: boolean; marks: ComponentChildren; about: string | undefined }) {
  const words = w()
  const watched = watchWords(row.watchers)
  const state = gone ? words.queue.gone : look.state
  return (
    <span class="foot">
      {!gone && marks}
      {state !== '' && (watched === undefined || gone) && <span class={look.tone === '' || gone ? 'tag' : `tag ${look.tone}`}><Icon name={look.icon} size={13} />{state}</span>}
      {watched !== undefined && <span class="tag watch"><Icon name={row.watchers.some((x) => x.writing) ? 'pen' : 'eye'} size={13} />{watched}</span>}
      {row.waiting > 0 && <span class="tag warn"><Icon name="clock" size={13} />{words.list.waitsHere(row.waiting)}</span>}
      {row.draft && <span class="tag"><Icon name="pen" size={13} />{words.list.draft}</span>}
      {row.sensitive && <><Icon name="lock" size={14} /><span class="unseen">{words.list.sensitive}</span></>}
      {(about ?? row.snippet) !== undefined && <span class="snip">{about ?? row.snippet}</span>}
    </span>
  )
}

export function ThreadRow({ row, look, to, chosen, gone = false, marked = false, calm = false, tab, onFocus, marks, about }: Props) {
  const words = w()
  const unread = row.unread > 0 || row.markedUnread
  const subject = row.subject ?? words.list.sealed
  const open = (e: TargetedMouseEvent<HTMLAnchorElement>) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey) return // the browser opens a tab
    e.preventDefault()
    if (chosen) return focusTitle()
    wantTitle()
    go(to)
  }
  const classes = ['thread-row', unread ? 'unread' : '', calm ? 'calm' : '', row.subject === undefined ? 'sealed' : '', gone ? 'gone' : ''].filter((c) => c !== '').join(' ')
  return (
    <a href={format(to)} class={classes} aria-current={chosen ? 'true' : undefined} tabIndex={tab} data-thread={row.id} onClick={open} onFocus={onFocus}>
      {unread && <><span class="dot" /><span class="unseen">{row.unread > 0 ? words.list.unread(row.unread) : words.list.marked}. </span></>}
      <span class="name">{look.name}</span>
      <time class="at" dateTime={new Date(row.changed).toISOString()} title={full(row.changed)}>{short(row.changed)}</time>
      <span class="subject">{subject === '' ? words.list.noSubject : subject}</span>
      <Foot row={row} look={look} gone={gone} marks={marks} about={about} />
      {marked && <span class="box"><Icon name="check" size={16} /><span class="unseen">{words.queue.mark}</span></span>}
    </a>
  )
}
