// Where each case stood when a specialist looked: all case cards that this person
// was given, newest first. Reading them needs no certification in force.

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { GivenCase } from '../link/desk.ts'
import { calls } from '../state/link.ts'
import { told, type Told } from '../state/problem.ts'
import { rows } from '../state/rows.ts'
import { when } from '../state/time.ts'
import { Link } from '../shell/bar.tsx'
import { CaseView } from '../talk/told.tsx'
import { Field } from '../ui/field.tsx'
import { Late } from '../ui/late.tsx'
import { Empty } from '../ui/note.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { ask } from '../words/asking.ts'

const manyFrom = 4

/** Those whose consumer, case number or subject has the words in it. */
export function fitting(list: readonly GivenCase[], text: string): GivenCase[] {
  const want = text.trim().toLocaleLowerCase()
  return want === '' ? [...list] : list.filter((x) => [x.label, x.found.case ?? '', x.subject].some((t) => t.toLocaleLowerCase().includes(want)))
}

function One({ given }: { given: GivenCase }) {
  const words = ask().cases
  const { found } = given
  return (
    <li>
      <CaseView found={found} title={given.label === '' ? words.unnamed : given.label}>
        <p class="small"><Link to={{ at: 'thread', thread: given.thread }} look="" here={false}>{words.go}</Link> <span class="mute">{words.of(given.subject)} · {when(given.at)}</span></p>
      </CaseView>
    </li>
  )
}

export function Cases() {
  const words = ask().cases
  const list = useSignal<GivenCase[] | undefined>(undefined)
  const failed = useSignal<Told | undefined>(undefined)
  const text = useSignal('')
  const changed = Math.max(0, ...(rows.value ?? []).map((r) => r.changed))
  useEffect(() => {
    let stopped = false
    calls.cases().then((found) => {
      if (!stopped) list.value = found
    }, (error: unknown) => {
      if (!stopped) failed.value = told(error)
    })
    return () => { stopped = true }
  }, [changed])
  const all = list.value
  const shown = fitting(all ?? [], text.value)
  return (
    <main id="main" class="page" tabIndex={-1}>
      <div class="in stack">
        <h1>{words.title}</h1>
        <p>{words.text}</p>
        {failed.value !== undefined && <Trouble {...failed.value} />}
        {all === undefined && failed.value === undefined && <Late label={words.loading} words={words.loading} />}
        {all?.length === 0 && <Empty icon="archive" title={words.none}><p>{words.noneText}</p></Empty>}
        {all !== undefined && all.length >= manyFrom && <Field id="cases-find" label={words.find} value={text.value} set={(v) => { text.value = v }} more={{ type: 'search', autocomplete: 'off' }} />}
        {all !== undefined && all.length > 0 && <p class="mute small" role="status">{shown.length === 0 ? words.noMatch(text.value) : words.count(shown.length)}</p>}
        {shown.length > 0 && <h2 class="unseen">{words.title}</h2>}
        <ul class="caselist">{shown.map((x) => <One key={`${x.thread}-${x.index}-${x.found.card}`} given={x} />)}</ul>
      </div>
    </main>
  )
}
