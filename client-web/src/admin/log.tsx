// The log of certificates, devices and lines: read whole, checked in this
// browser, every row in words.

import { useSignal } from '@preact/signals'
import type { LogRow, LogSheet } from '../link/office.ts'
import { announce } from '../state/announce.ts'
import { useAsked } from '../state/asked.ts'
import { calls } from '../state/link.ts'
import { when } from '../state/time.ts'
import { Field } from '../ui/field.tsx'
import { Empty, Note } from '../ui/note.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { o } from '../words/office.ts'
import { w } from '../words/words.ts'
import { checksum, fileName, save } from './csv.ts'
import { logGroups, matching, type LogFilter, type LogGroup } from './filter.ts'
import { Asked, Page } from './parts.tsx'
import { DataTable, fileOf, type Col } from './table.tsx'

function sentenceOf(r: LogRow): string {
  const words = o().log
  const about = r.about !== '' ? r.about : words.unknown
  return words.did[r.what]?.(about, r.line, r.role === undefined ? '' : w().roles[r.role].toLowerCase()) ?? r.what
}

function byWords(r: LogRow): string {
  const words = o().log
  if (r.what === 'build' || r.what === 'access') return words.service
  if (r.by !== '') return r.by
  return r.byAccount === undefined ? words.agency : words.unknown
}

function columns(): Col<LogRow>[] {
  const words = o().log
  return [
    { key: 'index', label: words.index, text: (r) => String(r.index + 1), num: true },
    { key: 'at', label: words.when, text: (r) => (r.at === undefined ? '' : when(r.at)), num: true },
    { key: 'what', label: words.what, text: sentenceOf },
    { key: 'by', label: words.by, text: byWords },
  ]
}

function Result({ sheet }: { sheet: LogSheet }) {
  const words = o().log
  if (sheet.fault !== undefined) return <Trouble text={`${words.bad} ${words.faults[sheet.fault.why](sheet.fault.at + 1)}`} hint={words.badDo} />
  return (
    <Note tone="good">
      <p><b>{words.whole(sheet.entries)}</b></p>
      <p>{words.checked(sheet.seen)}{sheet.witnesses > 0 && ` ${words.witnesses(sheet.witnesses)}`}</p>
      <p class="small">{words.notChecked}</p>
    </Note>
  )
}

function Rows({ sheet }: { sheet: LogSheet }) {
  const words = o().log
  const filter = useSignal<LogFilter>({ person: '', group: 'all', from: '', to: '' })
  const saved = useSignal<string | undefined>(undefined)
  const set = (x: Partial<LogFilter>) => { filter.value = { ...filter.value, ...x } }
  const list = matching(sheet.rows, filter.value, sentenceOf)
  const cols = columns()
  const keep = async () => {
    const text = fileOf(cols, list)
    saved.value = await checksum(text)
    save(text, fileName('log', 'csv'))
    announce(words.saved(''))
  }
  return (
    <>
      <div class="tools-row">
        <Field id="log-person" label={words.person} value={filter.value.person} set={(person) => set({ person })} more={{ autocomplete: 'off' }} />
        <div class="field short">
          <label for="log-action">{words.action}</label>
          <select id="log-action" class="pick" value={filter.value.group} onChange={(e) => set({ group: e.currentTarget.value as LogGroup | 'all' })}>
            <option value="all">{words.all}</option>
            {logGroups.map((g) => <option key={g} value={g}>{words.groups[g]}</option>)}
          </select>
        </div>
        <Field id="log-from" label={words.from} value={filter.value.from} set={(from) => set({ from })} more={{ type: 'date' }} />
        <Field id="log-to" label={words.to} value={filter.value.to} set={(to) => set({ to })} more={{ type: 'date' }} />
      </div>
      <div class="row spaced">
        <span class="mute num" role="status">{words.count(list.length, sheet.rows.length)}</span>
        <span class="grow" />
        <button type="button" class="btn" disabled={list.length === 0} onClick={() => void keep()}>{words.save}</button>
      </div>
      {saved.value !== undefined && <p class="small address" role="status">{words.saved(saved.value)}</p>}
      {list.length === 0 ? <Empty icon="search" title={words.none} /> : <DataTable key={JSON.stringify(filter.value)} label={words.table} cols={cols} rows={list} id={(r) => String(r.index)} />}
      <p class="small mute">{words.threads}</p>
    </>
  )
}

export function LogPage() {
  const words = o().log
  const log = useAsked(() => calls.keyLog())
  return (
    <Page title={words.title}>
      <p class="hint">{words.text}</p>
      <Note icon="lock"><p>{w().admin.cannot}</p></Note>
      <div class="blocks">
        <Asked asked={log} label={words.looking}>{(sheet) => <><Result sheet={sheet} /><Rows sheet={sheet} /></>}</Asked>
      </div>
    </Page>
  )
}
