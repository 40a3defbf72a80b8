// The windows in which a thread is let go of: closed with how it ended, handed
// back, handed over. Who can read it then is shown before.

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Id, Outcome, Person, Reader, Row, ThreadFact } from '../link/facts.ts'
import { best } from '../state/fuzzy.ts'
import { calls } from '../state/link.ts'
import { me } from '../state/me.ts'
import { Readers, roleOf } from '../talk/people.tsx'
import { Area, Field } from '../ui/field.tsx'
import { w } from '../words/words.ts'
import { Note } from '../ui/note.tsx'
import { d } from '../words/staff.ts'
import { finish, handBack, handOver, openWindow, reasons, rowOf, window_ } from './acts.ts'
import { topicOf } from './desks.ts'

const most = 50
const choices: readonly Exclude<Outcome, 'none'>[] = ['answered', 'no-answer', 'duplicate', 'wrong-line', 'elsewhere']

function shut(): void {
  window_.value = 'none'
}

/** Some matters are settled only with the consumer on the phone. */
export function needsCall(row: Row, outcome: Outcome): boolean {
  return (outcome === 'answered' || outcome === 'elsewhere' || outcome === 'none') && row.work?.verified === false && topicOf(row)?.phone === true
}

/** One keystroke: a digit, or Enter for the first. */
export function Closing({ id }: { id: Id }) {
  const words = w()
  const first = useRef<HTMLButtonElement>(null)
  const missing = useSignal(false)
  const choose = (outcome: Outcome) => {
    const row = rowOf(id)
    // The service refuses it, too: here it is said before anything leaves.
    if (row !== undefined && needsCall(row, outcome)) {
      missing.value = true
      return
    }
    shut()
    // After the window has given the focus back, so that the next thread may take it.
    setTimeout(() => finish(id, outcome))
  }
  useEffect(() => {
    // After the window has put the focus on its heading.
    const frame = requestAnimationFrame(() => first.current?.focus())
    const press = (e: KeyboardEvent) => {
      const outcome = choices[Number(e.key) - 1]
      if (outcome === undefined || e.ctrlKey || e.metaKey || e.altKey || e.repeat) return
      e.preventDefault()
      choose(outcome)
    }
    addEventListener('keydown', press)
    return () => {
      cancelAnimationFrame(frame)
      removeEventListener('keydown', press)
    }
  }, [])
  return (
    <div class="stack">
      {missing.value && (
        <div role="alert"><Note tone="warn" icon="phone"><p><b>{d().spoke.needed}</b></p><p>{d().spoke.neededText}</p><p><button type="button" class="btn main" onClick={() => openWindow('spoke', id)}>{d().spoke.act}</button></p></Note></div>
      )}
      <p class="mute">{words.closing.text}</p>
      <div class="outcomes">
        {choices.map((o, i) => (
          <button type="button" class="btn" key={o} ref={i === 0 ? first : null} aria-keyshortcuts={String(i + 1)} onClick={() => choose(o)}><kbd aria-hidden="true">{i + 1}</kbd>{words.outcomes[o]}</button>
        ))}
      </div>
    </div>
  )
}

interface Why {
  text: string
  wrong: string | undefined
  set: (text: string) => void
  needed: boolean
  able: boolean
}

function Reason({ text, wrong, set, needed, able }: Why) {
  const words = w().transfer
  if (!able) return <p class="mute small">{words.noReason}</p>
  return <Area id="handing-reason" label={needed ? words.reason : words.reasonFree} hint={words.reasonHint} wrong={wrong} value={text} set={set} more={{ rows: 2, 'aria-required': needed }} />
}

function ThenReads({ readers }: { readers: readonly Reader[] }) {
  const words = w().transfer
  return <section class="then" aria-label={words.then}><h3>{words.then}</h3><Readers readers={readers} /></section>
}

function useReason(t: ThreadFact) {
  const text = useSignal(reasons.get(t.id) ?? '')
  const set = (v: string) => {
    text.value = v
    if (v === '') reasons.delete(t.id)
    else reasons.set(t.id, v)
  }
  return { text: text.value, set }
}

