// Search over everything this device can read.

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Found } from '../link/calls.ts'
import { calls } from '../state/link.ts'
import { told, type Told } from '../state/problem.ts'
import { date, when } from '../state/time.ts'
import { Field } from '../ui/field.tsx'
import { Icon } from '../ui/icons.tsx'
import { Empty, Note } from '../ui/note.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { w } from '../words/words.ts'
import { openAt } from './acts.ts'
import { query, results, setSearch } from './search-state.ts'

function Excerpt({ f }: { f: Found }) {
  return <p class="snippet">{f.excerpt.slice(0, f.from)}<mark>{f.excerpt.slice(f.from, f.to)}</mark>{f.excerpt.slice(f.to)}</p>
}

function Results() {
  const words = w().search
  const r = results.value
  if (r === undefined) return null
  return (
    <>
      <p class="mute small">{words.scope(r.threads, date(r.since))}</p>
      {r.found.length === 0 ? <Empty icon="search" title={words.none(query.value)}><p>{words.noneText}</p></Empty> : (
        <>
          <h2>{words.results(r.found.length)}</h2>
          <ul class="results">
            {r.found.map((f, i) => (
              <li key={f.thread + String(f.at) + String(i)}>
                <button type="button" class="bigchoice" onClick={() => openAt(f.thread)}>
                  <Icon name="letter" />
                  <span><b>{f.subject}</b><Excerpt f={f} /><span>{f.by} · {when(f.at)}</span></span>
                  <Icon name="next" size={16} />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

export function Search() {
  const words = w().search
  const text = useSignal(query.value)
  const failed = useSignal<Told | undefined>(undefined)
  const busy = useSignal(false)
  const box = useRef<HTMLInputElement>(null)
  const look = () => {
    const q = text.value.trim()
    setSearch(q)
    failed.value = undefined
    if (q === '') return
    busy.value = true
    calls.search(q).then((r) => {
      if (query.value === q) results.value = r // a late answer to an older question is nobody's
    }, (error: unknown) => {
      failed.value = told(error)
    }).finally(() => {
      busy.value = false
    })
  }
  useEffect(() => {
    box.current?.focus()
    if (query.value !== '' && results.value === undefined) look()
  }, [])
  return (
    <main id="main" class="page" tabIndex={-1}>
      <div class="in stack">
        <h1>{words.title}</h1>
        <form role="search" class="searchform" onSubmit={(e) => {
          e.preventDefault()
          look()
        }}>
          <Field id="search-text" label={words.label} hint={words.noneText} value={text.value} set={(v) => { text.value = v }} box={box} more={{ autocomplete: 'off' }} />
          <button type="submit" class="btn main tall"><Icon name="search" />{words.go}</button>
        </form>
        <Note icon="lock"><p>{words.here}</p></Note>
        {busy.value && <p role="status">{words.looking}</p>}
        {failed.value !== undefined && <Trouble {...failed.value} />}
        <Results />
      </div>
    </main>
  )
}
