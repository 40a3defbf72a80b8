// What a message holds besides words and files, read as another person's program
// wrote it: strictly, since it may be anybody's.

import { unbase64, type Bytes, type ID } from '../crypto/envelope/bytes.ts'
import { answerStates, cardKinds, type Answer, type CaseCard, type Consent, type Filled, type Rescind, type Spoke, type Value } from '../link/desk.ts'
import { DecodeError } from '../wire/decode.ts'
import * as wire from '../wire/gen.ts'
import { isRecord, readFile, type FileInfo } from './content.ts'

/** A consumer as the message has them: with what opens the card. */
export interface SealedConsumer {
  label: string
  case?: string
  kinds: string[]
  card: FileInfo
  consent?: Consent
}

/** A call-back as the message has it. */
export interface CallCard {
  /** 32 bytes in base64: the secret of the spoken codes. */
  secret: string
  number?: FileInfo
}

/** The parts of a message's content that a line's rules ask for. */
export interface Parts {
  topic?: string
  form?: Filled
  consumers?: SealedConsumer[]
  rescinded?: Rescind[]
  answers?: Answer[]
  cases?: CaseCard[]
  call?: CallCard
  spoke?: Spoke
  disclosed?: string[]
}

/** Thrown by readers below, and turned into "does not read" by readParts alone. */
class Wrong extends Error {}

type Row = Record<string, unknown>

function row(v: unknown, names: readonly string[]): Row {
  if (!isRecord(v) || Object.keys(v).some((k) => !names.includes(k))) throw new Wrong()
  return v
}

function text(v: unknown): string {
  if (typeof v !== 'string') throw new Wrong()
  return v
}

function optional(v: unknown): string {
  return v === undefined ? '' : text(v)
}

function list<T>(v: unknown, most: number, read: (x: unknown) => T): T[] {
  if (v === undefined) return []
  if (!Array.isArray(v) || v.length > most) throw new Wrong()
  return v.map(read)
}

function id(v: unknown): ID {
  const s = text(v)
  if (!/^[0-9a-f]{32}$/.test(s)) throw new Wrong()
  return s as ID
}

function card(v: unknown): FileInfo {
  const f = readFile(v)
  if (f === undefined || f.sealed > wire.limits.maxCard) throw new Wrong()
  return f
}

const many = 200

function consumer(v: unknown): SealedConsumer {
  const r = row(v, ['label', 'case', 'kinds', 'card', 'consent'])
  return {
    label: text(r['label']), kinds: list(r['kinds'], many, text), card: card(r['card']),
    ...(r['case'] === undefined ? {} : { case: text(r['case']) }), ...(r['consent'] === undefined ? {} : { consent: consent(r['consent']) }),
  }
}

function consent(v: unknown): Consent {
  const r = row(v, ['scope', 'purpose', 'given', 'until', 'rescind'])
  return { scope: text(r['scope']), purpose: text(r['purpose']), given: text(r['given']), until: text(r['until']), rescind: text(r['rescind']) }
}

function value(v: unknown): Value {
  const r = row(v, ['field', 'text', 'many', 'rows'])
  return {
    field: text(r['field']), ...(r['text'] === undefined ? {} : { text: text(r['text']) }), ...(r['many'] === undefined ? {} : { many: list(r['many'], many, text) }),
    ...(r['rows'] === undefined ? {} : { rows: list(r['rows'], many, (x) => list(x, many, text)) }),
  }
}

function filled(v: unknown): Filled {
  const r = row(v, ['form', 'values'])
  return { form: wire.decodeForm(JSON.stringify(r['form'])), values: list(r['values'], many, value) }
}

function answer(v: unknown): Answer {
  const r = row(v, ['card', 'state', 'text'])
  const state = answerStates.find((s) => s === r['state'])
  if (state === undefined) throw new Wrong()
  return { card: id(r['card']), state, text: optional(r['text']) }
}

function caseCard(v: unknown): CaseCard {
  const r = row(v, ['card', 'case', 'status', 'notices', 'missing', 'as_of'])
  return {
    card: id(r['card']), status: text(r['status']), notices: list(r['notices'], many, text), missing: list(r['missing'], many, text), asOf: text(r['as_of']),
    ...(r['case'] === undefined ? {} : { case: text(r['case']) }),
  }
}

function call(v: unknown): CallCard {
  const r = row(v, ['secret', 'number'])
  const secret = text(r['secret'])
  if (unbase64(secret)?.length !== 32) throw new Wrong()
  return { secret, ...(r['number'] === undefined ? {} : { number: card(r['number']) }) }
}

function spoke(v: unknown): Spoke {
  const r = row(v, ['verified', 'warnings'])
  const verified = list(r['verified'], many, (x) => {
    const kind = cardKinds.find((k) => k === x)
    if (kind === undefined) throw new Wrong()
    return kind
  })
  return { verified, warnings: list(r['warnings'], many, text) }
}

function rescind(v: unknown): Rescind {
  const r = row(v, ['card', 'on', 'why'])
  return { card: id(r['card']), on: text(r['on']), why: optional(r['why']) }
}

/** Reads them; undefined where one is not of its form. */
export function readParts(v: Row): Parts | undefined {
  const has = (name: string) => v[name] !== undefined
  try {
    return {
      ...(has('topic') ? { topic: text(v['topic']) } : {}), ...(has('form') ? { form: filled(v['form']) } : {}),
      ...(has('consumers') ? { consumers: list(v['consumers'], wire.limits.maxConsumers, consumer) } : {}),
      ...(has('rescinded') ? { rescinded: list(v['rescinded'], many, rescind) } : {}),
      ...(has('answers') ? { answers: list(v['answers'], many, answer) } : {}), ...(has('cases') ? { cases: list(v['cases'], many, caseCard) } : {}),
      ...(has('call') ? { call: call(v['call']) } : {}), ...(has('spoke') ? { spoke: spoke(v['spoke']) } : {}),
      ...(has('disclosed') ? { disclosed: list(v['disclosed'], many, text) } : {}),
    }
  } catch (error) {
    if (error instanceof Wrong || error instanceof DecodeError) return undefined
    throw error
  }
}

/** As it is written: the names of the message, and nothing that is empty. */
export function writeParts(p: Parts): Row {
  const { cases, answers, rescinded, ...rest } = p
  return {
    ...rest,
    ...(answers === undefined ? {} : { answers: answers.map(({ text: words, ...a }) => (words === '' ? a : { ...a, text: words })) }),
    ...(rescinded === undefined ? {} : { rescinded: rescinded.map(({ why, ...x }) => (why === '' ? x : { ...x, why })) }),
    ...(cases === undefined ? {} : {
      cases: cases.map(({ asOf, notices, missing, ...c }) => ({
        ...c, ...(notices.length === 0 ? {} : { notices }), ...(missing.length === 0 ? {} : { missing }), as_of: asOf,
      })),
    }),
  }
}

export function secretOf(c: CallCard): Bytes {
  return unbase64(c.secret) ?? new Uint8Array(0)
}
