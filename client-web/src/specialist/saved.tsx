// Saved replies: a slash at the start of a line opens the list, letters narrow it,
// Enter puts one in, Tab goes to what must be filled in.

import { computed, signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { SavedReply } from '../link/desk.ts'
import type { Id } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { useAsked } from '../state/asked.ts'
import { best } from '../state/fuzzy.ts'
import { calls } from '../state/link.ts'
import { told, type Told } from '../state/problem.ts'
import type { More } from '../talk/composer.tsx'
import { typed } from '../talk/drafts.ts'
import { Area, Field } from '../ui/field.tsx'
import { Icon } from '../ui/icons.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { d } from '../words/staff.ts'
import { w } from '../words/words.ts'
import { openWindow, rowOf } from './acts.ts'
import { fieldFrom, fieldsIn, insert, slashAt, titleOf, wordsOf } from './fields.ts'

const most = 8
const replies = signal<Record<Id, SavedReply[]>>({})
const open = signal<{ thread: Id; line: Id; from: number; query: string; at: number } | undefined>(undefined)
/** Where the list was left by Escape: it stays shut until the line is another. */
let left = -1

const found = computed(() => {
  const o = open.value
  return o === undefined ? [] : best(o.query, replies.value[o.line] ?? [], (r) => r.text, most)
})

async function read(line: Id): Promise<SavedReply[]> {
  const list = await calls.replies(line)
  replies.value = { ...replies.value, [line]: list }
  return list
}

export function useReplies(line: Id | undefined): void {
  useEffect(() => {
    if (line !== undefined && replies.peek()[line] === undefined) void read(line).catch(() => undefined) // the list then says that nothing fits
    return () => {
      open.value = undefined
    }
  }, [line])
}

function put(field: HTMLTextAreaElement, reply: SavedReply): void {
  const o = open.value
  if (o === undefined) return
  const next = insert(field.value, o.from, field.selectionStart, wordsOf(reply.text))
  open.value = undefined
  typed(o.thread, next.text)
  // After the box has been drawn with its new words.
  requestAnimationFrame(() => {
    field.focus()
    field.setSelectionRange(next.from, next.to)
  })
  if (next.to > next.from) announce(d().saved.inserted)
}

function press(e: KeyboardEvent, field: HTMLTextAreaElement): boolean {
  const o = open.value
  const count = found.value.length
  if (o !== undefined) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key]
    if (by !== undefined && count > 0) {
      open.value = { ...o, at: (o.at + by + count) % count }
      return true
    }
    const reply = found.value[o.at]
    if ((e.key === 'Enter' || e.key === 'Tab') && !e.ctrlKey && !e.metaKey && !e.isComposing && reply !== undefined) {
      put(field, reply)
      return true
    }
    if (e.key === 'Escape') {
      left = o.from
      open.value = undefined
      return true
    }
  }
  if (e.key !== 'Tab' || e.ctrlKey || e.metaKey || e.altKey) return false
  const next = fieldFrom(field.value, field.selectionStart, field.selectionEnd, e.shiftKey)
  if (next === undefined) return false
  field.setSelectionRange(next.from, next.to)
  return true
}

export function savedFor(thread: Id, line: Id): Pick<More, 'list' | 'press' | 'moved' | 'owns'> {
  const o = open.value?.thread === thread ? open.value : undefined
  return {
    press, list: o === undefined ? null : <List thread={thread} />, owns: o === undefined ? undefined : { list: 'saved-list', line: found.value.length === 0 ? undefined : `saved-${o.at}` },
    moved: (field) => {
      const slash = field.selectionStart === field.selectionEnd ? slashAt(field.value, field.selectionStart) : undefined
      if (slash === undefined) left = -1
      const shown = slash === undefined || slash.from === left ? undefined : slash
      const same = shown !== undefined && open.peek()?.query === shown.query && open.peek()?.from === shown.from
      if (!same) open.value = shown === undefined ? undefined : { thread, line, ...shown, at: 0 }
    },
  }
}

function List({ thread }: { thread: Id }) {
  const words = d().saved
  const pick = (r: SavedReply) => {
    const field = document.getElementById('message-box')
    if (field instanceof HTMLTextAreaElement) put(field, r)
  }
  return (
    <div class="savedlist">
      <div role="listbox" id="saved-list" aria-label={words.list}>
        {found.value.map((r, i) => (
          <div key={r.id} id={`saved-${i}`} role="option" aria-selected={i === open.value?.at} class="hit" onPointerDown={(e) => e.preventDefault()} onClick={() => pick(r)}><b>{titleOf(r.text)}</b><span class="mute">{wordsOf(r.text)}</span></div>
        ))}
      </div>
      {found.value.length === 0 && <p class="mute">{words.none}</p>}
      <button type="button" class="link" onClick={() => openWindow('replies', thread)}>{words.manage}</button>
    </div>
  )
}

