// How one signs in: passkeys, password, recovery, and where one is signed in.

import { useSignal } from '@preact/signals'
import type { SignInInfo } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { useAsked } from '../state/asked.ts'
import { withFactor } from '../state/factor.ts'
import { calls } from '../state/link.ts'
import { me } from '../state/me.ts'
import { offers } from '../state/offers.ts'
import { canPasskey } from '../state/passkey.ts'
import { sentence } from '../state/problem.ts'
import { date, when } from '../state/time.ts'
import { tellTrouble } from '../state/trouble.ts'
import { CodeGroups } from '../ui/code.tsx'
import { Field, Password } from '../ui/field.tsx'
import { Icon } from '../ui/icons.tsx'
import { Note } from '../ui/note.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { w } from '../words/words.ts'

const shownID = 6
const shortest = 12

function Passkeys() {
  const words = w().settings
  const list = useAsked(() => calls.passkeys())
  const name = useSignal('')
  const add = async (e: Event) => {
    e.preventDefault()
    const done = await withFactor({ title: words.passkeyAdd, text: w().factor.why, go: words.passkeyAdd, act: (factor) => calls.addPasskey({ name: name.value.trim(), factor }) })
    if (!done) return
    name.value = ''
    list.again()
  }
  const remove = async (passkey: string) => {
    const done = await withFactor({ title: words.passkeyRemove, text: words.passkeyRemoveText, go: w().app.remove, danger: true, act: (factor) => calls.removePasskey({ passkey, factor }) })
    if (done) list.again()
  }
  return (
    <section class="block stack">
      <div><h2>{words.passkeys}</h2><p class="hint">{words.passkeysText}</p></div>
      {list.failed !== undefined && <Trouble {...list.failed} />}
      {list.value?.length === 0 && <p class="mute">{words.passkeysNone}</p>}
      <ul class="rows">
        {list.value?.map((p) => (
          <li key={p.id}>
            <Icon name="key" size={22} />
            <div class="grow"><b>{p.name}</b><span class="mute small">{words.added(date(p.added))} · {p.used === 0 ? words.passkeyNever : words.passkeyUsed(when(p.used))}</span></div>
            <button type="button" class="btn danger" aria-label={`${w().app.remove}: ${p.name}`} onClick={() => void remove(p.id)}>{w().app.remove}</button>
          </li>
        ))}
      </ul>
      {canPasskey() ? (
        <form class="searchform" onSubmit={(e) => void add(e)}>
          <Field id="passkey-name" label={words.passkeyName} value={name.value} set={(v) => { name.value = v }} more={{ maxLength: 60, autocomplete: 'off' }} />
          <button type="submit" class="btn tall" disabled={name.value.trim() === ''}>{words.passkeyAdd}</button>
        </form>
      ) : <p class="mute">{words.passkeyUnable}</p>}
    </section>
  )
}

function ChangePassword() {
  const words = w()
  const old = useSignal('')
  const next = useSignal('')
  const shown = useSignal(false)
  const wrongs = useSignal<Wrong[]>([])
  const done = useSignal(false)
  const submit = async (e: Event) => {
    e.preventDefault()
    done.value = false
    const found: Wrong[] = []
    if (old.value === '') found.push({ field: 'password-old', text: words.errors.required(words.settings.passwordOld) })
    if (next.value.length < shortest) found.push({ field: 'password-new', text: words.setup.short })
    wrongs.value = found
    if (found.length > 0) return
    const act = (factor: Parameters<typeof calls.changePassword>[0]['factor']) => calls.changePassword({ old: old.value, next: next.value, factor })
    done.value = await withFactor({ title: words.settings.passwordChange, text: words.factor.why, go: words.settings.passwordChange, act })
    if (done.value) old.value = next.value = ''
  }
  const wrong = (field: string) => wrongs.value.find((x) => x.field === field)?.text
  const field = { shown: shown.value, showing: (s: boolean) => { shown.value = s }, show: words.app.show, hide: words.app.hide }
  return (
    <form class="block stack" noValidate onSubmit={(e) => void submit(e)}>
      <h2>{words.settings.password}</h2>
      {done.value && <div role="status"><Note tone="good"><p>{words.settings.passwordDone}</p></Note></div>}
      <Summary title={words.errors.title(wrongs.value.length)} wrongs={wrongs.value} />
      <input type="text" hidden autocomplete="username" readOnly value={me.value?.signInName ?? ''} />
      <Password id="password-old" label={words.settings.passwordOld} wrong={wrong('password-old')} value={old.value} set={(v) => { old.value = v }} {...field} />
      <Password id="password-new" fresh label={words.settings.passwordNew} hint={words.setup.passwordText} wrong={wrong('password-new')} value={next.value} set={(v) => { next.value = v }} {...field} />
      <button type="submit" class="btn">{words.settings.passwordChange}</button>
    </form>
  )
}

function Recovery() {
  const words = w().settings
  const code = useSignal('')
  const renew = () => void withFactor({
    title: words.recoveryNew, text: w().factor.why, go: words.recoveryNew,
    act: async (factor) => {
      code.value = (await calls.replaceRecovery(factor)).recovery
    },
  })
  return (
    <section class="block stack">
      <div><h2>{words.recovery}</h2><p class="hint">{words.recoveryText}</p></div>
      {code.value !== '' ? <><Note tone="warn"><p>{words.recoveryShown}</p></Note><CodeGroups code={code.value} label={w().setup.groupLabel} /></>
        : offers.value.includes('replaceRecovery') ? <button type="button" class="btn" onClick={renew}>{words.recoveryNew}</button> : <p class="mute">{words.recoveryLost}</p>}
    </section>
  )
}

function SignIn({ s, again }: { s: SignInInfo; again: () => void }) {
  const words = w().settings
  const end = () => calls.endSignIn(s.id).then(() => {
    announce(words.ended)
    again()
  }, (error: unknown) => tellTrouble(sentence(error)))
  return (
    <li>
      <Icon name="device" size={22} />
      <div class="grow">
        <b>{words.deviceName(s.device.slice(0, shownID))}{s.current && <span class="tag turn">{words.here2}</span>}</b>
        <span class="mute small">{words.began(when(s.began))} · {words.lastUsed(when(s.used))} · {words.ends(when(s.ends))}</span>
      </div>
      {!s.current && <button type="button" class="btn" onClick={() => void end()}>{words.end}</button>}
    </li>
  )
}

function SignIns() {
  const list = useAsked(() => calls.signIns())
  return (
    <section class="block">
      <h2>{w().settings.signIns}</h2>
      {list.failed !== undefined && <Trouble {...list.failed} />}
      <ul class="rows">{list.value?.map((s) => <SignIn key={s.id} s={s} again={list.again} />)}</ul>
    </section>
  )
}

function History() {
  const words = w().settings
  const list = useAsked(() => calls.authenticators())
  if (list.value === undefined) return null
  return (
    <section class="block">
      <h2>{words.history}</h2>
      <ul class="rows">
        {list.value.map((a, i) => (
          <li key={i}>
            <Icon name={a.kind === 'app' ? 'phone' : 'lock'} size={22} />
            <div class="grow"><b>{a.kind === 'app' ? words.kinds.app : words.kinds.password}</b><span class="mute small">{words.since(when(a.bound))}{a.ended !== undefined && a.ended > 0 && `, ${words.untilDate(when(a.ended))}`}</span></div>
          </li>
        ))}
      </ul>
    </section>
  )
}

export function SignInPage() {
  return (
    <>
      <Passkeys />
      <ChangePassword />
      <Recovery />
      <SignIns />
      <History />
    </>
  )
}
