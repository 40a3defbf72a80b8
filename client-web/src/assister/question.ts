// A question that is being written: what it holds, and what a topic's rules still
// ask for. No screen is here, so that a test can read all of it.

import { cardKinds, type Card, type CardKind, type Column, type Consent, type DeskInfo, type Field, type Filled, type NewCall, type NewConsumer, type Topic, type Value } from '../link/desk.ts'
import { isDay } from '../talk/day.ts'
import type { AskingWords } from '../words/en-asking.ts'
import { phones } from './phones.ts'

/** A consumer in the form. */
export interface Who {
  /** Ties the fields to their consumer while others come and go. */
  key: string
  label: string
  case: string
  card: Card
  /** Of this one alone, where permissions differ. */
  consent: Consent
}

export interface Question {
  subject: string
  text: string
  sensitive: boolean
  identifiers: boolean
  broker: string
  /** Of the form, by field. */
  values: Record<string, Value>
  who: Who[]
  /** One permission for all. */
  same: boolean
  consent: Consent
  /** Kinds that must go by phone: said to be part of it; and found, but not meant. */
  kinds: string[]
  notMeant: string[]
  /** A call is wished for where writing would do. */
  wants: boolean
  number: 'file' | 'other'
  other: string
  slot: number
  urgent: string
}

export interface Wrong {
  field: string
  text: string
}

let count = 0

export function noConsent(): Consent {
  return { scope: '', purpose: '', given: '', until: '', rescind: '' }
}

export function newWho(x: Partial<Who> = {}): Who {
  return { key: `who-${++count}`, label: '', case: '', card: {}, consent: noConsent(), ...x }
}

export function newQuestion(): Question {
  return { subject: '', text: '', sensitive: false, identifiers: false, broker: '', values: {}, who: [], same: true, consent: noConsent(), kinds: [], notMeant: [], wants: false, number: 'file', other: '', slot: 0, urgent: '' }
}

/** As it is kept: without what identifies a consumer, and without a number to call. */
export function toDraft(q: Question): string {
  if (q.subject.trim() === '' && q.text.trim() === '' && q.who.every((p) => p.label === '' && p.case === '') && Object.keys(q.values).length === 0) return ''
  return JSON.stringify({ v: 2, ...q, other: '', identifiers: false, who: q.who.map((p) => ({ ...p, card: {} })) })
}

/** What was kept, also by a program of before topics: a subject and a text under it. */
export function fromDraft(kept: string): Question {
  const fresh = newQuestion()
  if (kept.startsWith('{"v":2')) {
    try {
      const { v: _, ...q } = JSON.parse(kept) as Question & { v: number }
      return { ...fresh, ...q, who: q.who.map((p) => newWho({ ...p, key: `who-${++count}` })) }
    } catch {
      return fresh // what cannot be read is not worth stopping anybody
    }
  }
  const [subject = '', ...rest] = kept.split('\n')
  return { ...fresh, subject, text: rest.join('\n') }
}

export function mostOf(topic: Topic): number {
  return topic.identifiers > 0 ? Math.max(1, topic.consumers ?? 1) : 0
}

/** Everything that somebody typed and that may name a kind of report. */
function written(topic: Topic, q: Question): string {
  const values = (topic.form?.fields ?? []).flatMap((f) => {
    const v = q.values[f.id]
    return [v?.text ?? '', ...(v?.many ?? []), ...(v?.rows ?? []).flat()]
  })
  return [q.subject, q.text, ...values].join('\n')
}

/** Kinds that must go by phone: what was ticked, and what the words mean unless it was said that they do not. */
export function byPhone(topic: Topic, q: Question): { ticked: string[]; found: string[] } {
  const kinds = topic.by_phone ?? []
  const ticked = kinds.filter((k) => q.kinds.includes(k.id)).map((k) => k.id)
  const found = phones(kinds, written(topic, q)).map((k) => k.id).filter((k) => !ticked.includes(k) && !q.notMeant.includes(k))
  return { ticked, found }
}

