// The first step: which line, and what it is about.

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Topic } from '../link/desk.ts'
import type { Line } from '../link/facts.ts'
import { me } from '../state/me.ts'
import { Icon } from '../ui/icons.tsx'
import { Late } from '../ui/late.tsx'
import { Note } from '../ui/note.tsx'
import { ask } from '../words/asking.ts'
import { w } from '../words/words.ts'
import { deskOf, desks, topicsFor } from './desks.ts'
import { topicsOf } from './topics.ts'

/** A topic to choose; told: the line has it and is told it. */
export interface Choice {
  topic: Topic
  told: boolean
}

/** What can be asked on a line: its own topics, or the general ones where it has none that are known. */
export function choicesOf(line: Line): Choice[] {
  const own = topicsFor(deskOf(line.id))
  if (own !== undefined) return own.map((topic) => ({ topic, told: true }))
  const words = w().topics
  return topicsOf(me.value?.role).map((t) => ({ topic: { id: t, title: words[t].name, hint: words[t].help, identifiers: 0 }, told: false }))
}

export function Steps({ step, title }: { step: number; title: string }) {
  const words = w()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [step])
  return (
    <>
      <p class="step">{words.app.steps(step, 3)}</p>
      <div class="stepline" aria-hidden="true">{[1, 2, 3].map((s) => <i key={s} class={s <= step ? 'done' : ''} />)}</div>
      <h1 ref={heading} tabIndex={-1}>{title}</h1>
    </>
  )
}

function Marks({ topic }: { topic: Topic }) {
  const words = ask().topic
  const many = topic.identifiers > 0 ? Math.max(1, topic.consumers ?? 1) : 0
  if (topic.elsewhere !== undefined) return <span class="tags"><span class="tag"><Icon name="out" size={13} />{words.elsewhere}</span></span>
  if (many < 2 && topic.phone !== true) return null
  return <span class="tags">{topic.phone === true && <span class="tag warn"><Icon name="phone" size={13} />{words.byPhone}</span>}{many > 1 && <span class="tag"><Icon name="people" size={13} />{words.consumers(many)}</span>}</span>
}

/** A topic that another office has: says where to go, and sends nothing. */
function Elsewhere({ topic, line }: { topic: Topic; line: Line }) {
  const open = useSignal(false)
  const id = `elsewhere-${line.id}-${topic.id}`
  return (
    <>
      <button type="button" class="bigchoice away" aria-expanded={open.value} aria-controls={id} onClick={() => { open.value = !open.value }}>
        <span><b>{topic.title}</b>{topic.hint !== undefined && <span>{topic.hint}</span>}<Marks topic={topic} /></span>
        <Icon name={open.value ? 'up' : 'down'} size={16} />
      </button>
      <div id={id} aria-live="polite">{open.value && <Note tone="warn"><p>{topic.elsewhere}</p><p>{ask().topic.elsewhereText}</p></Note>}</div>
    </>
  )
}

export function PickTopic({ line, opens, pick }: { line: Line; opens: readonly Line[]; pick: (line: Line, topic: Topic) => void }) {
  const words = w()
  const chosen = useSignal(line.id)
  const on = opens.find((l) => l.id === chosen.value) ?? line
  const waits = desks.value === undefined
  return (
    <div class="stack">
      <Steps step={1} title={words.newq.step1} />
      {opens.length > 1 && (
        <fieldset>
          <legend class="small"><b>{words.newq.line}</b></legend>
          <div class="choices two">
            {opens.map((l) => <label class="choice" key={l.id}><input type="radio" name="line" checked={l.id === on.id} onChange={() => { chosen.value = l.id }} /><span>{l.name}</span></label>)}
          </div>
        </fieldset>
      )}
      {desks.value === 'failed' && <Note tone="warn"><p>{ask().topic.old}</p></Note>}
      {waits ? <Late label={ask().topic.loading} words={ask().topic.loading} /> : (
        <ul class="choices two" aria-label={words.newq.step1}>
          {choicesOf(on).map(({ topic }) => (
            <li key={topic.id}>
              {topic.elsewhere !== undefined ? <Elsewhere topic={topic} line={on} /> : (
                <button type="button" class="bigchoice" onClick={() => pick(on, topic)}>
                  <span><b>{topic.title}</b>{topic.hint !== undefined && <span>{topic.hint}</span>}<Marks topic={topic} /></span>
                  <Icon name="next" size={16} />
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