/** What must still be filled in, in words. */
export function unfilled(text: string): string | undefined {
  const first = fieldsIn(text)[0]
  return first === undefined ? undefined : d().saved.fill(first.text)
}

/** Add, change, remove: for everybody on the line. */
export function Replies({ thread }: { thread: Id }) {
  const words = d().saved
  const line = rowOf(thread)?.line ?? ''
  const { value, failed, again } = useAsked(() => read(line))
  const edit = useSignal<{ id: Id | ''; title: string; text: string } | undefined>(undefined)
  const sure = useSignal<Id | undefined>(undefined)
  const wrongs = useSignal<Wrong[]>([])
  const refused = useSignal<Told | undefined>(undefined)
  const keep = async (id: Id | '', text: string, done: string) => {
    refused.value = undefined
    try {
      await calls.keepReply({ line, id, text })
      announce(done)
      edit.value = undefined
      sure.value = undefined
      again()
    } catch (error) {
      refused.value = told(error)
    }
  }
  const save = () => {
    const e = edit.value
    if (e === undefined) return
    wrongs.value = [...(e.title.trim() === '' ? [{ field: 'reply-title', text: words.noTitle }] : []), ...(e.text.trim() === '' ? [{ field: 'reply-words', text: words.noWords }] : [])]
    if (wrongs.value.length === 0) void keep(e.id, `${e.title.trim()}\n${e.text.trim()}`, words.kept)
  }
  const begin = (id: Id | '', text: string) => {
    wrongs.value = []
    edit.value = { id, title: id === '' ? '' : titleOf(text), text: id === '' ? '' : wordsOf(text) }
    requestAnimationFrame(() => document.getElementById('reply-title')?.focus())
  }
  const of = (field: string) => wrongs.value.find((x) => x.field === field)?.text
  if (failed !== undefined) return <Trouble {...failed} />
  if (value === undefined) return <p role="status">{w().app.loading}</p>
  const e = edit.value
  return (
    <div class="stack">
      {refused.value !== undefined && <Trouble {...refused.value} />}
      {e === undefined ? (
        <>
          {value.length === 0 && <p class="mute">{words.empty}</p>}
          <ul class="replies">
            {value.map((r) => (
              <li key={r.id}>
                <b>{titleOf(r.text)}</b><p class="mute small">{wordsOf(r.text)}</p>
                {sure.value === r.id ? (
                  <p class="row" role="alert"><span>{words.sure(titleOf(r.text))}</span><button type="button" class="btn" onClick={() => { sure.value = undefined }}>{words.no}</button><button type="button" class="btn danger" onClick={() => void keep(r.id, '', words.removed)}>{words.yes}</button></p>
                ) : (
                  <p class="row"><button type="button" class="btn" aria-label={words.edit(titleOf(r.text))} onClick={() => begin(r.id, r.text)}><Icon name="pen" size={16} /></button><button type="button" class="btn" aria-label={words.remove(titleOf(r.text))} onClick={() => { sure.value = r.id }}><Icon name="close" size={16} /></button></p>
                )}
              </li>
            ))}
          </ul>
          <button type="button" class="btn" onClick={() => begin('', '')}><Icon name="plus" size={16} />{words.add}</button>
        </>
      ) : (
        <>
          <Summary title={w().errors.title(wrongs.value.length)} wrongs={wrongs.value} />
          <Field id="reply-title" label={words.first} value={e.title} set={(v) => { edit.value = { ...e, title: v } }} wrong={of('reply-title')} more={{ autocomplete: 'off', maxLength: 80 }} />
          <Area id="reply-words" label={words.words} hint={words.wordsHint} value={e.text} set={(v) => { edit.value = { ...e, text: v } }} wrong={of('reply-words')} more={{ rows: 5, maxLength: 4000 }} />
          <div class="ends"><button type="button" class="btn" onClick={() => { edit.value = undefined }}>{w().app.cancel}</button><button type="button" class="btn main" onClick={save}>{words.keep}</button></div>
        </>
      )}
    </div>
  )
}
