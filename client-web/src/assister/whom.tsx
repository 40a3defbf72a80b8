// Whom a question is about: a card for each consumer, one by one or out of a
// spreadsheet, and their written permission.

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { CardKind, Duplicate, Topic } from '../link/desk.ts'
import { announce } from '../state/announce.ts'
import { calls } from '../state/link.ts'
import { format, go } from '../state/route.ts'
import { date } from '../state/time.ts'
import { today } from '../talk/day.ts'
import { Area, Check, Field } from '../ui/field.tsx'
import { Icon } from '../ui/icons.tsx'
import { Note } from '../ui/note.tsx'
import { ask } from '../words/asking.ts'
import { ConsentFields, usualConsent } from './consent.tsx'
import { PlainName, type WrongOf } from './fields.tsx'
import { readRows } from './paste.ts'
import { apart, identifiersOf, mostOf, newWho, type Question, type Who } from './question.ts'

const settle = 500

interface Props {
  topic: Topic
  q: Question
  wrong: WrongOf
  set: (x: Partial<Question>) => void
}

/** Looks whether this person has asked about the case already, once the typing rests. */
function Same({ reference }: { reference: string }) {
  const found = useSignal<readonly Duplicate[]>([])
  useEffect(() => {
    found.value = []
    if (reference.trim() === '') return undefined
    let stopped = false
    const timer = setTimeout(() => {
      calls.sameCase(reference).then((list) => {
        if (!stopped) found.value = list
      }, () => undefined) // a hint that does not come stops nobody
    }, settle)
    return () => {
      stopped = true
      clearTimeout(timer)
    }
  }, [reference])
  const words = ask().who
  return (
    <div aria-live="polite">
      {found.value.map((d) => (
        <Note key={d.thread} tone="warn">
          <p><b>{words.same(d.subject, date(d.opened))}</b> <a href={format({ at: 'thread', thread: d.thread })} onClick={(e) => {
            e.preventDefault()
            go({ at: 'thread', thread: d.thread })
          }}>{words.sameGo}</a></p>
          <p>{words.sameText}</p>
        </Note>
      ))}
    </div>
  )
}

interface OneProps {
  topic: Topic
  p: Who
  i: number
  alone: boolean
  own: boolean
  wrong: WrongOf
  set: (p: Who) => void
  remove: () => void
}

function One({ topic, p, i, alone, own, wrong, set, remove }: OneProps) {
  const words = ask().who
  const card = (k: CardKind) => ({ id: `${p.key}-${k}`, label: words[k], value: p.card[k] ?? '', wrong: wrong(`${p.key}-${k}`), set: (v: string) => set({ ...p, card: { ...p.card, [k]: v } }) })
  const off = { autocomplete: 'off', spellcheck: false }
  return (
    <fieldset class="block whom">
      <legend class="unseen">{words.one(i + 1)}</legend>
      <div class="linehead"><h3>{words.one(i + 1)}{p.label.trim() !== '' && `: ${p.label.trim()}`}</h3>{!alone && <button type="button" class="btn quiet" aria-label={words.removeOne(i + 1)} onClick={remove}><Icon name="close" size={15} />{words.remove}</button>}</div>
      <div class="cells">
        <Field id={`${p.key}-label`} label={words.label} hint={words.labelHint} wrong={wrong(`${p.key}-label`)} value={p.label} set={(label) => set({ ...p, label })} more={{ ...off, maxLength: 60 }} />
        <Field id={`${p.key}-case`} label={`${words.case} (${ask().form.optional})`} value={p.case} set={(v) => set({ ...p, case: v })} more={{ ...off, maxLength: 40 }} />
      </div>
      <Same reference={p.case} />
      <p class="detailcount"><b class="small">{words.details}</b> <span class="mute small" role="status">{words.detailsOf(identifiersOf(p.card).length, topic.identifiers)}</span></p>
      <div>
        <Field {...card('name')} more={{ ...off, autocapitalize: 'off' }} />
        <PlainName name={p.card.name ?? ''} on={topic.plain_names === true} />
      </div>
      <div class="cells">
        <Field {...card('birth')} look="day" more={{ type: 'date', max: today() }} />
        <Field {...card('ssn4')} look="digits" more={{ ...off, inputMode: 'numeric', maxLength: 4 }} />
        <Field {...card('address')} more={off} />
        <Field {...card('email')} more={{ ...off, inputMode: 'email' }} />
      </div>
      {own && <div class="stack-s"><h4>{ask().consent.title}</h4><ConsentFields id={p.key} consent={p.consent} wrong={wrong} set={(consent) => set({ ...p, consent })} /></div>}
    </fieldset>
  )
}

