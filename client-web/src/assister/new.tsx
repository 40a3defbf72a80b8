// A new question in three steps: what about, write, check and send.

import { useSignal, type Signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Factor } from '../link/calls.ts'
import type { Line, Person } from '../link/facts.ts'
import { display } from '../state/display.ts'
import { withFactor } from '../state/factor.ts'
import { clear, files } from '../state/files.ts'
import { house } from '../state/house.ts'
import { lines } from '../state/lines.ts'
import { calls } from '../state/link.ts'
import { me } from '../state/me.ts'
import { told, type Told } from '../state/problem.ts'
import { go, route } from '../state/route.ts'
import { Attach, Files, takes } from '../talk/files.tsx'
import { Area, Check, Field } from '../ui/field.tsx'
import { Icon } from '../ui/icons.tsx'
import { Empty, Note } from '../ui/note.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { w } from '../words/words.ts'
import { topicsOf, type Topic } from './topics.ts'

const second = 1000
const settle = 400

/** What has been filled in so far; kept sealed by the worker as one draft. */
interface Form {
  subject: Signal<string>
  text: Signal<string>
  sensitive: Signal<boolean>
  identifiers: Signal<boolean>
  broker: Signal<string>
}

function useForm(): Form {
  const form: Form = { subject: useSignal(''), text: useSignal(''), sensitive: useSignal(false), identifiers: useSignal(false), broker: useSignal('') }
  useEffect(() => {
    calls.savedNewDraft().then((kept) => {
      const [subject = '', ...rest] = kept.split('\n')
      if (kept === '' || form.text.value !== '') return
      form.subject.value = subject
      form.text.value = rest.join('\n')
    }, () => undefined) // nothing was kept, or it cannot be read: an empty form
  }, [])
  const now = `${form.subject.value}\n${form.text.value}`
  const first = useRef(true)
  useEffect(() => {
    if (first.current) {
      first.current = false
      return undefined
    }
    const timer = setTimeout(() => void calls.newDraft(now).catch(() => undefined), settle) // the next letter tries again
    return () => clearTimeout(timer)
  }, [now])
  return form
}

