// The roster: who there is, and what each may do today.

import { signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { PersonRow } from '../wire/gen.ts'
import { useAsked } from '../state/asked.ts'
import { calls } from '../state/link.ts'
import { date } from '../state/time.ts'
import { Link } from '../shell/bar.tsx'
import { Check, Field } from '../ui/field.tsx'
import { Icon } from '../ui/icons.tsx'
import { Empty, Note } from '../ui/note.tsx'
import { o } from '../words/office.ts'
import { w } from '../words/words.ts'
import { Asked, Page } from './parts.tsx'
import { known, pick, type Column, type Sorting } from './sort.ts'
import { standingOf } from './standing.ts'
import { DataTable, SaveButton, sorted, type Col } from './table.tsx'

export function stateWord(state: string): string {
  const words: Record<string, string> = w().admin.states
  return words[state] ?? state
}

export function Standing({ p }: { p: PersonRow }) {
  const words = w().admin
  return <span class="standing"><span class={p.certified ? 'tag good' : 'tag warn'}><Icon name={p.certified ? 'check' : 'warn'} size={13} />{p.certified ? words.mayWrite : words.mayNot}</span>{!p.certified && <span class="small"> {o().standing[standingOf(p)]}</span>}</span>
}

function columns(): Col<PersonRow>[] {
  const words = w().admin
  return [
    { key: 'name', label: words.name, text: (p) => p.name, show: (p) => <Link to={{ at: 'office', page: 'people', item: p.key }} look="rowlink" here={false}>{p.name}</Link>, sorts: true },
    { key: 'role', label: words.role, text: (p) => w().roles[p.role], sorts: true },
    { key: 'organization', label: words.organization, text: (p) => p.organization, sorts: true },
    { key: 'id', label: words.number, text: (p) => p.id, sorts: true, num: true },
    { key: 'state', label: words.state, text: (p) => stateWord(p.state), sorts: true },
    { key: 'standing', label: words.standing, text: (p) => (p.certified ? words.mayWrite : `${words.mayNot}. ${o().standing[standingOf(p)]}`), show: (p) => <Standing p={p} />, sorts: true },
    { key: 'until', label: words.until, text: (p) => (p.until === 0 ? '' : date(p.until)), sorts: true, num: true },
  ]
}

// What somebody looked for is still there when they come back from a person.
const filter = signal('')
const problems = signal(false)
const order = signal<Sorting>({ by: 'name', down: false })

function Roster({ value }: { value: readonly PersonRow[] }) {
  const words = w()
  const all = useMemo(() => known(value, (r) => words.roles[r]), [value, words])
  const list = useMemo(() => pick(all, filter.value, problems.value, order.value), [all, filter.value, problems.value, order.value])
  const cols = columns()
  const sort = (by: string) => {
    order.value = { by: by as Column, down: order.value.by === by && !order.value.down }
    sorted(cols.find((c) => c.key === by)?.label ?? '', order.value.down)
  }
  return (
    <>
      <div class="tools-row">
        <Field id="people-filter" label={words.admin.filter} value={filter.value} set={(v) => { filter.value = v }} more={{ autocomplete: 'off' }} />
        <Check id="people-problems" label={words.admin.only} on={problems.value} set={(on) => { problems.value = on }} />
        <span class="grow" /><span class="mute num" role="status">{words.admin.count(list.length, value.length)}</span>
        <SaveButton what="people" cols={cols} rows={list} />
      </div>
      {list.length === 0 ? (
        <Empty icon="search" title={words.admin.noneTitle}>
          {filter.value !== '' && <p>{words.admin.none(filter.value)}</p>}
          <button type="button" class="btn" onClick={() => { filter.value = ''; problems.value = false; document.getElementById('people-filter')?.focus() }}>{words.admin.clear}</button>
        </Empty>
      ) : <DataTable key={`${filter.value}/${String(problems.value)}`} label={words.admin.table} cols={cols} rows={list} id={(p) => p.key} order={order.value} sort={sort} />}
    </>
  )
}

export function People() {
  const words = w().admin
  const roster = useAsked(() => calls.roster())
  return (
    <Page title={words.people}>
      <Note icon="lock"><p>{words.cannot}</p></Note>
      <Asked asked={roster} label={words.loading}>{(value) => <Roster value={value} />}</Asked>
    </Page>
  )
}
