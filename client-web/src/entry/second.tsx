// This browser as one more device of somebody: a code to type into the old one.

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { calls } from '../state/link.ts'
import { told, type Told } from '../state/problem.ts'
import { go } from '../state/route.ts'
import { Field } from '../ui/field.tsx'
import { Note } from '../ui/note.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { w } from '../words/words.ts'
import { Sheet } from './door.tsx'

const everySeconds = 3000

type Stand = Awaited<ReturnType<typeof calls.paired>>

/** Asks how it stands until it is decided. A failed question is asked again: the network may be gone for a moment. */
function useStand(): Stand {
  const stand = useSignal<Stand>('waiting')
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let over = false
    const ask = async () => {
      stand.value = await calls.paired().catch(() => stand.value)
      if (!over && stand.value === 'waiting') timer = setTimeout(() => void ask(), everySeconds)
    }
    void ask()
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [])
  return stand.value
}

function Code({ code, again }: { code: string; again: () => void }) {
  const words = w().second
  const stand = useStand()
  if (stand === 'approved') return <Sheet title={words.approved} step={{ at: 3, of: 3 }}><p class="lead">{words.approvedText}</p></Sheet>
  if (stand !== 'waiting') {
    return (
      <Sheet title={stand === 'blocked' ? words.blocked : words.expired} step={{ at: 3, of: 3 }}>
        <p class="lead">{stand === 'blocked' ? words.blockedText : words.expiredText}</p>
        <div class="ends"><button type="button" class="btn main tall" onClick={again}>{w().entry.again}</button></div>
      </Sheet>
    )
  }
  return (
    <Sheet title={words.codeTitle} step={{ at: 2, of: 3 }}>
      <div class="stack">
        <p class="paircode" aria-label={[...code].join(' ')}>{code}</p>
        <ol class="todo"><li><span>{words.how1}</span></li><li><span>{words.how2}</span></li><li><span>{words.how3}</span></li></ol>
        <div role="status"><Note icon="clock"><p>{words.waiting}</p><p class="small">{words.expires}</p></Note></div>
        <button type="button" class="btn" onClick={again}>{w().app.back}</button>
      </div>
    </Sheet>
  )
}

export function Second() {
  const words = w()
  const name = useSignal('')
  const code = useSignal('')
  const wrongs = useSignal<Wrong[]>([])
  const failed = useSignal<Told | undefined>(undefined)
  const make = (e: Event) => {
    e.preventDefault()
    failed.value = undefined
    wrongs.value = name.value.trim() === '' ? [{ field: 'pair-name', text: words.errors.required(words.second.nameLabel) }] : []
    if (wrongs.value.length > 0) return
    calls.pair({ name: name.value.trim() }).then((made) => {
      code.value = made.code
    }, (error: unknown) => {
      failed.value = told(error)
    })
  }
  if (code.value !== '') return <Code code={code.value} again={() => { code.value = '' }} />
  return (
    <Sheet title={words.second.title} step={{ at: 1, of: 3 }}>
      <form class="stack" noValidate onSubmit={make}>
        {failed.value !== undefined && <Trouble {...failed.value} />}
        <Summary title={words.errors.title(wrongs.value.length)} wrongs={wrongs.value} />
        <Field id="pair-name" label={words.second.nameLabel} wrong={wrongs.value[0]?.text} value={name.value} set={(v) => { name.value = v }} more={{ autocomplete: 'username', autocapitalize: 'off', spellcheck: false }} />
        <div class="ends">
          <button type="button" class="btn tall" onClick={() => go({ at: 'home' })}>{words.app.back}</button>
          <button type="submit" class="btn main tall">{words.second.make}</button>
        </div>
      </form>
      <details><summary>{words.second.noOther}</summary><p class="mute">{words.second.noOtherText}</p></details>
    </Sheet>
  )
}
