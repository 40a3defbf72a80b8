// Setting up from a letter: letter, password, recovery code, authenticator app.
// The recovery code comes before the app, because up to the app's first code
// everything can be left and taken up again; after it nothing is shown twice.

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Letter } from '../link/calls.ts'
import { enrolling } from '../state/enrolling.ts'
import { calls } from '../state/link.ts'
import { phase } from '../state/phase.ts'
import { told, type Told } from '../state/problem.ts'
import { go, letterInAddress } from '../state/route.ts'
import { Field, Password } from '../ui/field.tsx'
import { Note } from '../ui/note.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { w } from '../words/words.ts'
import { AppStep } from './app-step.tsx'
import { Sheet } from './door.tsx'
import { RecoveryStep } from './recovery-step.tsx'

const of = 4
const shortest = 12

type Shown = Awaited<ReturnType<typeof calls.enrol>>

function LetterStep({ took }: { took: (link: string, letter: Letter) => void }) {
  const words = w()
  const code = useSignal('')
  const letter = useSignal<Letter | undefined>(undefined)
  const link = useSignal(letterInAddress)
  const failed = useSignal<Told | undefined>(undefined)
  const wrong = useSignal<string | undefined>(undefined)
  const read = (text: string) => {
    failed.value = undefined
    link.value = text
    calls.letter(text).then((l) => {
      letter.value = l
    }, (error: unknown) => {
      failed.value = told(error)
      link.value = ''
    })
  }
  useEffect(() => {
    if (letterInAddress !== '') read(letterInAddress)
  }, [])
  const submit = (e: Event) => {
    e.preventDefault()
    wrong.value = code.value.trim() === '' ? words.errors.required(words.setup.letterCode) : undefined
    if (wrong.value === undefined) read(code.value.trim())
  }
  const l = letter.value
  if (l !== undefined) return <ThisIs letter={l} yes={() => took(link.value, l)} no={() => { letter.value = undefined }} />
  return (
    <Sheet title={words.setup.title} step={{ at: 1, of }}>
      <p class="lead">{words.setup.letterText}</p>
      <form class="stack" noValidate onSubmit={submit}>
        {failed.value !== undefined && <Trouble {...failed.value} />}
        {link.value !== '' && failed.value === undefined ? <p role="status">{words.setup.reading}</p> : (
          <>
            <Field id="letter-code" label={words.setup.letterCode} hint={words.setup.letterHint} look="code" wrong={wrong.value} value={code.value} set={(v) => { code.value = v }} more={{ autocomplete: 'off', spellcheck: false, autocapitalize: 'characters' }} />
            <Note icon="info"><p><b>{words.setup.whatYouNeed}</b></p><ul class="bullets"><li>{words.setup.needPhone}</li><li>{words.setup.needPaper}</li><li>{words.setup.needTime}</li></ul></Note>
            <div class="ends">
              <button type="button" class="btn tall" onClick={() => go({ at: 'home' })}>{words.app.back}</button>
              <button type="submit" class="btn main tall">{words.app.next}</button>
            </div>
          </>
        )}
      </form>
    </Sheet>
  )
}

function ThisIs({ letter, yes, no }: { letter: Letter; yes: () => void; no: () => void }) {
  const words = w()
  return (
    <Sheet title={words.setup.forYou(letter.name)} step={{ at: 1, of }}>
      {letter.agencyName !== '' && <p class="lead">{words.setup.forAgency(letter.agencyName)}</p>}
      <Note tone="warn"><p>{words.setup.notYou}</p></Note>
      <div class="ends">
        <button type="button" class="btn tall" onClick={no}>{words.app.back}</button>
        <button type="button" class="btn main tall" onClick={yes}>{words.setup.itsMe}</button>
      </div>
    </Sheet>
  )
}

