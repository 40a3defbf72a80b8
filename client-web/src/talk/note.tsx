// Where staff write: a reply to the assister, or a note that only staff get. The
// two differ in colour, border, place and words, and nothing carries text from
// one to the other without asking.

import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { NotesFact, ThreadFact } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { calls } from '../state/link.ts'
import { sentence } from '../state/problem.ts'
import { tellTrouble } from '../state/trouble.ts'
import { Icon } from '../ui/icons.tsx'
import { w } from '../words/words.ts'
import { Area } from './area.tsx'
import { focusComposer, takeWanted } from './composer.tsx'
import { draftText, keep, noteBox, restoreText, sent } from './drafts.ts'
import { forgetMode, modeOf, setMode, type Mode } from './mode.ts'
import { focusTitle } from './title.tsx'

export const noteId = 'note-box'

interface Props {
  thread: ThreadFact
  notes: NotesFact
  typing: (() => void) | undefined
  /** The box for the reply. */
  children: ComponentChildren
}

/** The reply or the note, with the way from one to the other. */
export function Writing({ thread, notes, typing, children }: Props) {
  const asked = useSignal(false)
  const asking = useSignal<Mode | undefined>(undefined)
  useEffect(() => () => forgetMode(thread.id), [thread.id])
  const mode = modeOf(thread.id)
  const text: Record<Mode, string> = { reply: draftText(thread.id, thread.draft), note: draftText(noteBox(thread.id), notes.draft) }
  const turn = (to: Mode) => {
    asking.value = undefined
    setMode(thread.id, to)
    requestAnimationFrame(focusComposer)
  }
  const choose = (to: Mode) => {
    if (to === mode) return focusComposer()
    const begun = text[mode].trim() !== '' && text[to].trim() === ''
    if (!begun || asked.value) return turn(to)
    asked.value = true
    asking.value = to
  }
  const carry = (to: Mode) => {
    const [from, into] = to === 'note' ? [thread.id, noteBox(thread.id)] : [noteBox(thread.id), thread.id]
    restoreText(into, text[mode])
    sent(from)
    turn(to)
  }
  return (
    <div class={`writing of-${mode}`}>
      <Modes mode={mode} choose={choose} />
      {asking.value !== undefined && <Carry thread={thread} to={asking.value} carry={carry} leave={turn} />}
      {mode === 'reply' ? children : <NoteBox thread={thread} notes={notes} text={text.note} typing={typing} />}
    </div>
  )
}

function Modes({ mode, choose }: { mode: Mode; choose: (to: Mode) => void }) {
  const words = w().notes
  const tab = (m: Mode) => (
    <button type="button" class={`mode of-${m}`} aria-pressed={mode === m} onClick={() => choose(m)}><Icon name={m === 'note' ? 'lock' : 'send'} size={15} />{words[m]}</button>
  )
  return <div class="modes" role="group" aria-label={words.mode}>{tab('reply')}{tab('note')}</div>
}

/** Asked once in a thread: words that were begun on one side are not silently taken to the other. */
function Carry({ thread, to, carry, leave }: { thread: ThreadFact; to: Mode; carry: (to: Mode) => void; leave: (to: Mode) => void }) {
  const words = w().notes
  const first = useRef<HTMLButtonElement>(null)
  useEffect(() => first.current?.focus(), [])
  return (
    <div class="carry" role="alert">
      <p>{to === 'note' ? words.carryToNote : words.carryToReply(thread.other?.name ?? thread.row.lineName)}</p>
      <button type="button" class="btn" ref={first} onClick={() => leave(to)}>{words.leave}</button>
      <button type="button" class="btn" onClick={() => carry(to)}>{words.carry}</button>
    </div>
  )
}

async function save(thread: ThreadFact, text: string): Promise<void> {
  const box = noteBox(thread.id)
  sent(box)
  try {
    await calls.note({ thread: thread.id, text })
    announce(w().notes.saved)
  } catch (error) {
    restoreText(box, text)
    tellTrouble(sentence(error))
  }
}

function NoteBox({ thread, notes, text, typing }: { thread: ThreadFact; notes: NotesFact; text: string; typing: (() => void) | undefined }) {
  const words = w().notes
  const box = useRef<HTMLTextAreaElement>(null)
  const wrong = useSignal(false)
  useEffect(() => {
    if (takeWanted()) box.current?.focus()
    return () => keep(noteBox(thread.id))
  }, [thread.id])
  if (!thread.can.note) {
    return <div class="compose noted"><div class="in"><div class="locked"><Icon name="lock" /><p>{notes.waitsFor === undefined ? words.locked : words.waits(notes.waitsFor)}</p></div></div></div>
  }
  const go = () => {
    wrong.value = text.trim() === ''
    if (wrong.value) return focusComposer()
    focusTitle()
    void save(thread, text.trim())
  }
  return (
    <div class="compose noted">
      <div class="in">
        <p class="to"><Icon name="lock" size={15} /><b>{words.only}</b></p>
        {wrong.value && <p class="wrong" id="note-wrong" role="alert"><Icon name="warn" size={16} />{w().compose.empty}</p>}
        <div class="box">
          <Area draft={noteBox(thread.id)} id={noteId} field={box} label={words.box} text={text} wrong={wrong.value ? 'note-wrong' : undefined} send={go} typing={typing} />
          <div class="tools"><button type="button" class="btn save" onClick={go}><Icon name="lock" size={16} />{words.save}</button></div>
        </div>
        <p class="under"><span>{w().compose.reminder}</span><span class="press">{words.shortcut}</span></p>
      </div>
    </div>
  )
}