function Steps({ step, title }: { step: number; title: string }) {
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

function PickTopic({ line, opens, pick }: { line: Line; opens: readonly Line[]; pick: (line: Line, topic: Topic) => void }) {
  const words = w()
  const chosen = useSignal(line.id)
  const on = opens.find((l) => l.id === chosen.value) ?? line
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
      <ul class="choices two" aria-label={words.newq.step1}>
        {topicsOf(me.value?.role).map((t) => (
          <li key={t}>
            <button type="button" class="bigchoice" onClick={() => pick(on, t)}>
              <span><b>{words.topics[t].name}</b><span>{words.topics[t].help}</span></span>
              <Icon name="next" size={16} />
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Promise_({ line }: { line: Line }) {
  const words = w().newq
  const p = house.value?.promises[line.id]
  if (p === undefined) return <Note icon="eye"><p><b>{words.who}:</b> {w().compose.toLine(line.name)}</p></Note>
  return <Note icon="eye"><p><b>{words.who}:</b> {p.reader}</p><p><b>{words.when}:</b> {p.reply}</p></Note>
}

function useBrokers(line: Line): Person[] {
  const found = useSignal<Person[]>([])
  const support = me.value?.role === 'support'
  useEffect(() => {
    if (support) calls.people(line.id).then((l) => { found.value = l.filter((p) => p.role === 'broker') }, () => undefined) // without a list the service asks
  }, [line.id, support])
  return found.value
}

function Broker({ form, line }: { form: Form; line: Line }) {
  const words = w().newq
  const brokers = useBrokers(line)
  if (brokers.length === 0) return null
  return (
    <div class="field">
      <label for="new-broker">{words.broker}</label>
      <span class="hint" id="new-broker-hint">{words.brokerHint}</span>
      <select id="new-broker" class="pick" aria-describedby="new-broker-hint" value={form.broker.value} onChange={(e) => { form.broker.value = e.currentTarget.value }}>
        <option value="" />
        {brokers.map((b) => <option key={b.account} value={b.account}>{b.name}</option>)}
      </select>
    </div>
  )
}

function Write({ form, line, topic, next }: { form: Form; line: Line; topic: Topic; next: () => void }) {
  const words = w()
  const wrongs = useSignal<Wrong[]>([])
  const fileWrong = useSignal<string | undefined>(undefined)
  useEffect(() => {
    if (form.subject.value === '') form.subject.value = words.topics[topic].subject
  }, [topic])
  const submit = (e: Event) => {
    e.preventDefault()
    const found: Wrong[] = []
    if (form.subject.value.trim() === '') found.push({ field: 'new-subject', text: words.errors.required(words.newq.subject) })
    if (form.text.value.trim() === '') found.push({ field: 'new-text', text: words.errors.required(words.newq.text) })
    if ((files.value['new'] ?? []).some((g) => g.state !== 'done')) found.push({ field: '', text: words.compose.stillLoading })
    wrongs.value = found
    if (found.length === 0) next()
  }
  const wrong = (field: string) => wrongs.value.find((x) => x.field === field)?.text
  return (
    <form class="stack" noValidate onSubmit={submit} {...takes('new', (t) => { fileWrong.value = t }, () => undefined)}>
      <Steps step={2} title={words.topics[topic].name} />
      <Summary title={words.errors.title(wrongs.value.length)} wrongs={wrongs.value} />
      <Promise_ line={line} />
      <Broker form={form} line={line} />
      <Field id="new-subject" label={words.newq.subject} hint={words.newq.subjectHint} wrong={wrong('new-subject')} value={form.subject.value} set={(v) => { form.subject.value = v }} more={{ maxLength: 120, autocomplete: 'off' }} />
      <Area id="new-text" label={words.newq.text} hint={words.newq.textHint} wrong={wrong('new-text')} value={form.text.value} set={(v) => { form.text.value = v }} more={{ rows: 7 }} />
      {topic === 'account' && <p class="mute small">{words.newq.names}</p>}
      <div>
        <Attach place="new" wrong={(t) => { fileWrong.value = t }} />
        <p class="hint">{words.compose.attachHint}</p>
        {fileWrong.value !== undefined && <p class="wrong" role="alert">{fileWrong.value}</p>}
        <Files place="new" />
      </div>
      <Check id="new-identifiers" label={words.compose.identifiers} hint={words.compose.identifiersHint} on={form.identifiers.value} set={(on) => { form.identifiers.value = on }} />
      <Check id="new-sensitive" label={words.newq.sensitive} hint={words.newq.sensitiveHint} on={form.sensitive.value} set={(on) => { form.sensitive.value = on }} />
      <p class="mute small">{words.compose.reminder}</p>
      <div class="ends">
        <button type="button" class="btn tall" onClick={() => history.back()}>{words.app.back}</button>
        <button type="submit" class="btn main tall">{words.app.next}</button>
      </div>
    </form>
  )
}

async function open(form: Form, line: Line, factor?: Factor): Promise<void> {
  const attached = (files.value['new'] ?? []).flatMap((g) => (g.attachment === undefined ? [] : [g.attachment.id]))
  const id = await calls.open({
    line: line.id, subject: form.subject.value.trim(), text: form.text.value.trim(), files: attached, sensitive: form.sensitive.value, identifiers: form.identifiers.value,
    hold: display.value.undo * second, ...(form.broker.value === '' ? {} : { broker: form.broker.value }), ...(factor === undefined ? {} : { factor }),
  })
  clear('new')
  await calls.newDraft('').catch(() => undefined) // what was sent is worth more than an old draft that lingers
  go({ at: 'thread', thread: id }, 'replace')
}

function Review({ form, line, topic }: { form: Form; line: Line; topic: Topic }) {
  const words = w()
  const failed = useSignal<Told | undefined>(undefined)
  const busy = useSignal(false)
  const send = async () => {
    busy.value = true
    failed.value = undefined
    try {
      if (form.identifiers.value) await withFactor({ title: words.factor.title, text: words.factor.why, go: words.compose.send, act: (factor) => open(form, line, factor) })
      else await open(form, line)
    } catch (error) {
      failed.value = told(error)
    } finally {
      busy.value = false
    }
  }
  const list = files.value['new'] ?? []
  return (
    <div class="stack">
      <Steps step={3} title={words.newq.review} />
      {failed.value !== undefined && <Trouble {...failed.value} />}
      <Promise_ line={line} />
      <div class="block stack-s">
        <p class="mute small">{words.newq.topic}: {words.topics[topic].name}</p>
        <h2>{form.subject.value}</h2>
        <p class="pre">{form.text.value}</p>
        {list.length > 0 && <p class="small">{list.map((g) => g.file.name).join(', ')}</p>}
        {form.identifiers.value && <span class="tag warn"><Icon name="lock" size={13} />{words.message.identifiers}</span>}
      </div>
      <p class="mute small">{words.compose.reminder}</p>
      <div class="ends">
        <button type="button" class="btn tall" onClick={() => history.back()}>{words.newq.change(words.newq.changeText)}</button>
        <button type="button" class="btn main tall" disabled={busy.value} onClick={() => void send()}><Icon name="send" />{words.compose.send}</button>
      </div>
    </div>
  )
}

export function NewQuestion() {
  const form = useForm()
  const words = w().newq
  const r = route.value
  const opens = lines.value.filter((l) => l.opens)
  const first = opens[0]
  if (r.at !== 'new') return null
  const line = opens.find((l) => l.id === r.line) ?? first
  const topic = topicsOf(me.value?.role).find((t) => t === r.topic)
  const written = form.subject.value.trim() !== '' && form.text.value.trim() !== ''
  const step = topic === undefined ? 1 : r.step === 3 && !written ? 2 : r.step
  return (
    <main id="main" class="page asking" tabIndex={-1}>
      <div class="in">
        {line === undefined ? <><h1>{words.title}</h1><Empty icon="phone" title={words.noLine}><p>{words.noLineText}</p></Empty></>
          : step === 1 || topic === undefined ? <PickTopic line={line} opens={opens} pick={(l, t) => go({ at: 'new', step: 2, line: l.id, topic: t })} />
          : step === 2 ? <Write form={form} line={line} topic={topic} next={() => go({ at: 'new', step: 3, line: line.id, topic })} />
          : <Review form={form} line={line} topic={topic} />}
      </div>
    </main>
  )
}
