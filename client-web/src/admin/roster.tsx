// A newer roster: what it would change in plain numbers, then, with a second
// step, the change.

import { useSignal } from '@preact/signals'
import type { RosterChange, RosterDifference } from '../wire/gen.ts'
import { withFactor } from '../state/factor.ts'
import { calls } from '../state/link.ts'
import { told, type Told } from '../state/problem.ts'
import { Note } from '../ui/note.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { o } from '../words/office.ts'
import { w } from '../words/words.ts'
import { Done, Page, settled } from './parts.tsx'
import { DataTable, SaveButton, type Col } from './table.tsx'

type What = 'loses access now' | 'gains access now' | 'new' | 'changed'
export const whats: readonly What[] = ['loses access now', 'gains access now', 'new', 'changed']

const maxRoster = 8_000_000

export interface Mistake {
  /** Row of the file, from 1; 0: of no row. */
  row: number
  text: string
}

/** The service's "Line 4: ..." apart. */
export function mistakes(problems: readonly string[]): Mistake[] {
  return problems.map((p) => {
    const found = /^Line (\d+): ([\s\S]*)$/.exec(p)
    return found === null ? { row: 0, text: p } : { row: Number(found[1]), text: found[2] ?? '' }
  })
}

export function countOf(d: Pick<RosterDifference, 'changes'>, what: string): number {
  return d.changes.filter((c) => c.what === what).length
}

function Mistakes({ d, lines }: { d: RosterDifference; lines: readonly string[] }) {
  const words = o().roster
  const all = mistakes(d.problems)
  const anchor = (m: Mistake) => `mistake-${all.indexOf(m)}`
  const wrongs: Wrong[] = all.map((m) => ({ field: anchor(m), text: m.row === 0 ? m.text : `${words.line(m.row)}: ${m.text}` }))
  const cols: Col<Mistake>[] = [
    { key: 'row', label: words.row, text: (m) => (m.row === 0 ? words.whole : words.line(m.row)) },
    { key: 'text', label: words.said, text: (m) => m.text, show: (m) => <span lang="en">{m.text}</span> },
    { key: 'content', label: words.content, text: (m) => lines[m.row - 1] ?? '', show: (m) => <span class="address">{lines[m.row - 1] ?? ''}</span> },
  ]
  return (
    <>
      <Summary title={words.problems(all.length)} wrongs={wrongs} extra={words.mend} />
      <DataTable label={words.said} cols={cols} rows={all} id={anchor} anchor={anchor} />
    </>
  )
}

function Changes({ d }: { d: RosterDifference }) {
  const words = o().roster
  const cols: Col<RosterChange>[] = [
    { key: 'name', label: words.who, text: (c) => c.name },
    { key: 'what', label: words.what, text: (c) => words.whats[c.what as What] ?? c.what, show: (c) => <span class={c.what === 'loses access now' ? 'tag bad' : c.what === 'gains access now' ? 'tag good' : 'tag'}>{words.whats[c.what as What] ?? c.what}</span> },
    { key: 'text', label: words.how, text: (c) => c.text, show: (c) => <span lang="en">{c.text}</span> },
  ]
  const title = d.applied ? words.did : words.changes
  return (
    <section class="block stack-s">
      <h2 id="roster-result" tabIndex={-1}>{title}</h2>
      <ul class="sums">
        {whats.map((x) => ({ x, c: countOf(d, x) })).filter(({ c }) => c > 0).map(({ x, c }) => <li key={x} class={x === 'loses access now' ? 'bad' : ''}>{words.sums[x](c)}</li>)}
        {d.changes.length === 0 && <li>{words.nothing}</li>}
        <li>{words.same(d.same)}</li>
      </ul>
      {d.waiting && <Note icon="info"><p>{words.waits}</p></Note>}
      {d.changes.length > 0 && (
        <>
          <DataTable label={title} cols={cols} rows={d.changes} id={(c) => `${c.key}/${c.what}/${c.text}`} />
          <p class="ends"><SaveButton what="roster-changes" cols={cols} rows={d.changes} /></p>
        </>
      )}
      <p class="small mute">{words.checksum}: <span class="address">{d.digest}</span></p>
    </section>
  )
}

