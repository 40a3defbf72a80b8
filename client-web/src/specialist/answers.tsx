// The consumers of a thread in a table, an answer for each, and what is said about
// private data before it leaves.

import { signal, useSignal } from '@preact/signals'
import { answerStates, type AnswerState, type CaseCard } from '../link/desk.ts'
import type { Id, ThreadFact } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { serviceMinute } from '../state/clock.ts'
import { Area, Check, Field } from '../ui/field.tsx'
import { Icon } from '../ui/icons.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { d } from '../words/staff.ts'
import { w } from '../words/words.ts'
import { openWindow } from './acts.ts'
import { Choices, Ends } from './choose.tsx'
import { shutWindow } from './deskacts.ts'
import { countOf, pendingOf, setPending, standings, type Stand } from './pending.ts'

/** The consumer whose answer is being written. */
export const answering = signal<Id>('')

function Line({ t, stand }: { t: ThreadFact; stand: Stand }) {
  const words = d().answers
  const { consumer, state } = stand
  const p = pendingOf(t.id)
  const ready = p.answers[consumer.id]
  const open = () => {
    answering.value = consumer.id
    openWindow('answer', t.id)
  }
  return (
    <tr>
      <th scope="row"><span>{consumer.label}</span></th>
      <td data-label={words.case}><span>{consumer.case ?? stand.card?.case ?? ''}</span></td>
      <td data-label={words.state}><span>{ready !== undefined ? <span class="tag turn"><Icon name="pen" size={13} />{words.ready}: {words.states[ready.state]}</span> : state === undefined ? words.open : <span class={state === 'answered' ? 'tag good' : 'tag'}><Icon name={state === 'answered' ? 'check' : 'clock'} size={13} />{words.states[state]}</span>}</span></td>
      <td><span>{t.can.write && <button type="button" class="btn" onClick={open}>{ready === undefined ? words.act : words.change}<span class="unseen"> {consumer.label}</span></button>}</span></td>
    </tr>
  )
}

export function Consumers({ t }: { t: ThreadFact }) {
  const words = d().answers
  const list = standings(t.items)
  if (list.length === 0) return null
  return (
    <details class="consumers" open={list.length <= 5 && t.can.write && matchMedia('(min-width: 801px)').matches}>
      <summary>{words.title}<span class="count num">{list.length}</span></summary>
      <div class="tablebox" role="region" aria-label={words.title} tabIndex={0}>
        <table>
          <thead><tr>{[words.consumer, words.case, words.state, words.act].map((x) => <th scope="col" key={x}><span class="headword">{x}</span></th>)}</tr></thead>
          <tbody>{list.map((s) => <Line key={s.consumer.id} t={t} stand={s} />)}</tbody>
        </table>
      </div>
    </details>
  )
}

const lines = (text: string) => text.split('\n').map((x) => x.trim()).filter((x) => x !== '')

