// Where one writes. Who will get it is always said above the box.

import { useSignal, type Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Factor, NewMessage } from '../link/calls.ts'
import type { MessageItem, ThreadFact } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { now } from '../state/clock.ts'
import { display } from '../state/display.ts'
import { withFactor } from '../state/factor.ts'
import { clear, files } from '../state/files.ts'
import { calls } from '../state/link.ts'
import { showSending } from '../state/overlay.ts'
import { sentence } from '../state/problem.ts'
import { tellTrouble } from '../state/trouble.ts'
import { Check } from '../ui/field.tsx'
import { Fit } from '../ui/fit.tsx'
import { Icon } from '../ui/icons.tsx'
import { w } from '../words/words.ts'
import { undo } from './acts.ts'
import { Area } from './area.tsx'
import { noteId, Writing } from './note.tsx'
import { draftText, keep, restoreText, sent } from './drafts.ts'
import { Attach, Files, takes } from './files.tsx'
import { roleOf } from './people.tsx'
import { focusTitle } from './title.tsx'

const second = 1000
export const boxId = 'message-box'

/** Puts the cursor where one writes, once it is drawn. */
export function focusComposer(): void {
  const box = () => document.getElementById(boxId) ?? document.getElementById(noteId)
  if (box() === null) requestAnimationFrame(() => box()?.focus())
  else box()?.focus()
}

function Recipient({ thread }: { thread: ThreadFact }) {
  const words = w().compose
  const { other, row } = thread
  return (
    <p class="to">
      {words.to}
      {other === undefined ? <b>{words.toLine(row.lineName)}</b> : <><b>{other.name}</b><span>{roleOf(other)}</span></>}
    </p>
  )
}

let wanted = false

/** Takes the wish for the cursor, so that no later thread gets it. */
export function takeWanted(): boolean {
  const was = wanted
  wanted = false
  return was
}

/** Asks for the cursor in the box of the thread that is being opened. */
export function wantComposer(): void {
  wanted = true
}

/** The last message that has not left yet, with the way back. */
function UndoStrip({ thread, back }: { thread: ThreadFact; back: (() => void) | undefined }) {
  const words = w().compose
  const held = thread.items.findLast((i): i is MessageItem => i.kind === 'message' && i.state === 'held')
  if (held?.leaves === undefined) return null
  const left = Math.max(0, Math.ceil((held.leaves - now.value) / second))
  return (
    <div class="strip">
      <span class="num">{words.undoing(left)}</span>
      <button type="button" class="btn" onClick={() => void undo(thread.id, held.key).then(() => {
        back?.()
        focusComposer()
      })}><Icon name="undo" size={16} />{words.undo}</button>
    </div>
  )
}

type Beside = Pick<NewMessage, 'answers' | 'cases' | 'disclosed'>

/** What a line's people have besides the box: answers, saved replies, a word of warning. */
export interface More {
  /** Above the box. */
  above: ComponentChildren
  /** Under the letters that are typed. */
  list?: ComponentChildren
  /** Goes with the words. */
  along: () => Beside
  /** Why it cannot go yet, in words. */
  unsaid: (text: string) => string | undefined
  /** Asks first; go sends without asking again. */
  stops: (go: () => void) => boolean
  sent: () => void
  /** The message was taken back. */
  back: () => void
  /** A key in the box that is not a letter of the message. */
  press?: (e: KeyboardEvent, field: HTMLTextAreaElement) => boolean
  /** The letters or the cursor have changed. */
  moved?: (field: HTMLTextAreaElement) => void
  /** For a screen reader: the list that belongs to the box, and the chosen line in it. */
  owns?: { list: string; line: string | undefined } | undefined
}

interface Sending {
  thread: ThreadFact
  text: string
  identifiers: boolean
  more: More | undefined
}

async function post({ thread, text, identifiers, more }: Sending): Promise<void> {
  const hold = display.value.undo * second
  const attached = (files.value[thread.id] ?? []).flatMap((g) => (g.attachment === undefined ? [] : [g.attachment.id]))
  const beside = more?.along() ?? {}
  const go = async (factor?: Factor) => {
    const shown = showSending(thread.id, text, hold, identifiers)
    sent(thread.id)
    try {
      shown.settle(await calls.send({ thread: thread.id, text, files: attached, identifiers, hold, ...beside, ...(factor === undefined ? {} : { factor }) }))
      clear(thread.id)
      more?.sent()
    } catch (error) {
      shown.drop()
      restoreText(thread.id, text)
      throw error
    }
  }
  if (identifiers) {
    const words = w()
    const done = await withFactor({ title: words.factor.title, text: words.factor.why, go: words.compose.send, act: go })
    if (!done) return
  } else await go()
  if (hold > 0) announce(`${w().compose.undoing(hold / second)}. ${w().compose.undo}`)
}

