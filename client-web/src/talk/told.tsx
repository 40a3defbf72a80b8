// What a message holds besides words and files, in words: the form, the consumers
// and what became of each, where cases stand, calls, and what was given out.

import type { ComponentChildren } from 'preact'
import type { Answer, CaseCard, Column, Field, Filled, Form, Rescind, Spoke, Told, Value } from '../link/desk.ts'
import type { Id, MessageItem } from '../link/facts.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import { said } from '../words/told.ts'
import { about } from './about.ts'
import { kindWords } from './cards.tsx'
import { Consumers } from './consumers.tsx'
import { dayText, lastDay, today } from './day.ts'

/** The plain word for a written answer: yes and no, and days, are written as codes. */
export function valueText(kind: Field['kind'], text: string): string {
  const words = said().form
  if (kind === 'yesno') return text === 'yes' ? words.yes : text === 'no' ? words.no : text
  return kind === 'date' ? dayText(text) : text
}

function Rows({ title, columns, rows }: { title: string; columns: readonly Column[]; rows: readonly (readonly string[])[] }) {
  return (
    <div class="tablebox" role="region" aria-label={title} tabIndex={0}>
      <table class="plain-table">
        <thead><tr>{columns.map((c) => <th key={c.id} scope="col">{c.label}</th>)}</tr></thead>
        <tbody>{rows.map((row, i) => <tr key={i}>{columns.map((c, k) => <td key={c.id} data-label={c.label} class={c.kind === 'name' ? 'exact' : undefined}>{valueText(c.kind, row[k] ?? '')}</td>)}</tr>)}</tbody>
      </table>
    </div>
  )
}

function Value_({ field, value }: { field: Field; value: Value | undefined }) {
  const many = value?.many ?? []
  if (field.kind === 'many' && many.length > 0) return <ul class="bullets">{many.map((x) => <li key={x}>{x}</li>)}</ul>
  const text = value?.text ?? ''
  return text === '' ? <span class="mute">{said().form.empty}</span> : <span class={field.kind === 'name' ? 'exact' : 'pre'}>{valueText(field.kind, text)}</span>
}

/** The clocks of a form that have begun: until when, and whether that day has passed. */
export function Deadlines({ form, field, text }: { form: Form; field: string; text: string }) {
  const words = said().form
  return (
    <>
      {(form.deadlines ?? []).filter((d) => d.field === field).map((d) => {
        const last = lastDay(d, text)
        if (last === undefined) return null
        const over = last < today()
        return <p key={d.title} class={over ? 'small deadline over' : 'small deadline'}><Icon name={over ? 'warn' : 'clock'} size={13} /><span>{d.title}: <b>{over ? words.ended(dayText(last)) : words.until(dayText(last))}</b></span></p>
      })}
    </>
  )
}

/** A form with its answers, as it was when it was filled in. */
export function FormView({ filled }: { filled: Filled }) {
  const { form, values } = filled
  const of = (f: Field) => values.find((v) => v.field === f.id)
  const tables = form.fields.filter((f) => f.kind === 'table')
  return (
    <Part icon="form" title={form.title}>
      <dl class="pairs">{form.fields.filter((f) => f.kind !== 'table').map((f) => <div key={f.id}><dt>{f.label}</dt><dd><Value_ field={f} value={of(f)} /><Deadlines form={form} field={f.id} text={of(f)?.text ?? ''} /></dd></div>)}</dl>
      {tables.map((f) => <div key={f.id}><h3>{f.label}</h3><Rows title={f.label} columns={f.columns ?? []} rows={of(f)?.rows ?? []} /></div>)}
    </Part>
  )
}