function useRoster() {
  const file = useSignal<{ name: string; text: string } | undefined>(undefined)
  const report = useSignal<RosterDifference | undefined>(undefined)
  const failed = useSignal<Told | undefined>(undefined)
  const wrongs = useSignal<Wrong[]>([])
  const busy = useSignal(false)
  const show = (d: RosterDifference) => {
    report.value = d
    requestAnimationFrame(() => document.getElementById('roster-result')?.focus())
  }
  const choose = async (chosen: File | undefined) => {
    report.value = undefined
    failed.value = undefined
    wrongs.value = []
    file.value = undefined
    if (chosen === undefined) return
    if (chosen.size > maxRoster) wrongs.value = [{ field: 'roster-file', text: o().roster.tooBig }]
    else file.value = { name: chosen.name, text: await chosen.text() }
  }
  const compare = async () => {
    if (file.value === undefined) {
      wrongs.value = [{ field: 'roster-file', text: o().roster.none }]
      return
    }
    busy.value = true
    failed.value = undefined
    try {
      show(await calls.compareRoster(file.value.text))
    } catch (error) {
      failed.value = told(error)
    } finally {
      busy.value = false
    }
  }
  const apply = async () => {
    const words = o().roster
    const { value } = file
    if (value === undefined || report.value === undefined) return
    let d: RosterDifference | undefined
    const text = words.goText(countOf(report.value, 'loses access now'), countOf(report.value, 'gains access now'))
    const sure = await withFactor({ title: words.goTitle, text, go: words.go, act: async (factor) => { d = await calls.importRoster({ csv: value.text, factor }) } })
    if (!sure || d === undefined) return
    show(d)
    if (d.applied) settled(words.done(d.changes.length))
  }
  return { file, report, failed, wrongs, busy, choose, compare, apply }
}

export function RosterPage() {
  const words = o().roster
  const { file, report, failed, wrongs, busy, choose, compare, apply } = useRoster()
  const d = report.value
  const submit = (e: Event) => {
    e.preventDefault()
    void compare()
  }
  return (
    <Page title={words.title}>
      <p class="hint">{words.text}</p>
      <div class="blocks">
        {d?.applied === true && <><Done text={words.done(d.changes.length)} /><Note tone="warn"><p>{words.folder}</p></Note></>}
        <form class="block stack" noValidate onSubmit={submit}>
          <Summary title={w().errors.title(wrongs.value.length)} wrongs={wrongs.value} />
          <div class="field">
            <label for="roster-file">{words.choose}</label>
            <input
              id="roster-file" type="file" class="input" accept=".csv,text/csv" aria-invalid={wrongs.value.length > 0 ? 'true' : undefined}
              // A file that was corrected has the same name: without this a browser would not say that it was chosen again.
              onClick={(e) => { e.currentTarget.value = ''; void choose(undefined) }}
              onChange={(e) => void choose(e.currentTarget.files?.[0])}
            />
          </div>
          <button type="submit" class={d === undefined ? 'btn main' : 'btn'} disabled={busy.value}>{busy.value ? words.comparing : words.compare}</button>
        </form>
        {failed.value !== undefined && <Trouble {...failed.value} />}
        {d !== undefined && d.problems.length > 0 && <section class="block stack-s"><Mistakes d={d} lines={(file.value?.text ?? '').split(/\r?\n/)} /></section>}
        {d !== undefined && d.problems.length === 0 && <Changes d={d} />}
        {d !== undefined && d.problems.length === 0 && !d.applied && d.changes.length > 0 && <p class="ends"><button type="button" class="btn main" onClick={() => void apply()}>{words.go}</button></p>}
      </div>
    </Page>
  )
}