function PasswordStep({ letter, link, made }: { letter: Letter; link: string; made: (s: Shown) => void }) {
  const words = w()
  const password = useSignal('')
  const twice = useSignal('')
  const shown = useSignal(false)
  const busy = useSignal(false)
  const wrongs = useSignal<Wrong[]>([])
  const failed = useSignal<Told | undefined>(undefined)
  const box = useRef<HTMLInputElement>(null)
  const submit = (e: Event) => {
    e.preventDefault()
    const found: Wrong[] = []
    if (password.value.length < shortest) found.push({ field: 'new-password', text: words.setup.short })
    else if (password.value !== twice.value) found.push({ field: 'new-password-2', text: words.setup.differ })
    wrongs.value = found
    failed.value = undefined
    if (found.length > 0) return
    busy.value = true
    void navigator.storage?.persist?.().catch(() => false) // asked for once; without it the browser may tidy up, and says so itself
    calls.enrol({ link, password: password.value }).then(made, (error: unknown) => {
      failed.value = told(error)
    }).finally(() => {
      busy.value = false
    })
  }
  const wrong = (field: string) => wrongs.value.find((x) => x.field === field)?.text
  const field = { shown: shown.value, showing: (s: boolean) => { shown.value = s }, show: words.app.show, hide: words.app.hide, fresh: true }
  return (
    <Sheet title={words.setup.password} step={{ at: 2, of }}>
      <p class="lead">{words.setup.passwordText}</p>
      <form class="stack" noValidate onSubmit={submit}>
        {failed.value !== undefined && <Trouble {...failed.value} />}
        <Summary title={words.errors.title(wrongs.value.length)} wrongs={wrongs.value} />
        <input type="text" hidden autocomplete="username" readOnly value={letter.name} />
        <Password id="new-password" label={words.entry.password} wrong={wrong('new-password')} value={password.value} set={(v) => { password.value = v }} box={box} {...field} />
        <Password id="new-password-2" label={words.setup.password2} wrong={wrong('new-password-2')} value={twice.value} set={(v) => { twice.value = v }} {...field} />
        <Note icon="lock"><p>{words.setup.storage}</p></Note>
        {busy.value && <p role="status">{words.setup.making}</p>}
        <button type="submit" class="btn main tall wide" disabled={busy.value}>{words.app.next}</button>
      </form>
    </Sheet>
  )
}

function Done() {
  const words = w().setup
  const leave = () => {
    enrolling.value = false
    go({ at: 'home' }, 'replace')
  }
  return (
    <Sheet title={words.done} step={{ at: of, of }}>
      <p class="lead">{words.doneText}</p>
      <h2>{words.doneNext}</h2>
      <ol class="todo"><li><span>{words.doneNext1}</span></li><li><span>{words.doneNext2}</span></li><li><span>{words.doneNext3}</span></li></ol>
      <div class="ends"><button type="button" class="btn main tall" onClick={leave}>{w().app.done}</button></div>
    </Sheet>
  )
}

export function Setup() {
  const letter = useSignal<{ link: string; letter: Letter } | undefined>(undefined)
  const shown = useSignal<Shown | undefined>(undefined)
  const noted = useSignal(false)
  const done = useSignal(false)
  const failed = useSignal<Told | undefined>(undefined)
  useEffect(() => {
    // Left and come back to: what was shown is shown again until the app is confirmed.
    if (phase.value.phase === 'app') calls.enrol({ link: '', password: '' }).then((s) => { shown.value = s }, (error: unknown) => { failed.value = told(error) })
  }, [])
  const made = (s: Shown) => {
    enrolling.value = true
    shown.value = s
  }
  const confirmed = () => {
    enrolling.value = true
    done.value = true
  }
  if (done.value) return <Done />
  if (shown.value !== undefined) {
    return noted.value ? <AppStep otpauth={shown.value.otpauth} step={{ at: 4, of }} back={() => { noted.value = false }} confirmed={confirmed} />
      : <RecoveryStep code={shown.value.recovery} step={{ at: 3, of }} noted={() => { noted.value = true }} />
  }
  if (failed.value !== undefined) return <Sheet title={w().setup.title}><Trouble {...failed.value} /></Sheet>
  if (phase.value.phase === 'app') return <Sheet title={w().setup.title}><p role="status">{w().setup.making}</p></Sheet>
  const l = letter.value
  return l === undefined ? <LetterStep took={(link, got) => { letter.value = { link, letter: got } }} /> : <PasswordStep letter={l.letter} link={l.link} made={made} />
}
