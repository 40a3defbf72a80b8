// The windows in which a thread is suggested, tied, split or moved, and its history.

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { StaffRow, WorkEvent } from '../link/desk.ts'
import type { Id, Row, ThreadFact } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { useAsked } from '../state/asked.ts'
import { lines } from '../state/lines.ts'
import { calls } from '../state/link.ts'
import { sentence } from '../state/problem.ts'
import { queues } from '../state/queues.ts'
import { rows } from '../state/rows.ts'
import { when } from '../state/time.ts'
import { tellTrouble } from '../state/trouble.ts'
import { Area, Field } from '../ui/field.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { d } from '../words/staff.ts'
import { w } from '../words/words.ts'
import { handBack, rowOf } from './acts.ts'
import { suggestible } from './bulk.tsx'
import { Choices, Ends } from './choose.tsx'
import { change, shutWindow } from './deskacts.ts'
import { colleague, deskOf, readStaff } from './desks.ts'
import { marked } from './view.ts'

const nobody = 'nobody'

export function useStaffOf(line: Id): { list: StaffRow[] | undefined; failed: ReturnType<typeof useAsked>['failed'] } {
  const { value, failed } = useAsked(() => readStaff(line))
  return { list: value, failed }
}

function staffChoices(list: readonly StaffRow[]) {
  const words = d()
  return list.map((s) => ({ value: s.account as string, text: s.name, more: `${words.shift.states[s.state]} · ${words.suggest.load(s.has, s.load)}` }))
}

/** A lead suggests one thread, or all that are marked. */
export function Suggesting({ ids }: { ids: readonly Id[] }) {
  const words = d().suggest
  const line = rowOf(ids[0] ?? '')?.line ?? ''
  const { list, failed } = useStaffOf(line)
  const to = useSignal<string | undefined>(undefined)
  const wrong = useSignal<string | undefined>(undefined)
  const done = useSignal(0)
  const lost = useSignal<{ id: Id; why: string }[]>([])
  const busy = useSignal(false)
  const run = async (which: readonly Id[]) => {
    const who = to.value
    if (who === undefined) {
      wrong.value = words.pick
      return document.getElementById('suggest-to-first')?.focus()
    }
    const name = list?.find((s) => s.account === who)?.name ?? ''
    const account = who === nobody ? undefined : who
    if (ids.length === 1) {
      shutWindow()
      return void change(ids[0] ?? '', {}, calls.suggest({ thread: ids[0] ?? '', to: account }), account === undefined ? words.cleared : words.done(name))
    }
    busy.value = true
    done.value = 0
    const failures: { id: Id; why: string }[] = []
    for (const thread of which) {
      try {
        await calls.suggest({ thread, to: account })
      } catch (error) {
        failures.push({ id: thread, why: sentence(error) })
      }
      done.value++
    }
    busy.value = false
    lost.value = failures
    marked.value = new Set(failures.map((f) => f.id))
    announce(failures.length === 0 ? words.all(which.length, name) : words.some(failures.length))
    if (failures.length === 0) shutWindow()
  }
  if (failed !== undefined) return <Trouble {...failed} />
  if (list === undefined) return <p role="status">{w().app.loading}</p>
  const left = lost.value.map((f) => f.id)
  return (
    <div class="stack">
      <p class="mute">{words.text}</p>
      {left.length > 0 && (
        <div class="summary" role="alert">
          <h3>{words.some(left.length)}</h3>
          <ul>{lost.value.map((f) => <li key={f.id}><b>{rowOf(f.id)?.subject ?? w().list.sealed}</b>: {f.why}</li>)}</ul>
        </div>
      )}
      <Choices name="suggest-to" label={words.who} value={to.value} set={(v) => { to.value = v }} choices={[...staffChoices(list), { value: nobody, text: words.nobody }]} wrong={wrong.value} />
      {busy.value && <p role="status"><progress max={ids.length} value={done.value} aria-label={words.title} /> {words.progress(done.value, ids.length)}</p>}
      <Ends go={() => void run(left.length > 0 ? left : ids)} word={left.length > 0 ? words.again : ids.length > 1 ? words.many(ids.length) : words.go} disabled={busy.value} />
    </div>
  )
}

export function BulkSuggest() {
  return <Suggesting ids={suggestible()} />
}

function others(row: Row): Row[] {
  const all = new Map([...Object.values(queues.value).flat(), ...(rows.value ?? [])].map((r) => [r.id, r]))
  return [...all.values()].filter((r) => r.id !== row.id && r.opener !== undefined && r.opener.account === row.opener?.account).sort((a, b) => b.changed - a.changed)
}

export function Tying({ row }: { row: Row }) {
  const words = d().tie
  const list = others(row)
  const other = useSignal<string | undefined>(undefined)
  const kind = useSignal<'link' | 'merge'>('link')
  const wrong = useSignal<string | undefined>(undefined)
  const go = () => {
    const id = other.value
    wrong.value = id === undefined ? words.pick : undefined
    if (id === undefined) return document.getElementById('tie-other-first')?.focus()
    shutWindow()
    void change(row.id, {}, calls.tie({ thread: row.id, other: id, kind: kind.value }), words.done)
  }
  if (list.length === 0) return <p>{words.none}</p>
  return (
    <div class="stack">
      <Choices name="tie-other" label={words.which} value={other.value} set={(v) => { other.value = v }} wrong={wrong.value} choices={list.slice(0, 30).map((r) => ({ value: r.id, text: r.subject ?? words.subject, more: `${r.lineName} · ${when(r.opened)}` }))} />
      <Choices name="tie-how" label={words.how} value={kind.value} set={(v) => { kind.value = v }} choices={[{ value: 'link', text: words.link, more: words.linkText }, { value: 'merge', text: words.merge, more: words.mergeText }]} />
      <Ends go={go} word={words.go} />
    </div>
  )
}