export function HandBack({ t }: { t: ThreadFact }) {
  const words = w()
  const reason = useReason(t)
  const then: Reader[] = [
    ...t.readers.filter((r) => r.kind === 'person' && r.id === t.other?.account), { kind: 'line', id: t.row.line, name: t.row.lineName }, ...t.readers.filter((r) => r.kind === 'records'),
  ]
  const go = () => {
    shut()
    void handBack(t.id, reason.text.trim()).then((ok) => {
      if (ok) reasons.delete(t.id)
    })
  }
  return (
    <div class="stack">
      <Reason {...reason} wrong={undefined} needed={false} able={t.can.note} />
      <ThenReads readers={then} />
      <div class="ends">
        <button type="button" class="btn" onClick={shut}>{words.app.cancel}</button>
        <button type="button" class="btn main" onClick={go}>{words.transfer.back}</button>
      </div>
    </div>
  )
}

function usePeople(t: ThreadFact): Person[] | undefined {
  const found = useSignal<Person[] | undefined>(undefined)
  useEffect(() => {
    calls.people(t.row.line).then((l) => {
      found.value = l.filter((p) => p.account !== me.value?.account && p.account !== t.row.claimer?.account && (p.role === 'specialist' || p.role === 'lead'))
    }, () => {
      found.value = []
    })
  }, [])
  return found.value
}

/** The readers with the one who has the thread replaced by the one who gets it. */
function readersThen(t: ThreadFact, to: Person): Reader[] {
  const next: Reader = { kind: 'person', id: to.account, name: to.name, person: to }
  const rest = t.readers.filter((r) => r.kind !== 'person' || r.id === t.other?.account)
  return [...rest.filter((r) => r.kind === 'person'), next, ...rest.filter((r) => r.kind !== 'person')]
}

export function HandOver({ t }: { t: ThreadFact }) {
  const words = w()
  const people = usePeople(t)
  const find = useSignal('')
  const to = useSignal<Person | undefined>(undefined)
  const wrong = useSignal<string | undefined>(undefined)
  const reason = useReason(t)
  const go = () => {
    const p = to.value
    if (p === undefined) return
    wrong.value = t.can.note && reason.text.trim() === '' ? words.transfer.reasonNeeded : undefined
    if (wrong.value !== undefined) return document.getElementById('handing-reason')?.focus()
    shut()
    void handOver(t.id, p, t.can.note ? reason.text.trim() : '').then((ok) => {
      if (ok) reasons.delete(t.id)
    })
  }
  if (people === undefined) return <p role="status">{words.app.loading}</p>
  if (people.length === 0) return <p>{words.transfer.none}</p>
  return (
    <div class="stack">
      {people.length > 6 && <Field id="transfer-find" label={words.transfer.find} value={find.value} set={(v) => { find.value = v }} more={{ autocomplete: 'off' }} />}
      <fieldset>
        <legend class="small"><b>{words.transfer.to}</b></legend>
        <div class="choices picklist">
          {best(find.value, people, (p) => p.name, most).map((p) => (
            <label class="choice" key={p.account}>
              <input type="radio" name="transfer-to" checked={to.value?.account === p.account} onChange={() => { to.value = p }} />
              <span><b>{p.name}</b><span>{roleOf(p)}</span></span>
            </label>
          ))}
        </div>
      </fieldset>
      <Reason {...reason} wrong={wrong.value} needed able={t.can.note} />
      {to.value !== undefined && <ThenReads readers={readersThen(t, to.value)} />}
      {to.value !== undefined && <p class="mute small">{words.transfer.after(to.value.name)}</p>}
      <div class="ends">
        <button type="button" class="btn" onClick={shut}>{words.app.cancel}</button>
        <button type="button" class="btn main" disabled={to.value === undefined} onClick={go}>{words.transfer.go}</button>
      </div>
    </div>
  )
}
