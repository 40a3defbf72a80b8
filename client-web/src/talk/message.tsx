// One message. Its state is an icon and a word, never a colour alone.

import type { Attachment, MessageItem, MessageState } from '../link/facts.ts'
import { now } from '../state/clock.ts'
import { full, when } from '../state/time.ts'
import { unsent } from '../state/problem.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import { linked } from '../ui/linked.tsx'
import { sizeWords } from '../ui/size.ts'
import { w } from '../words/words.ts'
import { nameOf, roleOf } from './people.tsx'
import { ToldParts } from './told.tsx'

const minute = 60_000
const icons: Record<MessageState, IconName> = { held: 'clock', sending: 'clock', sent: 'check', delivered: 'checks', read: 'eye', failed: 'warn' }

export interface MessageActs {
  undo(key: string): void
  retry(key: string): void
  discard(key: string): void
  download(file: Attachment): void
}

/** A part of its own: it changes every second, and the message around it does not. */
function Leaves({ at }: { at: number }) {
  return <>{w().message.held(Math.max(0, Math.ceil((at - now.value) / 1000)))}</>
}

function State({ item, acts, undo }: { item: MessageItem; acts: MessageActs; undo: boolean }) {
  const words = w().message
  const { state, key } = item
  return (
    <>
      {state === 'held' && undo && <button type="button" class="btn" onClick={() => acts.undo(key)}>{words.undo}</button>}
      {state === 'failed' && (
        <>
          <button type="button" class="btn" onClick={() => acts.retry(key)}>{words.retry}</button>
          <button type="button" class="btn danger" onClick={() => acts.discard(key)}>{words.discard}</button>
        </>
      )}
      <span class={`state ${state}`}>
        <Icon name={icons[state]} size={15} />
        {state === 'held' && item.leaves !== undefined ? <Leaves at={item.leaves} /> : words[state === 'held' ? 'sending' : state]}
      </span>
    </>
  )
}

function Marks({ item }: { item: MessageItem }) {
  const words = w().message
  if (!item.identifiers && item.onBehalf === undefined && !item.unproven) return null
  return (
    <div class="marks">
      {item.onBehalf !== undefined && <span class="tag"><Icon name="people" size={13} />{words.onBehalf(item.onBehalf.name)}</span>}
      {item.identifiers && <span class="tag warn"><Icon name="lock" size={13} />{words.identifiers}</span>}
      {item.factorAt !== undefined && !item.unproven && <span class="tag good"><Icon name="shield" size={13} />{words.factor(factorAge(item.factorAt, item.at))}</span>}
      {item.unproven && <span class="tag bad"><Icon name="warn" size={13} />{words.failedCheck}</span>}
    </div>
  )
}

export function factorAge(factorAt: number, at: number): string {
  const words = w().message.factorAge
  const minutes = Math.round((at - factorAt) / minute)
  return minutes < 1 ? words.now : words.minutes(minutes)
}

function Text({ item }: { item: MessageItem }) {
  const words = w().message
  if (item.unread !== undefined) return <p class="text away">{words[item.unread]}</p>
  // What it holds besides words can be all of it.
  if (item.text === '' && item.told !== undefined) return null
  return <p class="text">{linked(item.text)}</p>
}

/** undo: whether the message has its own way back; the newest has it above the box. */
export function Message({ item, acts, undo }: { item: MessageItem; acts: MessageActs; undo: boolean }) {
  const words = w().message
  const by = item.mine ? w().thread.you : nameOf(item.by)
  return (
    <article class={`msg${item.mine ? ' own' : ''}${item.state === 'failed' ? ' failed' : ''}`} aria-label={by}>
      <header>
        <b>{by}</b>
        {!item.mine && item.by !== undefined && <span class="role">{roleOf(item.by)}</span>}
        <time dateTime={new Date(item.at).toISOString()} title={full(item.at)}>{when(item.at)}</time>
      </header>
      <Marks item={item} />
      <Text item={item} />
      {item.told !== undefined && <ToldParts item={item} told={item.told} />}
      {item.unproven && <p class="wrong">{words.unproven}</p>}
      {item.files.length > 0 && (
        <ul class="files">
          {item.files.map((f) => (
            <li key={f.id}>
              <button type="button" class="filechip" onClick={() => acts.download(f)}>
                <Icon name="file" /><span class="unseen">{words.fetch}</span><span class="n">{f.name}</span><span class="mute">{sizeWords(f.size)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {item.state === 'failed' && item.problem !== undefined && <p class="wrong">{unsent(item.problem)}</p>}
      {item.mine && <footer><State item={item} acts={acts} undo={undo} /></footer>}
    </article>
  )
}
