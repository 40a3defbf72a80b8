// A new question in three steps: what about, write, check and send.

import { useSignal, type Signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { lines } from '../state/lines.ts'
import { calls } from '../state/link.ts'
import { go, route } from '../state/route.ts'
import { Late } from '../ui/late.tsx'
import { Empty } from '../ui/note.tsx'
import { ask } from '../words/asking.ts'
import { w } from '../words/words.ts'
import { deskOf, desks, useDesks } from './desks.ts'
import { fromDraft, newQuestion, toDraft, type Question } from './question.ts'
import { Review } from './review.tsx'
import { choicesOf, PickTopic } from './topic.tsx'
import { Write, wrongsOf } from './write.tsx'

const settle = 400

/** What has been filled in so far; kept sealed by the worker as one draft, without what identifies anybody. */
function useQuestion(): Signal<Question> {
  const q = useSignal(newQuestion())
  const first = useRef(true)
  useEffect(() => {
    calls.savedNewDraft().then((kept) => {
      const { text, values } = q.value
      if (kept !== '' && text === '' && Object.keys(values).length === 0) q.value = fromDraft(kept)
    }, () => undefined) // nothing was kept, or it cannot be read: an empty form
  }, [])
  const now = toDraft(q.value)
  useEffect(() => {
    if (first.current) {
      first.current = false
      return undefined
    }
    const timer = setTimeout(() => void calls.newDraft(now).catch(() => undefined), settle) // the next letter tries again
    return () => clearTimeout(timer)
  }, [now])
  return q
}

export function NewQuestion() {
  useDesks()
  const q = useQuestion()
  const words = w().newq
  const r = route.value
  const opens = lines.value.filter((l) => l.opens)
  if (r.at !== 'new') return null
  const line = opens.find((l) => l.id === r.line) ?? opens[0]
  const info = line === undefined ? undefined : deskOf(line.id)
  // A topic of the address can only be looked up once the line's topics are here.
  const waits = desks.value === undefined && r.topic !== undefined
  const choice = line === undefined || waits ? undefined : choicesOf(line).find((c) => c.topic.id === r.topic && c.topic.elsewhere === undefined)
  const set = (x: Partial<Question>) => { q.value = { ...q.value, ...x } }
  // What is checked has to be whole: a reload at the third step goes back to the second.
  const step = choice === undefined ? 1 : r.step === 3 && wrongsOf({ choice, q: q.value, info }).length > 0 ? 2 : r.step
  return (
    <main id="main" class="page asking" tabIndex={-1}>
      <div class="in">
        {line === undefined ? <><h1>{words.title}</h1><Empty icon="phone" title={words.noLine}><p>{words.noLineText}</p></Empty></>
          : waits ? <><h1>{words.title}</h1><Late label={ask().topic.loading} words={ask().topic.loading} /></>
          : step === 1 || choice === undefined ? <PickTopic line={line} opens={opens} pick={(l, t) => go({ at: 'new', step: 2, line: l.id, topic: t.id })} />
          : step === 2 ? <Write line={line} info={info} choice={choice} q={q.value} set={set} next={() => go({ at: 'new', step: 3, line: line.id, topic: choice.topic.id })} />
          : <Review line={line} info={info} choice={choice} q={q.value} />}
      </div>
    </main>
  )
}