export function Answering({ t }: { t: ThreadFact }) {
  const words = d().answers
  const id = answering.value
  const stand = standings(t.items).find((s) => s.consumer.id === id)
  const p = pendingOf(t.id)
  const old = p.answers[id]
  const oldCase = p.cases[id]
  const state = useSignal<AnswerState | undefined>(old?.state)
  const text = useSignal(old?.text ?? '')
  const withCase = useSignal(oldCase !== undefined)
  const card = useSignal({ status: oldCase?.status ?? stand?.card?.status ?? '', notices: (oldCase?.notices ?? []).join('\n'), missing: (oldCase?.missing ?? []).join('\n'), asOf: oldCase?.asOf ?? new Date(serviceMinute()).toISOString().slice(0, 10) })
  const wrongs = useSignal<Wrong[]>([])
  if (stand === undefined) return null
  const set = (x: Partial<typeof card.value>) => { card.value = { ...card.value, ...x } }
  const go = () => {
    const c = card.value
    wrongs.value = [
      ...(state.value === undefined ? [{ field: 'answer-state-first', text: words.noState }] : []), ...(text.value.trim() === '' ? [{ field: 'answer-text', text: words.noWords }] : []),
      ...(withCase.value && c.status.trim() === '' ? [{ field: 'case-status', text: words.noStatus }] : []), ...(withCase.value && c.asOf === '' ? [{ field: 'case-as-of', text: words.noDate }] : []),
    ]
    if (wrongs.value.length > 0 || state.value === undefined) return
    const { [id]: _, ...others } = p.cases
    const made: CaseCard = { card: id, ...(stand.consumer.case === undefined ? {} : { case: stand.consumer.case }), status: c.status.trim(), notices: lines(c.notices), missing: lines(c.missing), asOf: c.asOf }
    setPending(t.id, { answers: { ...p.answers, [id]: { card: id, state: state.value, text: text.value.trim() } }, cases: withCase.value ? { ...others, [id]: made } : others })
    announce(words.pending(countOf(pendingOf(t.id))))
    shutWindow()
  }
  const drop = () => {
    const { [id]: _, ...answers } = p.answers
    const { [id]: __, ...cases } = p.cases
    setPending(t.id, { answers, cases })
    shutWindow()
  }
  const of = (field: string) => wrongs.value.find((x) => x.field === field)?.text
  return (
    <div class="stack">
      <Summary title={w().errors.title(wrongs.value.length)} wrongs={wrongs.value} />
      <Choices<AnswerState> name="answer-state" label={words.stateLabel} value={state.value} set={(v) => { state.value = v }} wrong={of('answer-state-first')} choices={answerStates.map((v) => ({ value: v, text: words.states[v] }))} />
      <Area id="answer-text" label={words.words} hint={words.wordsHint} value={text.value} set={(v) => { text.value = v }} wrong={of('answer-text')} more={{ rows: 3 }} />
      <Check id="with-case" label={words.card} on={withCase.value} set={(on) => { withCase.value = on }} />
      {withCase.value && (
        <>
          <Field id="case-status" label={words.status} value={card.value.status} set={(v) => set({ status: v })} wrong={of('case-status')} more={{ autocomplete: 'off' }} />
          <Area id="case-notices" label={words.notices} value={card.value.notices} set={(v) => set({ notices: v })} more={{ rows: 2 }} />
          <Area id="case-missing" label={words.missing} value={card.value.missing} set={(v) => set({ missing: v })} more={{ rows: 2 }} />
          <Field id="case-as-of" label={words.asOf} value={card.value.asOf} set={(v) => set({ asOf: v })} wrong={of('case-as-of')} more={{ type: 'date' }} />
        </>
      )}
      <p class="mute small">{words.kept}</p>
      <Ends go={go} word={words.keep} before={old === undefined ? undefined : <button type="button" class="btn danger" onClick={drop}>{words.drop}</button>} />
    </div>
  )
}

/** Above the box: what goes along, and whether private data is given out. */
export function Along({ t }: { t: ThreadFact }) {
  const words = d().answers
  const p = pendingOf(t.id)
  const count = countOf(p)
  const say = (gives: boolean | undefined) => setPending(t.id, { gives, ...(gives === true ? {} : { kinds: [] }) })
  const toggle = (kind: string, on: boolean) => setPending(t.id, { kinds: on ? [...p.kinds, kind] : p.kinds.filter((k) => k !== kind) })
  return (
    <div class="along">
      {count > 0 && <p class="pending"><Icon name="form" size={15} /><b>{words.pending(count)}</b></p>}
      {count === 0 ? <Check id="gives-private" label={words.private} on={p.gives === true} set={(on) => say(on ? true : undefined)} /> : (
        <fieldset class="asks">
          <legend>{words.ask}</legend>
          {([true, false] as const).map((v) => <label class="check" key={String(v)} for={`gives-${v}`}><input type="radio" name="gives" id={`gives-${v}`} checked={p.gives === v} onChange={() => say(v)} /><span>{v ? words.yes : words.no}</span></label>)}
        </fieldset>
      )}
      {p.gives === true && (
        <fieldset class="asks">
          <legend>{words.kinds}</legend>
          {Object.entries(words.kind).map(([kind, text]) => <Check key={kind} id={`gives-kind-${kind}`} label={text} on={p.kinds.includes(kind)} set={(on) => toggle(kind, on)} />)}
          <p class="mute small">{words.noted}</p>
        </fieldset>
      )}
    </div>
  )
}
