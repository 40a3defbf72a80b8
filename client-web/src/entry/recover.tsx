// Coming back after every device was lost: recovery code, password, six digits.

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { enrolling } from '../state/enrolling.ts'
import { calls } from '../state/link.ts'
import { told, type Told } from '../state/problem.ts'
import { go } from '../state/route.ts'
import { Digits, Field, isSixDigits, Password } from '../ui/field.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { w } from '../words/words.ts'
import { Sheet } from './door.tsx'
import { RecoveryStep } from './recovery-step.tsx'

const of = 2

function useRecovery() {
  const recovery = useSignal('')
  const password = useSignal('')
  const code = useSignal('')
  const fresh = useSignal<string | undefined>(undefined)
  const busy = useSignal(false)
  const wrongs = useSignal<Wrong[]>([])
  const failed = useSignal<Told | undefined>(undefined)
  useEffect(() => {
    // Left before the new code was noted: it is shown again.
    calls.recovered().then((r) => { if (r !== undefined) fresh.value = r.recovery }, () => undefined)
  }, [])
  const submit = (e: Event) => {
    e.preventDefault()
    const words = w()
    const found: Wrong[] = []
    if (recovery.value.trim() === '') found.push({ field: 'recovery', text: words.errors.required(words.recover.code) })
    if (password.value === '') found.push({ field: 'password', text: words.errors.required(words.entry.password) })
    if (!isSixDigits(code.value)) found.push({ field: 'code', text: words.errors.sixDigits })
    wrongs.value = found
    failed.value = undefined
    if (found.length > 0) return
    busy.value = true
    enrolling.value = true // the new code is shown before anything else is
    calls.recover({ recovery: recovery.value.trim(), password: password.value, code: code.value }).then((r) => {
      fresh.value = r.recovery
    }, (error: unknown) => {
      enrolling.value = false
      failed.value = told(error)
      code.value = ''
    }).finally(() => {
      busy.value = false
    })
  }
  return { recovery, password, code, fresh, busy, wrongs, failed, submit }
}

export function Recover() {
  const words = w()
  const { recovery, password, code, fresh, busy, wrongs, failed, submit } = useRecovery()
  const shown = useSignal(false)
  const wrong = (field: string) => wrongs.value.find((x) => x.field === field)?.text
  if (fresh.value !== undefined) {
    const noted = () => void calls.noted().then(() => {
      enrolling.value = false
      go({ at: 'home' }, 'replace')
    }, () => undefined) // it stays on the screen
    return <RecoveryStep code={fresh.value} step={{ at: of, of }} noted={noted} />
  }
  return (
    <Sheet title={words.recover.title} step={{ at: 1, of }}>
      <p class="lead">{words.recover.text}</p>
      <form class="stack" noValidate onSubmit={submit}>
        {failed.value !== undefined && <Trouble {...failed.value} />}
        <Summary title={words.errors.title(wrongs.value.length)} wrongs={wrongs.value} />
        <Field id="recovery" label={words.recover.code} hint={words.recover.codeHint} look="code" wrong={wrong('recovery')} value={recovery.value} set={(v) => { recovery.value = v }} more={{ autocomplete: 'off', spellcheck: false, autocapitalize: 'characters' }} />
        <Password id="password" label={words.entry.password} wrong={wrong('password')} value={password.value} set={(v) => { password.value = v }} shown={shown.value} showing={(s) => { shown.value = s }} show={words.app.show} hide={words.app.hide} />
        <Digits id="code" label={words.entry.code} hint={words.entry.codeHint} wrong={wrong('code')} value={code.value} set={(v) => { code.value = v }} />
        {busy.value && <p role="status">{words.recover.busy}</p>}
        <div class="ends">
          <button type="button" class="btn tall" onClick={() => go({ at: 'home' })}>{words.app.back}</button>
          <button type="submit" class="btn main tall" disabled={busy.value}>{words.recover.go}</button>
        </div>
      </form>
    </Sheet>
  )
}
