// The questions of a topic's form, each as its kind wants it.

import type { ComponentChildren, InputHTMLAttributes } from 'preact'
import type { Column, Field as Question_, Topic, Value } from '../link/desk.ts'
import { Area, Check, Field } from '../ui/field.tsx'
import { Icon } from '../ui/icons.tsx'
import { Deadlines } from '../talk/told.tsx'
import { ask } from '../words/asking.ts'
import { cellId, emptyRow, isRadio, oddSigns, type Wrong } from './question.ts'

export type WrongOf = (field: string) => string | undefined

export function wrongIn(list: readonly Wrong[]): WrongOf {
  return (field) => list.find((x) => x.field === field)?.text
}

/** Calm and only a hint: the name is kept as it is. */
export function PlainName({ name, on }: { name: string; on: boolean }) {
  const odd = on ? oddSigns(name) : []
  return <div aria-live="polite">{odd.length > 0 && <p class="hint plainhint"><Icon name="info" size={15} /> {ask().names.plain(odd.join(' '))}</p>}</div>
}

interface GroupProps {
  id: string
  legend: ComponentChildren
  hint?: string | undefined
  wrong: string | undefined
  children: ComponentChildren
}

/** Several boxes under one question. */
export function Group({ id, legend, hint, wrong, children }: GroupProps) {
  const by = [wrong === undefined ? '' : `${id}-wrong`, hint === undefined ? '' : `${id}-hint`].filter((x) => x !== '').join(' ')
  return (
    <fieldset class="field" id={id} aria-describedby={by === '' ? undefined : by}>
      <legend class="lab">{legend}</legend>
      {hint !== undefined && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      {wrong !== undefined && <span class="wrong" id={`${id}-wrong`}><Icon name="warn" size={16} />{wrong}</span>}
      <div class="opts">{children}</div>
    </fieldset>
  )
}

export function Radio({ id, name, on, set, children }: { id: string; name: string; on: boolean; set: () => void; children: ComponentChildren }) {
  return <label class="opt"><input type="radio" id={id} name={name} checked={on} onChange={set} /><span>{children}</span></label>
}

function Select({ id, label, value, choices, wrong, hint, set }: { id: string; label: string; value: string; choices: readonly string[]; wrong: string | undefined; hint: string | undefined; set: (v: string) => void }) {
  const by = [wrong === undefined ? '' : `${id}-wrong`, hint === undefined ? '' : `${id}-hint`].filter((x) => x !== '').join(' ')
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint !== undefined && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      {wrong !== undefined && <span class="wrong" id={`${id}-wrong`}><Icon name="warn" size={16} />{wrong}</span>}
      <select id={id} class="pick" value={value} aria-describedby={by === '' ? undefined : by} aria-invalid={wrong === undefined ? undefined : 'true'} onChange={(e) => set(e.currentTarget.value)}>
        <option value="">{ask().form.choose}</option>
        {choices.map((c) => <option key={c} value={c}>{c}</option>)}
      </select>
    </div>
  )
}

interface CellProps {
  id: string
  f: Column
  label: string
  hint?: string | undefined
  value: string
  wrong: string | undefined
  plain: boolean
  set: (v: string) => void
}

/** One answer that is a text, whatever it looks like. */
function Cell({ id, f, label, hint, value, wrong, plain, set }: CellProps) {
  const words = ask().form
  const common = { id, label, hint, wrong, value, set }
  if (f.kind === 'long') return <Area {...common} more={{ rows: 4 }} />
  if (f.kind === 'yesno' || (f.kind === 'choice' && isRadio(f))) {
    const choices = f.kind === 'yesno' ? [['yes', words.yes], ['no', words.no]] as const : (f.choices ?? []).map((c) => [c, c] as const)
    return (
      <Group id={id} legend={label} hint={hint} wrong={wrong}>
        {choices.map(([v, text], i) => <Radio key={v} id={`${id}-${i}`} name={id} on={value === v} set={() => set(v)}>{text}</Radio>)}
      </Group>
    )
  }
  if (f.kind === 'choice') return <Select {...common} choices={f.choices ?? []} />
  const more: InputHTMLAttributes = f.kind === 'date' ? { type: 'date' } : f.kind === 'number' ? { inputMode: 'numeric', autocomplete: 'off' } : f.kind === 'name' ? { autocomplete: 'off', spellcheck: false, autocapitalize: 'off' } : { autocomplete: 'off' }
  return (
    <div>
      <Field {...common} more={more} look={f.kind === 'date' ? 'day' : ''} />
      {f.kind === 'name' && <PlainName name={value} on={plain} />}
    </div>
  )
}

