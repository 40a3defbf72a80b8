// The roster: a real table, because that is what it is.

import { useComputed, useSignal } from '@preact/signals'
import type { PersonRow } from '../wire/gen.ts'
import { announce } from '../state/announce.ts'
import { useAsked } from '../state/asked.ts'
import { calls } from '../state/link.ts'
import { date } from '../state/time.ts'
import { Check, Field } from '../ui/field.tsx'
import { Icon } from '../ui/icons.tsx'
import { Late } from '../ui/late.tsx'
import { Empty, Note } from '../ui/note.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { w } from '../words/words.ts'
import { columns, known, pick, type Column, type Sorting } from './sort.ts'

/** Rows drawn at first, and at each "more": a table of ten thousand would not scroll well. */
const batch = 100

function headWord(c: Column): string {
  const words = w().admin
  return { name: words.name, role: words.role, organization: words.organization, id: words.number, state: words.state, standing: words.standing, until: words.until }[c]
}

function stateWord(state: string): string {
  const words: Record<string, string> = w().admin.states
  return words[state] ?? state
}

function Head({ sorting, sort }: { sorting: Sorting; sort: (c: Column) => void }) {
  return (
    <thead>
      <tr>
        {columns.map((c) => (
          <th key={c} scope="col" aria-sort={sorting.by !== c ? 'none' : sorting.down ? 'descending' : 'ascending'}>
            <button type="button" onClick={() => sort(c)}>{headWord(c)}{sorting.by === c && <Icon name={sorting.down ? 'down' : 'up'} size={14} />}</button>
          </th>
        ))}
      </tr>
    </thead>
  )
}

function Person({ p }: { p: PersonRow }) {
  const words = w()
  return (
    <tr>
      <th scope="row"><span>{p.name}</span></th>
      <td data-label={headWord('role')}>{words.roles[p.role]}</td>
      <td data-label={headWord('organization')}>{p.organization}</td>
      <td data-label={headWord('id')} class="num">{p.id}</td>
      <td data-label={headWord('state')}>{stateWord(p.state)}</td>
      <td data-label={headWord('standing')}>
        <span class="standing"><span class={p.certified ? 'tag good' : 'tag warn'}><Icon name={p.certified ? 'check' : 'warn'} size={13} />{p.certified ? words.admin.mayWrite : words.admin.mayNot}</span>{!p.certified && <span class="small"> {p.standing}</span>}</span>
      </td>
      <td data-label={headWord('until')} data-nowrap class="num">{date(p.until)}</td>
    </tr>
  )
}

function Table({ list, sorting, sort }: { list: readonly PersonRow[]; sorting: Sorting; sort: (c: Column) => void }) {
  const words = w().admin
  const shown = useSignal(batch)
  const more = Math.min(batch, list.length - shown.value)
  return (
    <>
      <div class="tablebox" role="region" aria-label={words.table} tabIndex={0}>
        <table>
          <caption class="unseen">{words.table}</caption>
          <Head sorting={sorting} sort={sort} />
          <tbody>{list.slice(0, shown.value).map((p) => <Person key={p.key} p={p} />)}</tbody>
        </table>
      </div>
      {more > 0 && <p class="ends"><button type="button" class="btn" onClick={() => { shown.value += batch }}>{words.more(more)}</button></p>}
    </>
  )
}

export function People() {
  const words = w()
  const roster = useAsked(() => calls.roster())
  const filter = useSignal('')
  const problems = useSignal(false)
  const sorting = useSignal<Sorting>({ by: 'name', down: false })
  const value = roster.value
  const all = useSignal<ReturnType<typeof known>>([])
  if (value !== undefined && all.value.length !== value.length) all.value = known(value, (r) => words.roles[r])
  const list = useComputed(() => pick(all.value, filter.value, problems.value, sorting.value))
  const sort = (c: Column) => {
    sorting.value = { by: c, down: sorting.value.by === c && !sorting.value.down }
    announce(`${headWord(c)}: ${sorting.value.down ? words.admin.sortedDown : words.admin.sortedUp}`)
  }
  return (
    <main id="main" class="page" tabIndex={-1}>
      <div class="in wide">
        <h1>{words.admin.people}</h1>
        <Note icon="lock"><p>{words.admin.cannot}</p><p class="small">{words.admin.other}</p></Note>
        {roster.failed !== undefined && <Trouble {...roster.failed} />}
        {value === undefined && roster.failed === undefined && <Late label={words.admin.loading} words={words.admin.loading} />}
        {value !== undefined && (
          <>
            <div class="tools-row">
              <Field id="people-filter" label={words.admin.filter} value={filter.value} set={(v) => { filter.value = v }} more={{ autocomplete: 'off' }} />
              <Check id="people-problems" label={words.admin.only} on={problems.value} set={(on) => { problems.value = on }} />
              <span class="grow" /><span class="mute num" role="status">{words.admin.count(list.value.length, value.length)}</span>
            </div>
            {list.value.length === 0 ? (
              <Empty icon="search" title={words.admin.noneTitle}>
                {filter.value !== '' && <p>{words.admin.none(filter.value)}</p>}
                <button type="button" class="btn" onClick={() => { filter.value = ''; problems.value = false; document.getElementById('people-filter')?.focus() }}>{words.admin.clear}</button>
              </Empty>
            ) : <Table key={`${filter.value}/${String(problems.value)}`} list={list.value} sorting={sorting.value} sort={sort} />}
          </>
        )}
      </div>
    </main>
  )
}