/** Whether a call-back must come with it, may, or does not. A report that is mixed goes by phone whole. */
export function callFor(topic: Topic, q: Question, info: DeskInfo | undefined): 'must' | 'may' | 'no' {
  const { ticked, found } = byPhone(topic, q)
  if (topic.phone === true || ticked.length > 0 || found.length > 0) return 'must'
  return info?.call_backs === true ? 'may' : 'no'
}

export function calls_(topic: Topic, q: Question, info: DeskInfo | undefined): boolean {
  const f = callFor(topic, q, info)
  return f === 'must' || (f === 'may' && q.wants)
}

/** Signs in a name that the eligibility system refuses: hyphens, apostrophes, letters with accents. */
export function oddSigns(name: string): string[] {
  return [...new Set(name.normalize('NFC').match(/[^A-Za-z\s]/gu) ?? [])]
}

export function identifiersOf(card: Card): CardKind[] {
  return cardKinds.filter((k) => (card[k] ?? '').trim() !== '')
}

export function consentOf(q: Question, who: Who): Consent {
  return q.same ? q.consent : who.consent
}

/** One permission becomes each consumer's own, to be changed where one differs. */
export function apart(q: Question): Question {
  return { ...q, same: false, who: q.who.map((p) => ({ ...p, consent: p.consent.given === '' && p.consent.scope === '' ? { ...q.consent } : p.consent })) }
}

/** A year after a day; the suggestion for how long a permission is good. */
export function yearAfter(day: string): string {
  if (!isDay(day)) return ''
  const year = `${Number(day.slice(0, 4)) + 1}`.padStart(4, '0')
  return isDay(year + day.slice(4)) ? year + day.slice(4) : `${year}-02-28`
}

const digits = /^\d+$/

function cellWrong(kind: Field['kind'], text: string, label: string, words: AskingWords): string | undefined {
  if (text === '') return undefined
  if (kind === 'date' && !isDay(text)) return words.form.day(label)
  return kind === 'number' && !digits.test(text) ? words.form.number(label) : undefined
}

export function cellId(field: string, row: number, column: string): string {
  return `f-${field}-${row}-${column}`
}

export function emptyRow(columns: readonly Column[]): string[] {
  return columns.map(() => '')
}

function rowsOf(v: Value | undefined): string[][] {
  return (v?.rows ?? []).filter((r) => r.some((c) => c.trim() !== ''))
}

/** needed: a report that goes by phone needs no answer in writing. */
export function wrongForm(topic: Topic, q: Question, words: AskingWords, required: (what: string) => string, needed: boolean): Wrong[] {
  return (topic.form?.fields ?? []).flatMap((f): Wrong[] => {
    const v = q.values[f.id]
    const must = needed && f.required === true
    if (f.kind === 'table') {
      const rows = v?.rows ?? []
      if (must && rowsOf(v).length === 0) return [{ field: rows.length > 0 ? cellId(f.id, 0, f.columns?.[0]?.id ?? '') : `f-${f.id}`, text: words.form.oneLine(f.label) }]
      return rows.flatMap((row, i) => row.every((c) => c.trim() === '') ? [] : (f.columns ?? []).flatMap((c, k): Wrong[] => {
        const cell = (row[k] ?? '').trim()
        const text = cell === '' && c.required === true ? words.form.requiredIn(c.label, words.form.line(i + 1)) : cellWrong(c.kind, cell, c.label, words)
        return text === undefined ? [] : [{ field: cellId(f.id, i, c.id), text }]
      }))
    }
    if (f.kind === 'many') return must && (v?.many ?? []).length === 0 ? [{ field: `f-${f.id}-0`, text: required(f.label) }] : []
    const text = (v?.text ?? '').trim()
    const first = f.kind === 'yesno' || f.kind === 'choice' && isRadio(f) ? `f-${f.id}-0` : `f-${f.id}`
    if (text === '') return must ? [{ field: first, text: required(f.label) }] : []
    const wrong = cellWrong(f.kind, text, f.label, words)
    return wrong === undefined ? [] : [{ field: first, text: wrong }]
  })
}

const few = 4

/** A short choice shows all that can be chosen. */
export function isRadio(f: { choices?: string[] }): boolean {
  return (f.choices?.length ?? 0) <= few
}