interface TableProps {
  f: Question_
  label: string
  rows: readonly (readonly string[])[]
  wrong: WrongOf
  plain: boolean
  set: (rows: string[][]) => void
}

/** Lines of a table, one under another: that fits a phone and a screen reader. */
function Table({ f, label, rows, wrong, plain, set }: TableProps) {
  const words = ask().form
  const columns = f.columns ?? []
  const all = rows.length === 0 ? [emptyRow(columns)] : rows.map((r) => [...r])
  const put = (i: number, k: number, v: string) => set(all.map((r, n) => (n === i ? columns.map((_, c) => (c === k ? v : r[c] ?? '')) : r)))
  const add = () => {
    set([...all, emptyRow(columns)])
    requestAnimationFrame(() => document.getElementById(cellId(f.id, all.length, columns[0]?.id ?? ''))?.focus())
  }
  const remove = (i: number) => {
    set(all.filter((_, n) => n !== i))
    requestAnimationFrame(() => document.getElementById(`f-${f.id}-add`)?.focus())
  }
  return (
    <Group id={`f-${f.id}`} legend={label} hint={f.hint} wrong={wrong(`f-${f.id}`)}>
      {all.map((row, i) => (
        <div class="line" key={i} role="group" aria-label={words.line(i + 1)}>
          <div class="linehead"><b>{words.line(i + 1)}</b>{all.length > 1 && <button type="button" class="btn quiet" onClick={() => remove(i)}><Icon name="close" size={15} />{words.removeLine(i + 1)}</button>}</div>
          <div class="cells">
            {columns.map((c, k) => {
              const id = cellId(f.id, i, c.id)
              return <Cell key={c.id} id={id} f={{ ...c, ...(c.kind === 'choice' ? { choices: c.choices ?? [] } : {}) }} label={c.required === true ? c.label : `${c.label} (${words.optional})`} value={row[k] ?? ''} wrong={wrong(id)} plain={plain} set={(v) => put(i, k, v)} />
            })}
          </div>
        </div>
      ))}
      <button type="button" class="btn" id={`f-${f.id}-add`} onClick={add}><Icon name="plus" size={16} />{words.addLine}</button>
    </Group>
  )
}

function Many({ f, label, value, wrong, set }: { f: Question_; label: string; value: Value | undefined; wrong: string | undefined; set: (v: string[]) => void }) {
  const many = value?.many ?? []
  const id = `f-${f.id}`
  return (
    <Group id={id} legend={label} hint={f.hint} wrong={wrong}>
      {(f.choices ?? []).map((c, i) => <Check key={c} id={`${id}-${i}`} label={c} on={many.includes(c)} set={(on) => set(on ? [...many, c] : many.filter((x) => x !== c))} />)}
    </Group>
  )
}

interface Props {
  topic: Topic
  values: Record<string, Value>
  wrong: WrongOf
  /** A report that goes by phone needs no answer in writing. */
  needed: boolean
  set: (field: string, value: Value) => void
}

export function FormFields({ topic, values, wrong, needed, set }: Props) {
  const words = ask().form
  const plain = topic.plain_names === true
  return (
    <>
      {(topic.form?.fields ?? []).map((f) => {
        const label = needed && f.required === true ? f.label : `${f.label} (${words.optional})`
        const v = values[f.id]
        const id = `f-${f.id}`
        if (f.kind === 'table') return <Table key={f.id} f={f} label={label} rows={v?.rows ?? []} wrong={wrong} plain={plain} set={(rows) => set(f.id, { field: f.id, rows })} />
        if (f.kind === 'many') return <Many key={f.id} f={f} label={label} value={v} wrong={wrong(`${id}-0`)} set={(many) => set(f.id, { field: f.id, many })} />
        const cell = <Cell key={f.id} id={id} f={f} label={label} hint={f.hint} value={v?.text ?? ''} wrong={wrong(id) ?? wrong(`${id}-0`)} plain={plain} set={(text) => set(f.id, { field: f.id, text })} />
        return topic.form?.deadlines?.some((d) => d.field === f.id) === true ? <div key={f.id}>{cell}<div aria-live="polite"><Deadlines form={topic.form} field={f.id} text={v?.text ?? ''} /></div></div> : cell
      })}
    </>
  )
}
