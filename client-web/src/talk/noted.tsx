// A staff note in the stream of a thread: another colour, another border, and the
// words that say who never gets it.

import type { NoteItem, NotesFact } from '../link/facts.ts'
import { full, when } from '../state/time.ts'
import { unsent } from '../state/problem.ts'
import { Icon } from '../ui/icons.tsx'
import { linked } from '../ui/linked.tsx'
import { w } from '../words/words.ts'
import type { MessageActs } from './message.tsx'
import { nameOf } from './people.tsx'

function Text({ item, notes }: { item: NoteItem; notes: NotesFact | undefined }) {
  const words = w().notes
  if (item.unread === undefined) return <p class="text">{linked(item.text)}</p>
  const why = item.unread !== 'waits' ? words[item.unread] : notes?.waitsFor === undefined ? words.waitsAny : words.waits(notes.waitsFor)
  return <p class="text away">{why}</p>
}

function State({ item, acts }: { item: NoteItem; acts: MessageActs }) {
  const words = w()
  if (item.state === 'sent') return null
  return (
    <footer>
      {item.state === 'failed' && (
        <>
          <button type="button" class="btn" onClick={() => acts.retry(item.key)}>{words.message.retry}</button>
          <button type="button" class="btn danger" onClick={() => acts.discard(item.key)}>{words.message.discard}</button>
        </>
      )}
      <span class={`state ${item.state}`}><Icon name={item.state === 'failed' ? 'warn' : 'clock'} size={15} />{item.state === 'failed' ? words.notes.failed : words.notes.saving}</span>
    </footer>
  )
}

export function Noted({ item, notes, acts }: { item: NoteItem; notes: NotesFact | undefined; acts: MessageActs }) {
  const words = w().notes
  const by = item.mine ? w().thread.you : nameOf(item.by)
  return (
    <article class={item.state === 'failed' ? 'msg noted failed' : 'msg noted'} aria-label={words.by(by)}>
      <header>
        <span class="tag"><Icon name="lock" size={13} />{words.only}</span>
        <b>{by}</b>
        <time dateTime={new Date(item.at).toISOString()} title={full(item.at)}>{when(item.at)}</time>
      </header>
      {item.handover && <p class="why">{words.handover}</p>}
      <Text item={item} notes={notes} />
      {item.state === 'failed' && item.problem !== undefined && <p class="wrong">{unsent(item.problem)}</p>}
      <State item={item} acts={acts} />
    </article>
  )
}
