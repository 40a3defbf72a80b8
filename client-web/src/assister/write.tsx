// The second step: what the topic's rules ask for, and the words.

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { urgentReasons, type DeskInfo } from '../link/desk.ts'
import type { Line, Person } from '../link/facts.ts'
import { files } from '../state/files.ts'
import { calls } from '../state/link.ts'
import { me } from '../state/me.ts'
import { today } from '../talk/day.ts'
import { Attach, Files, takes } from '../talk/files.tsx'
import { Area, Check, Field } from '../ui/field.tsx'
import { Note } from '../ui/note.tsx'
import { Summary } from '../ui/summary.tsx'
import { ask } from '../words/asking.ts'
import { w } from '../words/words.ts'
import { Before } from './before.tsx'
import { AskKinds, Calling, FoundKinds } from './calling.tsx'
import { FormFields, wrongIn } from './fields.tsx'
import { byPhone, callFor, calls_, wrongCall, wrongForm, wrongWho, type Question, type Wrong } from './question.ts'
import { choicesOf, Steps, type Choice } from './topic.tsx'
import { Whom } from './whom.tsx'

interface Props {
  line: Line
  info: DeskInfo | undefined
  choice: Choice
  q: Question
  set: (x: Partial<Question>) => void
}

function useBrokers(line: Line): Person[] {
  const found = useSignal<Person[]>([])
  const support = me.value?.role === 'support'
  useEffect(() => {
    if (support) calls.people(line.id).then((l) => { found.value = l.filter((p) => p.role === 'broker') }, () => undefined) // without a list the service asks
  }, [line.id, support])
  return found.value
}

function Broker({ q, line, set }: Pick<Props, 'q' | 'line' | 'set'>) {
  const words = w().newq
  const brokers = useBrokers(line)
  if (brokers.length === 0) return null
  return (
    <div class="field">
      <label for="new-broker">{words.broker}</label>
      <span class="hint" id="new-broker-hint">{words.brokerHint}</span>
      <select id="new-broker" class="pick" aria-describedby="new-broker-hint" value={q.broker} onChange={(e) => set({ broker: e.currentTarget.value })}>
        <option value="" />
        {brokers.map((b) => <option key={b.account} value={b.account}>{b.name}</option>)}
      </select>
    </div>
  )
}

function UrgentChoice({ q, set }: Pick<Props, 'q' | 'set'>) {
  const words = ask().urgent
  return (
    <div class="field">
      <label for="new-urgent">{words.label}</label>
      <span class="hint" id="new-urgent-hint">{words.means}</span>
      <select id="new-urgent" class="pick" aria-describedby="new-urgent-hint" value={q.urgent} onChange={(e) => set({ urgent: e.currentTarget.value })}>
        <option value="">{words.none}</option>
        {urgentReasons.map((x) => <option key={x} value={x}>{words.reasons[x]}</option>)}
      </select>
    </div>
  )
}

/** Whether the report needs no answer in writing: all of it goes to a call. */
export function goesByPhone({ topic }: Choice, q: Question): boolean {
  const { ticked, found } = byPhone(topic, q)
  return ticked.length > 0 || found.length > 0
}

export function wrongsOf({ choice, q, info }: Pick<Props, 'choice' | 'q' | 'info'>): Wrong[] {
  const words = w()
  const own = ask()
  const { topic } = choice
  const out: Wrong[] = []
  const required = (what: string) => words.errors.required(what)
  if (q.subject.trim() === '') out.push({ field: 'new-subject', text: required(words.newq.subject) })
  out.push(...wrongWho(topic, q, own, today()))
  out.push(...wrongForm(topic, q, own, required, !goesByPhone(choice, q)))
  if (topic.form === undefined && topic.phone !== true && q.text.trim() === '') out.push({ field: 'new-text', text: required(words.newq.text) })
  if (callFor(topic, q, info) === 'must' && info?.desk.call_back.offered !== true) out.push({ field: 'call-title', text: own.phone.never })
  else if (calls_(topic, q, info)) out.push(...wrongCall(q, own))
  if ((files.value['new'] ?? []).some((g) => g.state !== 'done')) out.push({ field: '', text: words.compose.stillLoading })
  return out
}