function wrongConsent(c: Consent, id: string, who: string, words: AskingWords, now: string): Wrong[] {
  const k = words.consent
  const out: Wrong[] = []
  for (const [name, label] of [['scope', k.scope], ['purpose', k.purpose], ['given', k.given], ['rescind', k.rescind]] as const) {
    if (c[name].trim() === '') out.push({ field: `${id}-${name}`, text: k.missing(who, label) })
  }
  if (c.given !== '' && (!isDay(c.given) || c.given > now)) out.push({ field: `${id}-given`, text: k.future(who) })
  if (c.until !== '' && (!isDay(c.until) || c.until < now)) out.push({ field: `${id}-until`, text: k.ended(who) })
  return out
}

export function wrongWho(topic: Topic, q: Question, words: AskingWords, now: string): Wrong[] {
  const k = words.who
  const out: Wrong[] = []
  if (mostOf(topic) === 0) return out
  if (q.who.length > mostOf(topic)) out.push({ field: `${q.who[mostOf(topic)]?.key ?? ''}-label`, text: k.most(mostOf(topic)) })
  q.who.forEach((p, i) => {
    const who = p.label.trim() === '' ? k.one(i + 1) : p.label.trim()
    if (p.label.trim() === '') out.push({ field: `${p.key}-label`, text: k.labelWrong(i + 1) })
    if (identifiersOf(p.card).length < topic.identifiers) out.push({ field: `${p.key}-name`, text: k.few(who) })
    const { birth = '', email = '', ssn4 = '' } = p.card
    if (birth !== '' && (!isDay(birth) || birth > now)) out.push({ field: `${p.key}-birth`, text: k.birthWrong(who) })
    if (email !== '' && !email.includes('@')) out.push({ field: `${p.key}-email`, text: k.emailWrong(who) })
    if (ssn4 !== '' && !/^\d{4}$/.test(ssn4)) out.push({ field: `${p.key}-ssn4`, text: k.ssnWrong(who) })
    if (topic.consent === true && !q.same) out.push(...wrongConsent(p.consent, p.key, who, words, now))
  })
  if (topic.consent === true && q.same && q.who.length > 0) out.push(...wrongConsent(q.consent, 'all', q.who.length === 1 ? q.who[0]?.label.trim() || k.one(1) : words.consent.all, words, now))
  return out
}

const leastDigits = 10

export function isNumber(text: string): boolean {
  return /^[+\d\s().-]+$/.test(text.trim()) && text.replace(/\D/g, '').length >= leastDigits
}

export function wrongCall(q: Question, words: AskingWords): Wrong[] {
  return q.number === 'other' && !isNumber(q.other) ? [{ field: 'call-number', text: words.phone.numberWrong }] : []
}

function trimmed(card: Card): Card {
  const out: Card = {}
  // A name stays as it was written; only the blanks around it go.
  for (const k of identifiersOf(card)) out[k] = (card[k] ?? '').trim()
  return out
}

export function toConsumers(topic: Topic, q: Question): NewConsumer[] {
  if (mostOf(topic) === 0) return []
  return q.who.map((p): NewConsumer => ({
    label: p.label.trim(), card: trimmed(p.card), ...(p.case.trim() === '' ? {} : { case: p.case.trim() }), ...(topic.consent === true ? { consent: consentOf(q, p) } : {}),
  }))
}

/** The form with the answers that were given to it. */
export function toFilled(topic: Topic, q: Question): Filled | undefined {
  const { form } = topic
  if (form === undefined) return undefined
  const values = form.fields.flatMap((f): Value[] => {
    const v = q.values[f.id]
    if (f.kind === 'table') return rowsOf(v).length === 0 ? [] : [{ field: f.id, rows: rowsOf(v).map((r) => r.map((c) => c.trim())) }]
    if (f.kind === 'many') return (v?.many ?? []).length === 0 ? [] : [{ field: f.id, many: (f.choices ?? []).filter((c) => v?.many?.includes(c) === true) }]
    const text = (v?.text ?? '').trim()
    return text === '' ? [] : [{ field: f.id, text }]
  })
  return { form, values }
}

export function toCall(q: Question): NewCall {
  return { ...(q.number === 'other' ? { number: q.other.trim() } : {}), ...(q.slot === 0 ? {} : { slot: q.slot }) }
}
