// The messages of a thread: the last sixty, and the earlier ones when asked for.
// A thread opens at the first unread message, or at its newest.

import { useSignal } from '@preact/signals'
import { Fragment } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { Item, ThreadFact } from '../link/facts.ts'
import { calls } from '../state/link.ts'
import { Icon } from '../ui/icons.tsx'
import { w } from '../words/words.ts'
import { Ask } from './ask.tsx'
import { Happening } from './event.tsx'
import { Message, type MessageActs } from './message.tsx'
import { Noted } from './noted.tsx'

export const window_ = 60
const nearBottom = 80
const readAfter = 1000

/** Looked at for a second, with the newest in view and the tab in front: read. */
function useMarkRead(thread: ThreadFact, atNewest: boolean): void {
  const newest = thread.items.findLast((i) => i.index !== undefined)?.index
  useEffect(() => {
    if (!atNewest || newest === undefined || thread.row.unread === 0) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      clearTimeout(timer)
      if (document.visibilityState === 'visible' && document.hasFocus()) timer = setTimeout(() => void calls.markRead({ thread: thread.id, index: newest }), readAfter)
    }
    look()
    addEventListener('focus', look)
    addEventListener('blur', look)
    return () => {
      clearTimeout(timer)
      removeEventListener('focus', look)
      removeEventListener('blur', look)
    }
  }, [thread.id, newest, atNewest, thread.row.unread])
}

function scrolls(box: HTMLElement): boolean {
  return getComputedStyle(box).overflowY === 'auto'
}

function toEnd(box: HTMLElement): void {
  if (scrolls(box)) box.scrollTop = box.scrollHeight
}

/** Opens at the first unread or the newest; afterwards follows only who is already at the end. */
function usePlace(thread: ThreadFact, count: number) {
  const box = useRef<HTMLDivElement>(null)
  const atEnd = useSignal(true)
  useLayoutEffect(() => {
    const b = box.current
    if (b === null) return
    const first = b.querySelector<HTMLElement>('.newline')
    if (first !== null && scrolls(b)) b.scrollTop = Math.max(0, first.offsetTop - b.offsetTop - 24)
    else toEnd(b)
    atEnd.value = b.scrollHeight - b.scrollTop - b.clientHeight < nearBottom
  }, [thread.id, thread.whole])
  useLayoutEffect(() => {
    if (atEnd.peek() && box.current !== null) toEnd(box.current)
  }, [count])
  const onScroll = () => {
    const b = box.current
    if (b !== null) atEnd.value = b.scrollHeight - b.scrollTop - b.clientHeight < nearBottom
  }
  return { box, atEnd, onScroll }
}

export function visible(items: readonly Item[], from: number): { shown: readonly Item[]; hidden: number } {
  const hidden = Math.max(0, Math.min(from, items.length))
  return { shown: items.slice(hidden), hidden }
}

export function Messages({ thread, acts }: { thread: ThreadFact; acts: MessageActs }) {
  const words = w().thread
  const shift = useSignal(0)
  const { items } = thread
  const { box, atEnd, onScroll } = usePlace(thread, items.length)
  useMarkRead(thread, atEnd.value)
  const held = items.findLast((i) => i.kind === 'message' && i.state === 'held')
  const unreadAt = thread.firstUnread === undefined ? -1 : items.findIndex((i) => i.index !== undefined && i.index >= (thread.firstUnread ?? 0))
  const from = Math.min(Math.max(0, items.length - window_), unreadAt < 0 ? items.length : unreadAt) - shift.value
  const { shown, hidden } = visible(items, from)
  const earlier = () => {
    const b = box.current
    const before = b === null ? 0 : b.scrollHeight - b.scrollTop
    shift.value += window_
    requestAnimationFrame(() => {
      if (b !== null) b.scrollTop = b.scrollHeight - before
    })
  }
  return (
    <div class="scroll messages" ref={box} onScroll={onScroll} tabIndex={0} role="region" aria-label={words.label}>
      {hidden > 0 && <div class="earlier"><button type="button" class="btn" onClick={earlier}><Icon name="up" size={16} />{words.earlier(Math.min(hidden, window_))}</button></div>}
      {!thread.whole && <p class="mute small" role="status">{words.checking}</p>}
      <ol>
        {shown.map((item, i) => (
          <Fragment key={item.key}>
            {hidden + i === unreadAt && <li class="newline" aria-hidden="false">{words.firstUnread}</li>}
            <li>{item.kind === 'message' ? <Message item={item} acts={acts} undo={item !== held} /> : item.kind === 'note' ? <Noted item={item} notes={thread.notes} acts={acts} /> : <Happening item={item} />}</li>
          </Fragment>
        ))}
      </ol>
      <Ask thread={thread} />
      {!atEnd.value && <div class="tonewest"><button type="button" class="btn" onClick={() => box.current !== null && toEnd(box.current)}><Icon name="down" size={16} />{words.toNewest}</button></div>}
    </div>
  )
}
