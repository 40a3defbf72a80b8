// When somebody is told that something waits for them. What is told is one constant
// sentence; a push is empty.

import { signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Reach } from '../link/desk.ts'
import { subscribePush } from '../link/page.ts'
import { calls } from '../state/link.ts'
import { told, type Told } from '../state/problem.ts'
import { announce } from '../state/announce.ts'
import { Check, Field } from '../ui/field.tsx'
import { Late } from '../ui/late.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { news, useNews } from '../words/news.ts'
import { w } from '../words/words.ts'

const loaded = signal(false)

/** The name of this page in the list of settings, as soon as its words are here. */
export function tellingWord(): string {
  if (!loaded.value) {
    useNews().then(() => { loaded.value = true }, () => undefined) // without a connection the list has one entry less
    return ''
  }
  return news().told.nav
}

/** A day as a date field has it; empty: none. */
function dayText(at: number): string {
  return at === 0 ? '' : new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
}

/** The key of the service, as a browser takes it. */
function keyBytes(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(raw, (c) => c.charCodeAt(0))
}

function Form({ first }: { first: Reach }) {
  const words = news().told
  const mail = useSignal(first.mail)
  const push = useSignal(first.push)
  const from = useSignal(first.quiet_from)
  const to = useSignal(first.quiet_to)
  const out = useSignal(dayText(first.out))
  const wrong = useSignal<string | undefined>(undefined)
  const trouble = useSignal<Told | undefined>(undefined)
  const save = async (e: Event) => {
    e.preventDefault()
    wrong.value = (from.value === '') === (to.value === '') ? undefined : words.both
    if (wrong.value !== undefined) return
    try {
      const day = out.value === '' ? 0 : new Date(`${out.value}T08:00`).getTime()
      await calls.setReach({ ...first, mail: mail.value, quiet_from: from.value, quiet_to: to.value, out: day })
      trouble.value = undefined
      announce(words.saved)
    } catch (error) {
      trouble.value = told(error)
    }
  }
  const turn = async (on: boolean) => {
    push.value = on
    try {
      await calls.setPush(await subscribePush(on, keyBytes(first.push_key)))
      wrong.value = undefined
    } catch {
      push.value = false
      wrong.value = words.pushOff
    }
  }
  return (
    <form class="block stack" onSubmit={(e) => void save(e)} noValidate>
      <h2>{words.title}</h2>
      <p class="hint">{words.text}</p>
      <Check id="told-mail" label={words.mail} hint={words.mailHint} on={mail.value} set={(on) => { mail.value = on }} />
      {first.push_key !== '' && <Check id="told-push" label={words.push} hint={words.pushHint} on={push.value} set={(on) => void turn(on)} />}
      <fieldset>
        <legend>{words.quiet}</legend>
        <p class="hint">{words.quietHint}</p>
        <Field id="told-from" label={words.from} value={from.value} set={(v) => { from.value = v }} wrong={wrong.value} more={{ type: 'time' }} />
        <Field id="told-to" label={words.to} value={to.value} set={(v) => { to.value = v }} more={{ type: 'time' }} />
      </fieldset>
      <Field id="told-out" label={words.out} hint={words.outHint} value={out.value} set={(v) => { out.value = v }} more={{ type: 'date' }} />
      {trouble.value !== undefined && <Trouble {...trouble.value} />}
      <p class="ends"><button type="submit" class="btn main">{words.save}</button></p>
    </form>
  )
}

export function Telling() {
  const reach = useSignal<Reach | undefined>(undefined)
  const trouble = useSignal<Told | undefined>(undefined)
  useEffect(() => {
    calls.reach().then((r) => { reach.value = r }, (error: unknown) => { trouble.value = told(error) })
  }, [])
  if (trouble.value !== undefined) return <Trouble {...trouble.value} />
  return reach.value === undefined || !loaded.value ? <Late label={w().app.loading} words={w().app.stillLoading} /> : <Form first={reach.value} />
}
