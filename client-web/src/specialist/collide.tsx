// Two at one thread: when a colleague writes here now, or has written since these
// words were begun, the person is asked before theirs go. Nothing is lost.

import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Id, ThreadFact } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { thread } from '../state/thread.ts'
import { nameOf } from '../talk/people.tsx'
import { Icon } from '../ui/icons.tsx'
import { d } from '../words/staff.ts'

interface Asked {
  thread: Id
  text: string
  words: string | undefined
  go: () => void
}

export const asked = signal<Asked | undefined>(undefined)
/** The newest entry when somebody began to write, by thread. */
const begun = new Map<Id, number>()

function newest(t: ThreadFact): number {
  return t.items.findLast((i) => i.index !== undefined)?.index ?? -1
}

export function noteBegun(id: Id): void {
  const t = thread.peek()
  if (t?.id === id && !begun.has(id)) begun.set(id, newest(t))
}

export function forgetBegun(id: Id): void {
  begun.delete(id)
}

/** What a colleague did meanwhile, in words; the one who asked is no colleague. */
export function clash(t: ThreadFact, since: number | undefined): Pick<Asked, 'text' | 'words'> | undefined {
  const words = d().collide
  const sent = since === undefined ? undefined : t.items.findLast((i) => (i.kind === 'message' || i.kind === 'note') && !i.mine && i.by !== undefined && i.by.account !== t.row.opener?.account && (i.index ?? since + 1) > since && i.kind === 'message')
  if (sent?.kind === 'message') return { text: words.sent(nameOf(sent.by)), words: sent.text }
  const writing = t.row.watchers.find((x) => x.writing)
  return writing === undefined ? undefined : { text: words.writing(writing.name), words: undefined }
}

/** Whether sending must be asked about first; go sends without asking again. */
export function stops(t: ThreadFact, go: () => void): boolean {
  const found = clash(t, begun.get(t.id))
  if (found === undefined) return false
  asked.value = { thread: t.id, ...found, go }
  return true
}

export function Collision({ id }: { id: Id }) {
  const words = d().collide
  const first = useRef<HTMLButtonElement>(null)
  const now = asked.value?.thread === id ? asked.value : undefined
  useEffect(() => {
    if (now !== undefined) first.current?.focus()
  }, [now])
  useEffect(() => () => {
    asked.value = undefined
  }, [id])
  if (now === undefined) return null
  const leave = (then?: () => void) => {
    asked.value = undefined
    then?.()
  }
  return (
    <div class="carry collide" role="alert">
      <p><Icon name="people" size={15} /> <b>{now.text}</b>. {words.text}</p>
      {now.words !== undefined && <blockquote>{now.words.slice(0, 200)}</blockquote>}
      <button type="button" class="btn" ref={first} onClick={() => leave(() => {
        announce(words.kept)
        document.getElementById('message-box')?.focus()
      })}>{words.keep}</button>
      <button type="button" class="btn" onClick={() => leave(now.go)}>{words.anyway}</button>
    </div>
  )
}
