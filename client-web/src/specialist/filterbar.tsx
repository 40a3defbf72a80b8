// The filter above the list: three choices, and in words what is shown.

import { rows } from '../state/rows.ts'
import { queues } from '../state/queues.ts'
import { Icon } from '../ui/icons.tsx'
import { Empty } from '../ui/note.tsx'
import { d } from '../words/staff.ts'
import { w } from '../words/words.ts'
import { desks } from './desks.ts'
import { filter, filterWords, setFilter, type Filter } from './filter.ts'
import { bands } from './order.ts'
import { view } from './view.ts'

interface PickProps {
  id: string
  label: string
  value: string
  choices: readonly { value: string; text: string }[]
  set: (value: string) => void
}

function Pick({ id, label, value, choices, set }: PickProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} class="pick" value={value} onChange={(e) => set(e.currentTarget.value)}>
        <option value="">{d().filter.any}</option>
        {choices.map((c) => <option key={c.value} value={c.value}>{c.text}</option>)}
      </select>
    </div>
  )
}

/** The topics that stand in the list now; another one would show nothing. */
function topics(): { value: string; text: string }[] {
  const list = view.value === 'mine' ? rows.value ?? [] : queues.value[view.value] ?? []
  const there = new Set(list.map((r) => r.work?.topic).filter((t) => t !== undefined && t !== ''))
  const known = new Map(desks.value.flatMap((x) => x.desk.topics).map((t) => [t.id, t.title]))
  return [...there].map((t) => ({ value: t ?? '', text: known.get(t ?? '') ?? t ?? '' })).sort((a, b) => a.text.localeCompare(b.text))
}

export function FilterBar() {
  const words = d()
  const f = filter.value
  const parts = filterWords(f, view.value === 'mine' ? undefined : view.value)
  const set = (k: keyof Filter, v: string) => {
    const { [k]: _, ...rest } = f
    setFilter(v === '' ? rest : { ...rest, [k]: v })
  }
  return (
    <div class="filterbar">
      <details>
        <summary>{words.filter.open}</summary>
        <div class="picks">
          <Pick id="filter-topic" label={words.filter.topic} value={f.topic ?? ''} choices={topics()} set={(v) => set('topic', v)} />
          <Pick id="filter-lane" label={words.filter.lane} value={f.lane ?? ''} choices={(['urgent', 'normal'] as const).map((v) => ({ value: v, text: words.filter[v] }))} set={(v) => set('lane', v)} />
          <Pick id="filter-clock" label={words.filter.clock} value={f.clock ?? ''} choices={bands.map((v) => ({ value: v, text: words.groups[v] }))} set={(v) => set('clock', v)} />
        </div>
      </details>
      {parts.map((p) => (
        <button type="button" class="btn chip" key={p.text} onClick={() => setFilter(p.without)} aria-label={words.filter.remove(p.text)}>{p.text}<Icon name="close" size={14} /></button>
      ))}
    </div>
  )
}

/** Nothing is there because of the filter: it says so, and how to see everything again. */
export function NothingFits() {
  const words = d().filter
  const parts = filterWords(filter.value, view.value === 'mine' ? undefined : view.value).map((p) => `“${p.text}”`)
  const clear = () => {
    setFilter({})
    document.querySelector<HTMLElement>('.filterbar summary')?.focus()
  }
  return <Empty icon="search" title={words.none}><p>{words.noneText(parts.join(', '))}</p><button type="button" class="btn" onClick={clear}>{words.clear}</button><span class="unseen">{w().queue.label}</span></Empty>
}