function Part({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return <div class="told"><h2><Icon name={icon} size={16} />{title}</h2>{children}</div>
}

/** How people call a consumer of this thread. */
export function labelOf(card: Id): string {
  return about.value.consumers.get(card)?.label ?? said().consumers.unknown
}

const tones: Record<Answer['state'], string> = { answered: 'good', 'needs-more': 'warn', 'not-found': 'warn', 'waits-office': '' }
const icons: Record<Answer['state'], IconName> = { answered: 'check', 'needs-more': 'question', 'not-found': 'search', 'waits-office': 'clock' }

export function StateTag({ state }: { state: Answer['state'] }) {
  return <span class={`tag ${tones[state]}`}><Icon name={icons[state]} size={13} />{said().answer[state]}</span>
}

function Answers({ list }: { list: readonly Answer[] }) {
  return (
    <Part icon="checks" title={said().answer.title}>
      <ul class="answers">{list.map((a) => <li key={a.card}><p><b>{labelOf(a.card)}</b> <StateTag state={a.state} /></p>{a.text !== '' && <p class="pre">{a.text}</p>}</li>)}</ul>
    </Part>
  )
}

function Listed({ label, list, none }: { label: string; list: readonly string[]; none: string }) {
  return <div><dt>{label}</dt><dd>{list.length === 0 ? <span class="mute">{none}</span> : <ul class="bullets">{list.map((x, i) => <li key={i}>{x}</li>)}</ul>}</dd></div>
}

/** Where one consumer's case stands. */
export function CaseView({ found, title, children }: { found: CaseCard; title: string; children?: ComponentChildren }) {
  const words = said()
  return (
    <article class="casecard" aria-label={title}>
      <h3>{title}</h3>
      <p class="mute small">{found.case === undefined || found.case === '' ? words.consumers.noCase : `${words.consumers.case} ${found.case}`} · {words.cases.asOf(dayText(found.asOf))}</p>
      <dl class="pairs">
        <div><dt>{words.cases.status}</dt><dd><b>{found.status}</b></dd></div>
        <Listed label={words.cases.missing} list={found.missing} none={words.cases.missingNone} />
        <Listed label={words.cases.notices} list={found.notices} none={words.cases.noticesNone} />
      </dl>
      {children}
    </article>
  )
}

function Spoken({ spoke }: { spoke: Spoke }) {
  const words = said().spoke
  return (
    <Part icon="phone" title={words.title}>
      <p>{spoke.verified.length === 0 ? words.none : words.checked(kindWords(spoke.verified))}</p>
      {spoke.warnings.length > 0 && <><p class="small"><b>{words.warnings}</b></p><ul class="bullets">{spoke.warnings.map((x, i) => <li key={i}>{x}</li>)}</ul></>}
    </Part>
  )
}

function Taken({ list }: { list: readonly Rescind[] }) {
  const words = said().consent
  return <ul class="answers">{list.map((x) => <li key={x.card} class="note warn"><Icon name="warn" /><div><p><b>{words.takeLine(labelOf(x.card), dayText(x.on))}</b></p>{x.why !== '' && <p class="pre">{x.why}</p>}</div></li>)}</ul>
}

export function ToldParts({ item, told }: { item: MessageItem; told: Told }) {
  const words = said()
  const kinds: Record<string, string> = words.disclosed.kinds
  return (
    <div class="tolds">
      {told.call !== undefined && <Part icon="phone" title={words.call[told.call]}>{told.call === 'sealed' && <p class="mute small">{words.call.sealedHint}</p>}</Part>}
      {told.form !== undefined && <FormView filled={told.form} />}
      {told.consumers !== undefined && <Consumers item={item} list={told.consumers} />}
      {told.answers !== undefined && <Answers list={told.answers} />}
      {told.cases !== undefined && <Part icon="archive" title={words.cases.title}>{told.cases.map((c) => <CaseView key={c.card} found={c} title={labelOf(c.card)} />)}</Part>}
      {told.spoke !== undefined && <Spoken spoke={told.spoke} />}
      {told.rescinded !== undefined && <Taken list={told.rescinded} />}
      {told.disclosed !== undefined && told.disclosed.length > 0 && <p class="mute small given"><Icon name="share" size={14} /> {words.disclosed.title(told.disclosed.map((k) => kinds[k] ?? k).join(', '))}</p>}
    </div>
  )
}
