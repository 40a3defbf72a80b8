// The third step: everything that will be sent, and to whom, before it goes.

import { useSignal } from '@preact/signals'
import type { Factor, NewThread } from '../link/calls.ts'
import type { DeskInfo } from '../link/desk.ts'
import type { Line } from '../link/facts.ts'
import { display } from '../state/display.ts'
import { withFactor } from '../state/factor.ts'
import { clear, files } from '../state/files.ts'
import { calls } from '../state/link.ts'
import { told, type Told } from '../state/problem.ts'
import { go } from '../state/route.ts'
import { when } from '../state/time.ts'
import { kindWords } from '../talk/cards.tsx'
import { FormView } from '../talk/told.tsx'
import { Icon } from '../ui/icons.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { ask } from '../words/asking.ts'
import { w } from '../words/words.ts'
import { Before } from './before.tsx'
import { calls_, identifiersOf, mostOf, toCall, toConsumers, toFilled, type Question } from './question.ts'
import { Steps, type Choice } from './topic.tsx'

const second = 1000

interface Props {
  line: Line
  info: DeskInfo | undefined
  choice: Choice
  q: Question
}

/** What is sent of all that was filled in. */
export function toThread({ line, info, choice, q }: Props, attached: string[]): NewThread {
  const { topic } = choice
  const consumers = toConsumers(topic, q)
  const form = toFilled(topic, q)
  return {
    line: line.id, subject: q.subject.trim(), text: q.text.trim(), files: attached, sensitive: q.sensitive || topic.sensitive === true, identifiers: q.identifiers && mostOf(topic) === 0,
    ...(q.broker === '' ? {} : { broker: q.broker }), ...(choice.told ? { topic: topic.id } : {}), ...(choice.told && q.urgent !== '' ? { urgent: q.urgent } : {}),
    ...(form === undefined ? {} : { form }), ...(consumers.length === 0 ? {} : { consumers }), ...(calls_(topic, q, info) ? { call: toCall(q) } : {}),
  }
}

/** Whether sending it asks for the second step: something in it is sealed apart. */
export function needsFactor(x: NewThread): boolean {
  return x.identifiers || (x.consumers?.length ?? 0) > 0 || x.call?.number !== undefined
}

async function open(x: NewThread, factor?: Factor): Promise<void> {
  const id = await calls.open({ ...x, hold: display.value.undo * second, ...(factor === undefined ? {} : { factor }) })
  clear('new')
  await calls.newDraft('').catch(() => undefined) // what was sent is worth more than an old draft that lingers
  go({ at: 'thread', thread: id }, 'replace')
}

function Whom({ choice, q }: Pick<Props, 'choice' | 'q'>) {
  if (mostOf(choice.topic) === 0 || q.who.length === 0) return null
  const words = ask()
  return (
    <>
      <h3>{words.who.title}</h3>
      <ul class="bullets small">
        {q.who.map((p) => <li key={p.key}><b>{p.label}</b>{p.case !== '' && `, ${words.who.case} ${p.case}`}: <Icon name="lock" size={13} /> {kindWords(identifiersOf(p.card))}</li>)}
      </ul>
    </>
  )
}

export function Review(props: Props) {
  const { line, info, choice, q } = props
  const words = w()
  const own = ask()
  const failed = useSignal<Told | undefined>(undefined)
  const busy = useSignal(false)
  const list = files.value['new'] ?? []
  const x = toThread(props, list.flatMap((g) => (g.attachment === undefined ? [] : [g.attachment.id])))
  const send = async () => {
    busy.value = true
    failed.value = undefined
    try {
      if (needsFactor(x)) await withFactor({ title: words.factor.title, text: words.factor.why, go: words.compose.send, act: (factor) => open(x, factor) })
      else await open(x)
    } catch (error) {
      failed.value = told(error)
    } finally {
      busy.value = false
    }
  }
  return (
    <div class="stack">
      <Steps step={3} title={words.newq.review} />
      {failed.value !== undefined && <Trouble {...failed.value} />}
      <Before line={line} info={choice.told ? info : undefined} topic={choice.topic} urgent={q.urgent !== ''} />
      <div class="block stack-s">
        <p class="mute small">{words.newq.topic}: {choice.topic.title}</p>
        <h2>{q.subject}</h2>
        {x.urgent !== undefined && <p><span class="tag warn"><Icon name="warn" size={13} />{own.urgent.reasons[x.urgent]}</span></p>}
        {x.call !== undefined && <p class="small"><Icon name="phone" size={15} /> {x.call.number === undefined ? own.phone.file : `${own.phone.other}: ${x.call.number}`}. {x.call.slot === undefined ? own.phone.now : when(x.call.slot)}</p>}
        <Whom choice={choice} q={q} />
        {x.form !== undefined && <FormView filled={x.form} />}
        {x.text !== '' && <p class="pre">{x.text}</p>}
        {list.length > 0 && <p class="small">{list.map((g) => g.file.name).join(', ')}</p>}
        {needsFactor(x) && <span class="tag warn"><Icon name="lock" size={13} />{words.message.identifiers}</span>}
      </div>
      <p class="mute small">{words.compose.reminder}</p>
      <div class="ends">
        <button type="button" class="btn tall" onClick={() => history.back()}>{words.newq.change(words.newq.changeText)}</button>
        <button type="button" class="btn main tall" disabled={busy.value} onClick={() => void send()}><Icon name="send" />{words.compose.send}</button>
      </div>
    </div>
  )
}
