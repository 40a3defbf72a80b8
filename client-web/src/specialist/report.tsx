// A report over chosen days, on the screen and as a file.

import { useSignal } from '@preact/signals'
import type { Numbers, Report } from '../link/desk.ts'
import type { Id } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { serviceMinute } from '../state/clock.ts'
import { calls } from '../state/link.ts'
import { told, type Told } from '../state/problem.ts'
import { date } from '../state/time.ts'
import { Field } from '../ui/field.tsx'
import { Summary } from '../ui/summary.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { b } from '../words/board.ts'
import { w } from '../words/words.ts'
import { Chart, NumbersTable } from './chart.tsx'
import { momentWords } from './due.ts'
import { measureName, measures, saveFile, tableFile } from './measures.ts'

const day = 86_400_000
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)

/** From the first moment of one day to the end of another, by this device's calendar. */
export function stretch(from: string, to: string): { from: number; to: number } | undefined {
  const a = new Date(`${from}T00:00`).getTime()
  const end = new Date(`${to}T00:00`)
  end.setDate(end.getDate() + 1)
  return Number.isNaN(a) || Number.isNaN(end.getTime()) || end.getTime() <= a ? undefined : { from: a, to: end.getTime() }
}

export function Making({ line, name }: { line: Id; name: string }) {
  const words = b()
  const from = useSignal(dayOf(serviceMinute() - 7 * day))
  const to = useSignal(dayOf(serviceMinute()))
  const every = useSignal('1440')
  const wrong = useSignal(false)
  const failed = useSignal<Told | undefined>(undefined)
  const made = useSignal<{ report: Report; every: string } | undefined>(undefined)
  const label = (x: Numbers) => (made.value?.every === '60' ? momentWords(x.from) : date(x.from).replace(/, \d{4}$/, ''))
  const short = (x: Numbers) => (made.value?.every === '60' ? String(new Date(x.from).getHours()) : String(new Date(x.from).getDate()))
  const run = (act: (span: { from: number; to: number }) => Promise<void>) => {
    const span = stretch(from.value, to.value)
    wrong.value = span === undefined
    failed.value = undefined
    if (span !== undefined) act(span).catch((error: unknown) => { failed.value = told(error) })
  }
  const show = () => run(async (span) => { made.value = { report: await calls.report({ line, ...span, every: Number(every.value) }), every: every.value } })
  const file = (what: string) => `arcline-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${what}-${from.value}-${to.value}.csv`
  const rows = () => run(async (span) => {
    const text = await calls.reportRows({ line, ...span })
    saveFile(text.startsWith('\uFEFF') ? text : `\uFEFF${text}`, file('threads'))
    announce(words.savedFile)
  })
  const saveNumbers = () => {
    const r = made.value?.report
    if (r === undefined) return
    const head = [words.from, ...measures.map((m) => measureName(m.name))]
    saveFile(tableFile([head, ...r.intervals.map((x) => [label(x), ...measures.map((m) => m.text(x))]), [words.total, ...measures.map((m) => m.text(r.total))]]), file('numbers'))
    announce(words.savedFile)
  }
  return (
    <section class="block">
      <h2>{words.report}</h2>
      <form class="noprint" onSubmit={(e) => {
        e.preventDefault()
        show()
      }}>
        <Summary title={w().errors.title(1)} wrongs={wrong.value ? [{ field: 'report-from', text: words.wrongDays }] : []} />
        <div class="tools-row">
          <Field id="report-from" label={words.from} value={from.value} set={(v) => { from.value = v }} wrong={wrong.value ? words.wrongDays : undefined} more={{ type: 'date' }} />
          <Field id="report-to" label={words.to} value={to.value} set={(v) => { to.value = v }} more={{ type: 'date' }} />
          <div class="field"><label for="report-every">{words.every}</label><select id="report-every" class="pick" value={every.value} onChange={(e) => { every.value = e.currentTarget.value }}>{['1440', '60', '0'].map((v) => <option key={v} value={v}>{words.steps[v]}</option>)}</select></div>
        </div>
        <div class="row"><button type="submit" class="btn main">{words.make}</button><button type="button" class="btn" onClick={rows}>{words.rows}</button></div>
        <p class="mute small">{words.rowsText}</p>
      </form>
      {failed.value !== undefined && <Trouble {...failed.value} />}
      {made.value !== undefined && (
        <div class="stack" id="report-made">
          {made.value.report.intervals.length > 0 && <Chart rows={made.value.report.intervals} label={short} />}
          <NumbersTable rows={made.value.report.intervals} total={made.value.report.total} label={label} head={words.day} name={words.report} meanings={new Map(made.value.report.meanings.map((m) => [m.name, m.text]))} />
          <p><button type="button" class="btn noprint" onClick={saveNumbers}>{words.csv}</button></p>
        </div>
      )}
    </section>
  )
}