function Paste({ topic, q, set }: Omit<Props, 'wrong'>) {
  const words = ask().paste
  const text = useSignal('')
  const wrongs = useSignal<readonly string[]>([])
  const note = useSignal('')
  const add = () => {
    if (text.value.trim() === '') {
      wrongs.value = [words.none]
      document.getElementById('paste-rows')?.focus()
      return
    }
    // A consumer who was begun and has nothing in it makes room.
    const before = q.who.filter((p) => p.label.trim() !== '' || p.case.trim() !== '' || identifiersOf(p.card).length > 0)
    const { who, wrong } = readRows(text.value, words, before.map((p) => p.label))
    const room = Math.max(0, mostOf(topic) - before.length)
    const over = who.length - room
    wrongs.value = over > 0 ? [...wrong, words.over(over)] : wrong
    const taken = who.slice(0, room)
    note.value = words.added(taken.length)
    announce(words.added(taken.length))
    if (taken.length > 0) set({ who: [...before, ...taken.map((p) => ({ ...p, consent: { ...q.consent } }))] })
    if (wrongs.value.length === 0) text.value = ''
    else document.getElementById('paste-rows')?.focus()
  }
  return (
    <details class="paste">
      <summary>{words.open}</summary>
      <div class="stack-s">
        <Area id="paste-rows" label={words.label} hint={words.text} wrong={wrongs.value.length === 0 ? undefined : wrongs.value.join(' ')} value={text.value} set={(v) => { text.value = v }} more={{ rows: 4, spellcheck: false, wrap: 'off' }} />
        <div class="row"><button type="button" class="btn" onClick={add}><Icon name="plus" size={16} />{words.go}</button>{note.value !== '' && <span class="mute small">{note.value}</span>}</div>
      </div>
    </details>
  )
}

function Permission({ q, wrong, set }: Omit<Props, 'topic'>) {
  const words = ask().consent
  return (
    <div class="block stack-s">
      <h3>{words.title}</h3>
      <p class="mute small">{words.text}</p>
      {q.who.length > 1 && <Check id="consent-same" label={words.same} hint={words.sameHint} on={q.same} set={(on) => set(on ? { same: true } : apart(q))} />}
      {(q.same || q.who.length === 1) && <ConsentFields id="all" consent={q.consent} wrong={wrong} set={(consent) => set({ consent })} />}
    </div>
  )
}

export function Whom({ topic, q, wrong, set }: Props) {
  const words = ask().who
  const most = mostOf(topic)
  useEffect(() => {
    // Everybody begins with one, and with what a permission usually says.
    const usual = topic.consent === true && q.consent.scope === '' && q.consent.purpose === '' ? { consent: { ...usualConsent(), ...q.consent, scope: usualConsent().scope, purpose: usualConsent().purpose, rescind: usualConsent().rescind } } : {}
    const who = q.who.length === 0 ? { who: [newWho()] } : {}
    if (most > 0 && (Object.keys(usual).length > 0 || Object.keys(who).length > 0)) set({ ...usual, ...who })
  }, [topic.id, q.who.length === 0])
  if (most === 0) return null
  const put = (p: Who) => set({ who: q.who.map((x) => (x.key === p.key ? p : x)) })
  const add = () => {
    const p = newWho({ consent: { ...q.consent } })
    set({ who: [...q.who, p] })
    requestAnimationFrame(() => document.getElementById(`${p.key}-label`)?.focus())
  }
  const remove = (key: string) => {
    const who = q.who.filter((x) => x.key !== key)
    set({ who, ...(who.length === 1 && !q.same ? { same: true, consent: who[0]?.consent ?? q.consent } : {}) })
    requestAnimationFrame(() => (document.getElementById('who-add') ?? document.getElementById(`${who.at(-1)?.key ?? ''}-label`))?.focus())
  }
  return (
    <section class="stack-s" aria-labelledby="who-title">
      <h2 id="who-title">{words.title}</h2>
      <p>{words.text(topic.identifiers)} {most > 1 && words.most(most)}</p>
      <p class="mute small"><Icon name="lock" size={14} /> {words.kept}</p>
      {q.who.map((p, i) => <One key={p.key} topic={topic} p={p} i={i} alone={q.who.length === 1} own={topic.consent === true && !q.same && q.who.length > 1} wrong={wrong} set={put} remove={() => remove(p.key)} />)}
      {most > 1 && q.who.length < most && <button type="button" class="btn" id="who-add" onClick={add}><Icon name="plus" size={16} />{words.add}</button>}
      {most > 1 && <Paste topic={topic} q={q} set={set} />}
      {topic.consent === true && <Permission q={q} wrong={wrong} set={set} />}
    </section>
  )
}