export function Splitting({ t }: { t: ThreadFact }) {
  const words = d().split
  const topics = (deskOf(t.row.line)?.desk.topics ?? []).filter((x) => x.elsewhere === undefined || x.elsewhere === '')
  const subject = useSignal('')
  const text = useSignal('')
  const topic = useSignal(t.row.work?.topic ?? topics[0]?.id ?? 'other')
  const wrongs = useSignal<Wrong[]>([])
  const go = () => {
    wrongs.value = [...(subject.value.trim() === '' ? [{ field: 'split-subject', text: words.noSubject }] : []), ...(text.value.trim() === '' ? [{ field: 'split-words', text: words.noWords }] : [])]
    const to = t.other
    if (wrongs.value.length > 0 || to === undefined) return
    shutWindow()
    calls.outreach({ line: t.row.line, account: to.account, subject: subject.value.trim(), text: text.value.trim(), topic: topic.value, from: t.id }).then(() => announce(words.done), (error: unknown) => tellTrouble(sentence(error)))
  }
  const of = (field: string) => wrongs.value.find((x) => x.field === field)?.text
  return (
    <div class="stack">
      <Summary title={w().errors.title(wrongs.value.length)} wrongs={wrongs.value} />
      <p class="mute">{words.text(t.other?.name ?? '')}</p>
      <Field id="split-subject" label={words.subject} hint={words.subjectHint} value={subject.value} set={(v) => { subject.value = v }} wrong={of('split-subject')} more={{ autocomplete: 'off' }} />
      <div class="field">
        <label for="split-topic">{words.topic}</label>
        <select id="split-topic" class="pick" value={topic.value} onChange={(e) => { topic.value = e.currentTarget.value }}>{topics.map((x) => <option key={x.id} value={x.id}>{x.title}</option>)}</select>
      </div>
      <Area id="split-words" label={words.words} value={text.value} set={(v) => { text.value = v }} wrong={of('split-words')} more={{ rows: 4 }} />
      <Ends go={go} word={words.go} />
    </div>
  )
}

export function Moving({ t }: { t: ThreadFact }) {
  const words = d().move
  const list = lines.value.filter((l) => l.id !== t.row.line)
  const line = useSignal<string | undefined>(list.length === 1 ? list[0]?.id : undefined)
  const why = useSignal('')
  const wrongs = useSignal<Wrong[]>([])
  const go = () => {
    wrongs.value = [...(line.value === undefined ? [{ field: 'move-to-first', text: words.pick }] : []), ...(t.can.note && why.value.trim() === '' ? [{ field: 'move-why', text: w().transfer.reasonNeeded }] : [])]
    if (wrongs.value.length > 0 || line.value === undefined) return
    shutWindow()
    void handBack(t.id, why.value.trim(), line.value)
  }
  if (list.length === 0) return <p>{words.none}</p>
  const name = list.find((l) => l.id === line.value)?.name
  const of = (field: string) => wrongs.value.find((x) => x.field === field)?.text
  return (
    <div class="stack">
      <Summary title={w().errors.title(wrongs.value.length)} wrongs={wrongs.value} />
      <Choices name="move-to" label={words.which} value={line.value} set={(v) => { line.value = v }} choices={list.map((l) => ({ value: l.id, text: l.name }))} wrong={of('move-to-first')} />
      {t.can.note ? <Area id="move-why" label={w().transfer.reason} hint={w().transfer.reasonHint} value={why.value} set={(v) => { why.value = v }} wrong={of('move-why')} more={{ rows: 2 }} /> : <p class="mute small">{w().transfer.noReason}</p>}
      {name !== undefined && <p class="mute small">{words.text(name)}</p>}
      <Ends go={go} word={words.go} />
    </div>
  )
}

export function eventWords(e: WorkEvent): string {
  const words = d()
  const what = words.history.what[e.what] ?? e.what
  const kinds = e.what === 'disclosed' ? (e.code ?? '').split(',').map((k) => words.answers.kind[k.trim()] ?? k).join(', ') : undefined
  const more = kinds ?? words.history.codes[e.code ?? ''] ?? words.reasons[e.code ?? '']
  return more === undefined || more === '' ? what : words.history.by(what, more)
}

export function History({ row }: { row: Row }) {
  const words = d().history
  const { value, failed } = useAsked(() => calls.workHistory(row.id))
  useEffect(() => void readStaff(row.line).catch(() => undefined), []) // only for names
  const known = new Map([row.opener, row.claimer].flatMap((p) => (p === undefined ? [] : [[p.account, p.name]])))
  const name = (id: Id | undefined) => (id === undefined ? undefined : known.get(id) ?? colleague(id))
  if (failed !== undefined) return <Trouble {...failed} />
  if (value === undefined) return <p role="status">{w().app.loading}</p>
  return (
    <div class="stack">
      <p class="mute small">{words.text}</p>
      {value.length === 0 ? <p>{words.none}</p> : (
        <ol class="history">
          {value.map((e, i) => (
            <li key={i}><time dateTime={new Date(e.at).toISOString()}>{when(e.at)}</time><span><b>{eventWords(e)}</b>{[name(e.by), name(e.to)].filter((x) => x !== undefined).map((x) => ` · ${x}`)}</span></li>
          ))}
        </ol>
      )}
    </div>
  )
}
