// What stands on a row: when it is due, why it goes first, for whom, about whom.
// Each is a shape and words; the colour only repeats them.

import { useComputed } from '@preact/signals'
import type { Work } from '../link/desk.ts'
import type { Row } from '../link/facts.ts'
import { serviceNow } from '../state/clock.ts'
import { me } from '../state/me.ts'
import { Icon } from '../ui/icons.tsx'
import { d } from '../words/staff.ts'
import { desks } from './desks.ts'
import { dueOf } from './due.ts'
import type { Band } from './order.ts'

const shapes: Record<Band, string> = { late: 'M10 2.5 18.5 17.5h-17L10 2.5Z', soon: 'M10 2 18 10 10 18 2 10 10 2Z', later: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14Z', paused: 'M5 3.5h3v13H5zM12 3.5h3v13h-3z' }
const tones: Record<Band, string> = { late: 'bad', soon: 'warn', later: '', paused: '' }

export function Shape({ band }: { band: Band }) {
  return <svg class="shape" viewBox="0 0 20 20" width="12" height="12" fill={band === 'later' ? 'none' : 'currentColor'} stroke="currentColor" stroke-width="2" aria-hidden="true" focusable="false"><path d={shapes[band]} /></svg>
}

/** A part of its own: it is drawn anew when its words change, and the row is not. */
export function Due({ work }: { work: Work }) {
  const said = useComputed(() => {
    const due = dueOf(work, serviceNow())
    return due === undefined ? '' : `${due.band} ${due.text}`
  })
  if (said.value === '') return null
  const at = said.value.indexOf(' ')
  const band = said.value.slice(0, at) as Band
  return <span class={`tag due ${tones[band]}`}><Shape band={band} />{said.value.slice(at + 1)}</span>
}

export function isCalling(work: Work | undefined): boolean {
  const state = work?.call_back?.state
  return state === 'waits' || state === 'snoozed' || state === 'missed' || state === 'now'
}

export function UrgentTag({ work, short = false }: { work: Work; short?: boolean }) {
  const words = d()
  const { urgent } = work
  if (urgent === undefined) return null
  const why = words.reasons[urgent.reason] ?? urgent.reason
  if (work.lane !== 'urgent') return short ? null : <span class="tag"><Icon name="up" size={13} />{words.row.asked(why)}</span>
  return <span class="tag bad"><Icon name="up" size={13} />{words.row.urgent(why)}</span>
}

export function Marks({ row }: { row: Row }) {
  const words = d().row
  const { work } = row
  if (work === undefined || row.state === 'closed') return null
  return (
    <>
      <Due work={work} />
      <UrgentTag work={work} short />
      {isCalling(work) && <span class="tag"><Icon name="phone" size={13} />{work.call_back?.state === 'now' ? words.calling : words.call}</span>}
      {work.for !== undefined && row.state === 'waiting' && (
        <span class={work.for === me.value?.account ? 'tag turn' : 'tag'}><Icon name="share" size={13} />{work.for === me.value?.account ? words.forYou : words.suggested}</span>
      )}
    </>
  )
}

/** What it is about: the topic, and how many people. */
export function aboutWords(row: Row): string {
  const { work } = row
  if (work === undefined) return ''
  const title = topicTitle(row.line, work.topic)
  return work.consumers > 0 ? `${title === '' ? '' : `${title} · `}${d().row.people(work.consumers)}` : title
}

export function topicTitle(line: string, topic: string): string {
  return desks.value.find((x) => x.id === line)?.desk.topics.find((t) => t.id === topic)?.title ?? ''
}