/** After sending: stay and write on, or leave the box so that single keys work on the thread. */
type After = 'stay' | 'leave'

function leave(after: After): void {
  if (after === 'leave') focusTitle()
  else focusComposer()
}

function useComposer(thread: ThreadFact, after: After, more: More | undefined) {
  const wrong = useSignal<string | undefined>(undefined)
  const identifiers = useSignal(false)
  const over = useSignal(false)
  useEffect(() => {
    takeWanted() // taken by the box, or there is none
    wrong.value = undefined
    identifiers.value = false
    return () => keep(thread.id)
  }, [thread.id])
  const text = draftText(thread.id, thread.draft)
  const send = (asks = true) => {
    const words = w().compose
    const list = files.value[thread.id] ?? []
    const empty = text.trim() === '' && list.length === 0 && Object.keys(more?.along() ?? {}).length === 0
    wrong.value = empty ? words.empty : list.some((g) => g.state !== 'done') ? words.stillLoading : more?.unsaid(text)
    if (wrong.value !== undefined) return focusComposer()
    if (asks && more?.stops(() => send(false)) === true) return
    if (!identifiers.value) leave(after)
    void post({ thread, text: text.trim(), identifiers: identifiers.value, more }).then(() => {
      identifiers.value = false
      leave(after)
    }, (error: unknown) => tellTrouble(sentence(error)))
  }
  return { wrong, identifiers, over, text, send }
}

interface Props {
  thread: ThreadFact
  button?: string
  after?: After
  /** Told at each letter; the worker tells colleagues. */
  typing?: () => void
  more?: More
}

export function Composer(props: Props) {
  const { thread, typing } = props
  if (thread.notes === undefined) return <Reply {...props} />
  return <Writing thread={thread} notes={thread.notes} typing={typing}><Reply {...props} /></Writing>
}

function Reply({ thread, button, after = 'stay', typing, more }: Props) {
  const words = w().compose
  const { wrong, identifiers, over, text, send } = useComposer(thread, after, more)
  if (!thread.can.write) return <Locked thread={thread} />
  const label = thread.other === undefined ? words.label : words.replyTo(thread.other.name)
  return (
    <div class={`compose${over.value ? ' drop' : ''}${text === '' ? '' : ' begun'}`} {...takes(thread.id, (t) => { wrong.value = t }, (is) => { over.value = is })}>
      <div class="in">
        <UndoStrip thread={thread} back={more?.back} />
        <Recipient thread={thread} />
        {more?.above}
        {wrong.value !== undefined && <p class="wrong" id="compose-wrong" role="alert"><Icon name="warn" size={16} />{wrong.value}</p>}
        <Box thread={thread} text={text} label={label} wrong={wrong} send={() => send()} typing={typing} more={more}>
          <Attach place={thread.id} wrong={(t) => { wrong.value = t }} />
          <Check id="identifiers" label={<Fit wide={words.identifiers} narrow={words.identifiersShort} />} on={identifiers.value} set={(on) => { identifiers.value = on }} />
          <button type="button" class="btn main" onClick={() => send()}><Icon name="send" size={16} />{button === undefined ? words.send : <Fit wide={button} narrow={words.send} />}</button>
        </Box>
        <p class="under"><span>{identifiers.value ? words.identifiersHint : words.reminder}</span><span class="press">{words.shortcut}</span></p>
      </div>
    </div>
  )
}

interface BoxProps {
  thread: ThreadFact
  text: string
  label: string
  wrong: Signal<string | undefined>
  send: () => void
  typing: (() => void) | undefined
  more: More | undefined
  children: ComponentChildren
}

function Box({ thread, text, label, wrong, send, typing, more, children }: BoxProps) {
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (wanted) box.current?.focus()
  }, [])
  return (
    <div class="box">
      <Area draft={thread.id} id={boxId} field={box} label={label} text={text} wrong={wrong.value === undefined ? undefined : 'compose-wrong'} send={send} typing={typing} more={more} />
      {more?.list}
      <Files place={thread.id} />
      <div class="tools">{children}</div>
    </div>
  )
}

/** Why one cannot write here, in place of the box. What was begun stays readable. */
function Locked({ thread }: { thread: ThreadFact }) {
  const words = w().compose.whyNot
  const why = thread.can.whyNot
  const text = draftText(thread.id, thread.draft)
  return (
    <div class="compose">
      <div class="in">
        <div class="locked"><Icon name="lock" /><p>{words[why ?? 'not-yours']}</p></div>
        {text !== '' && <p class="mute small">{text}</p>}
      </div>
    </div>
  )
}
