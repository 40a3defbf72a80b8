// Signing in: the name is known here, a password manager fills the rest.

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Factor } from '../link/calls.ts'
import { calls } from '../state/link.ts'
import { me } from '../state/me.ts'
import { canPasskey } from '../state/passkey.ts'
import { phase } from '../state/phase.ts'
import { told, type Told } from '../state/problem.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Digits, Field, isSixDigits, Password } from '../ui/field.tsx'
import { Icon } from '../ui/icons.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { w } from '../words/words.ts'
import { Sheet } from './door.tsx'

function Forget({ shut }: { shut: () => void }) {
  const words = w()
  const failed = useSignal<Told | undefined>(undefined)
  const forget = () => calls.forget().catch((error: unknown) => {
    failed.value = told(error)
  })
  return (
    <Dialog title={words.entry.forgetSure} shut={shut} closeWord={words.app.close}>
      <p>{words.entry.forgetCost}</p>
      {failed.value !== undefined && <Trouble {...failed.value} />}
      <div class="ends">
        <button type="button" class="btn danger" onClick={() => void forget()}>{words.entry.forgetYes}</button>
        <button type="button" class="btn" onClick={shut}>{words.app.cancel}</button>
      </div>
    </Dialog>
  )
}

function useSignIn() {
  const password = useSignal('')
  const code = useSignal('')
  const wrongs = useSignal<Wrong[]>([])
  const failed = useSignal<Told | undefined>(undefined)
  const busy = useSignal(false)
  const signIn = async (factor: Factor) => {
    const words = w()
    const found: Wrong[] = []
    if (password.value === '') found.push({ field: 'password', text: words.errors.required(words.entry.password) })
    if ('code' in factor && !isSixDigits(factor.code)) found.push({ field: 'code', text: words.errors.sixDigits })
    wrongs.value = found
    failed.value = undefined
    if (found.length > 0) return
    busy.value = true
    try {
      await calls.signIn({ password: password.value, factor })
    } catch (error) {
      failed.value = told(error)
      code.value = ''
    } finally {
      busy.value = false
    }
  }
  return { password, code, wrongs, failed, busy, signIn }
}

export function SignIn() {
  const words = w()
  const { password, code, wrongs, failed, busy, signIn } = useSignIn()
  const shown = useSignal(false)
  const forgetting = useSignal(false)
  const { why } = phase.value
  const ended = why === 'suspended' ? [words.entry.suspended, words.entry.suspendedText] as const : why === 'removed' ? [words.entry.removed, words.entry.removedText] as const : undefined
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => box.current?.focus(), [])
  const wrong = (field: string) => wrongs.value.find((x) => x.field === field)?.text
  const submit = (e: Event) => {
    e.preventDefault()
    void signIn({ code: code.value })
  }
  return (
    <Sheet title={words.entry.signIn}>
      <form class="stack" noValidate onSubmit={submit}>
        {ended !== undefined && failed.value === undefined && <Trouble text={ended[0]} hint={ended[1]} />}
        {failed.value !== undefined && <Trouble {...failed.value} />}
        <Summary title={words.errors.title(wrongs.value.length)} wrongs={wrongs.value} />
        <Field id="username" label={words.entry.name} value={me.value?.signInName ?? ''} set={() => undefined} more={{ autocomplete: 'username', readOnly: true }} />
        <Password id="password" label={words.entry.password} wrong={wrong('password')} value={password.value} set={(v) => { password.value = v }} shown={shown.value} showing={(s) => { shown.value = s }} show={words.app.show} hide={words.app.hide} box={box} />
        <Digits id="code" label={words.entry.code} hint={words.entry.codeHint} wrong={wrong('code')} value={code.value} set={(v) => { code.value = v }} />
        <button type="submit" class="btn main tall wide" disabled={busy.value}>{words.entry.signIn}</button>
        {canPasskey() && <button type="button" class="btn tall wide" disabled={busy.value} onClick={() => void signIn({ passkey: true })}><Icon name="key" />{words.entry.signInPasskey}</button>}
      </form>
      <div class="stack under-form">
        <details><summary>{words.entry.trouble}</summary><p class="mute">{words.entry.lost}</p></details>
        <details>
          <summary>{words.entry.otherPerson}</summary>
          <p class="mute">{words.entry.forgetText}</p>
          <button type="button" class="btn danger" onClick={() => { forgetting.value = true }}>{words.entry.forget}</button>
        </details>
      </div>
      {forgetting.value && <Forget shut={() => { forgetting.value = false }} />}
    </Sheet>
  )
}