export function Write({ line, info, choice, q, set, next }: Props & { next: () => void }) {
  const words = w()
  const own = ask()
  const { topic, told } = choice
  const wrongs = useSignal<Wrong[]>([])
  const fileWrong = useSignal<string | undefined>(undefined)
  useEffect(() => {
    // The title of another topic is nobody's own words.
    if (q.subject === '' || choicesOf(line).some((c) => c.topic.title === q.subject)) set({ subject: told ? topic.title : words.topics[topic.id as keyof typeof words.topics].subject })
  }, [topic.id])
  const submit = (e: Event) => {
    e.preventDefault()
    wrongs.value = wrongsOf({ choice, q, info })
    if (wrongs.value.length === 0) next()
  }
  const wrong = wrongIn(wrongs.value)
  const short = topic.form !== undefined || topic.phone === true
  return (
    <form class="stack" noValidate onSubmit={submit} {...takes('new', (t) => { fileWrong.value = t }, () => undefined)}>
      <Steps step={2} title={topic.title} />
      <Summary title={words.errors.title(wrongs.value.length)} wrongs={wrongs.value} />
      {topic.hint !== undefined && told && <p>{topic.hint}</p>}
      <Before line={line} info={told ? info : undefined} topic={topic} urgent={q.urgent !== ''} />
      <AskKinds topic={topic} q={q} set={set} />
      <FoundKinds topic={topic} q={q} set={set} />
      <Broker q={q} line={line} set={set} />
      <Field id="new-subject" label={words.newq.subject} hint={words.newq.subjectHint} wrong={wrong('new-subject')} value={q.subject} set={(subject) => set({ subject })} more={{ maxLength: 120, autocomplete: 'off' }} />
      <Whom topic={topic} q={q} wrong={wrong} set={set} />
      {topic.form !== undefined && <h2>{own.form.title}</h2>}
      <FormFields topic={topic} values={q.values} wrong={wrong} needed={!goesByPhone(choice, q)} set={(field, value) => set({ values: { ...q.values, [field]: value } })} />
      <Area id="new-text" label={short ? `${own.topic.more} (${own.form.optional})` : words.newq.text} hint={short ? own.topic.moreHint : words.newq.textHint} wrong={wrong('new-text')} value={q.text} set={(text) => set({ text })} more={{ rows: short ? 3 : 7 }} />
      <div>
        <Attach place="new" wrong={(t) => { fileWrong.value = t }} />
        <p class="hint">{words.compose.attachHint}</p>
        {fileWrong.value !== undefined && <p class="wrong" role="alert">{fileWrong.value}</p>}
        <Files place="new" />
      </div>
      <Calling topic={topic} q={q} info={info} wrong={wrong} set={set} />
      {told && <UrgentChoice q={q} set={set} />}
      {topic.identifiers === 0 && <Check id="new-identifiers" label={words.compose.identifiers} hint={words.compose.identifiersHint} on={q.identifiers} set={(identifiers) => set({ identifiers })} />}
      {topic.sensitive === true ? <Note icon="lock"><p>{own.topic.sensitive}</p></Note> : <Check id="new-sensitive" label={words.newq.sensitive} hint={words.newq.sensitiveHint} on={q.sensitive} set={(sensitive) => set({ sensitive })} />}
      <p class="mute small">{words.compose.reminder} {own.before.draft}</p>
      <div class="ends">
        <button type="button" class="btn tall" onClick={() => history.back()}>{words.app.back}</button>
        <button type="submit" class="btn main tall">{words.app.next}</button>
      </div>
    </form>
  )
}
