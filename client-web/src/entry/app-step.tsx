// Connecting the authenticator app: a picture to scan, text to copy, its first code.

import { useSignal } from '@preact/signals'
import { announce } from '../state/announce.ts'
import { calls } from '../state/link.ts'
import { told, type Told } from '../state/problem.ts'
import { Digits, isSixDigits } from '../ui/field.tsx'
import { Qr } from '../ui/qr.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { w } from '../words/words.ts'
import { Sheet } from './door.tsx'

const groupLength = 4

/** The part that a person types into an app, in groups. */
export function secretOf(otpauth: string): string {
  const secret = /[?&]secret=([^&]+)/.exec(otpauth)?.[1] ?? ''
  return (secret.match(new RegExp(`.{1,${groupLength}}`, 'g')) ?? []).join(' ')
}

export function AppStep({ otpauth, step, back, confirmed }: { otpauth: string; step: { at: number; of: number }; back: () => void; confirmed: () => void }) {
  const words = w()
  const code = useSignal('')
  const wrongs = useSignal<Wrong[]>([])
  const failed = useSignal<Told | undefined>(undefined)
  const busy = useSignal(false)
  const secret = secretOf(otpauth)
  const copy = () => navigator.clipboard.writeText(secret.replaceAll(' ', '')).then(() => announce(words.app.copied), () => undefined) // it can be typed
  const submit = (e: Event) => {
    e.preventDefault()
    wrongs.value = isSixDigits(code.value) ? [] : [{ field: 'app-code', text: words.errors.sixDigits }]
    failed.value = undefined
    if (wrongs.value.length > 0) return
    busy.value = true
    calls.confirmApp(code.value).then(confirmed, (error: unknown) => {
      failed.value = told(error)
      code.value = ''
    }).finally(() => {
      busy.value = false
    })
  }
  return (
    <Sheet title={words.setup.app} step={step} wide>
      <p class="lead">{words.setup.appText}</p>
      <div class="appstep">
        <Qr text={otpauth} label={words.setup.appQr} />
        <div class="stack">
          <p>{words.setup.appScan}</p>
          <p class="mute small">{words.setup.appCopy}</p>
          <p class="copytext">{secret}</p>
          <button type="button" class="btn" onClick={() => void copy()}>{words.app.copy}</button>
          <p class="mute small">{words.setup.appWhich}</p>
        </div>
      </div>
      <form class="stack" noValidate onSubmit={submit}>
        {failed.value !== undefined && <Trouble {...failed.value} />}
        <Summary title={words.errors.title(wrongs.value.length)} wrongs={wrongs.value} />
        <Digits id="app-code" label={words.setup.appCode} wrong={wrongs.value[0]?.text} value={code.value} set={(v) => { code.value = v }} />
        <div class="ends">
          <button type="button" class="btn tall" onClick={back}>{words.app.back}</button>
          <button type="submit" class="btn main tall" disabled={busy.value}>{words.setup.finish}</button>
        </div>
      </form>
    </Sheet>
  )
}
