// The second step, asked for one act.

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Factor } from '../link/calls.ts'
import { factorAsk, type FactorAsk } from '../state/factor.ts'
import { canPasskey } from '../state/passkey.ts'
import { told, type Told } from '../state/problem.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Digits, isSixDigits } from '../ui/field.tsx'
import { Icon } from '../ui/icons.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { w } from '../words/words.ts'

function Inside({ ask }: { ask: FactorAsk }) {
  const words = w()
  const code = useSignal('')
  const wrong = useSignal<string | undefined>(undefined)
  const failed = useSignal<Told | undefined>(undefined)
  const busy = useSignal(false)
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // After the window has opened: opening it puts the focus on its heading.
    const frame = requestAnimationFrame(() => box.current?.focus())
    return () => cancelAnimationFrame(frame)
  }, [])
  const act = async (factor: Factor) => {
    busy.value = true
    failed.value = undefined
    try {
      await ask.act(factor)
      ask.end(true)
    } catch (error) {
      failed.value = told(error)
      code.value = ''
      box.current?.focus()
    } finally {
      busy.value = false
    }
  }
  const submit = (e: Event) => {
    e.preventDefault()
    wrong.value = isSixDigits(code.value) ? undefined : words.factor.wrong
    if (wrong.value === undefined) void act({ code: code.value })
    else box.current?.focus()
  }
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <p>{ask.text}</p>
      {failed.value !== undefined && <Trouble {...failed.value} />}
      <Digits id="factor-code" label={words.factor.code} wrong={wrong.value} value={code.value} set={(v) => { code.value = v }} box={box} />
      {canPasskey() && <button type="button" class="link" disabled={busy.value} onClick={() => void act({ passkey: true })}>{words.factor.passkey}</button>}
      <div class="ends">
        {ask.danger && <button type="submit" class="btn danger" disabled={busy.value}>{ask.go}</button>}
        <button type="button" class="btn" onClick={() => ask.end(false)}>{words.app.cancel}</button>
        {!ask.danger && <button type="submit" class="btn main" disabled={busy.value}><Icon name="shield" size={16} />{ask.go}</button>}
      </div>
    </form>
  )
}

export function FactorDialog() {
  const ask = factorAsk.value
  if (ask === undefined) return null
  return <Dialog title={ask.title} shut={() => ask.end(false)} closeWord={w().app.close}><Inside ask={ask} /></Dialog>
}
