// The call-back of a question, as whoever is called sees it: asked for, ready,
// later, and the two codes while the phone rings.

import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { CallBack as Call, Codes, DeskInfo } from '../link/desk.ts'
import type { Id, ThreadFact } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { withFactor } from '../state/factor.ts'
import { calls } from '../state/link.ts'
import { sentence, told, type Told } from '../state/problem.ts'
import { serviceNow } from '../state/clock.ts'
import { when } from '../state/time.ts'
import { tellTrouble } from '../state/trouble.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icons.tsx'
import { Summary } from '../ui/summary.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { ask } from '../words/asking.ts'
import { w } from '../words/words.ts'
import { CallFields, type Wanted } from './calling.tsx'
import { Group, Radio, wrongIn } from './fields.tsx'
import { newQuestion, toCall, wrongCall, type Wrong } from './question.ts'

const minute = 60_000
const hour = 60 * minute
const codesEvery = 3000

const over: readonly Call['state'][] = ['reached', 'given-up', 'cancelled']

/** Where it stands, in words. */
export function callSaid(call: Call): string {
  const words = ask().call
  const next = call.attempt + 1
  switch (call.state) {
    case 'waits':
      return call.slot === undefined || call.slot === 0 ? words.waits : words.slot(when(call.slot))
    case 'snoozed':
      return words.snoozed(when(call.not_until ?? 0))
    case 'missed':
      return `${words.missed}. ${words.next(next, call.attempts)}`
    case 'given-up':
    case 'cancelled':
      return `${words[call.state]}. ${words.again}`
    default:
      return words[call.state]
  }
}

function SpokenCodes({ thread, attempt }: { thread: Id; attempt: number }) {
  const words = ask().call
  const codes = useSignal<Codes | undefined>(undefined)
  useEffect(() => {
    codes.value = undefined
    let stopped = false
    const fetchCodes = () => {
      calls.codes(thread).then((c) => {
        if (!stopped) codes.value = c
      }, () => undefined) // it is asked again in a moment
    }
    fetchCodes()
    const timer = setInterval(() => {
      if (codes.peek() === undefined) fetchCodes()
    }, codesEvery)
    return () => {
      stopped = true
      clearInterval(timer)
    }
  }, [thread, attempt])
  const c = codes.value
  return (
    <div class="spokencodes" role="status">
      {c === undefined ? <p>{words.codesLate}</p> : (
        <>
          <dl><div><dt>{words.mine}</dt><dd class="num">{c.mine}</dd></div><div><dt>{words.theirs}</dt><dd class="num">{c.theirs}</dd></div></dl>
          <p><b>{words.code(c.mine, c.theirs)}</b></p>
        </>
      )}
    </div>
  )
}

function AskCall({ thread, info, shut }: { thread: Id; info: DeskInfo; shut: () => void }) {
  const words = ask().call
  const wanted = useSignal<Wanted>({ number: 'file', other: '', slot: 0 })
  const wrongs = useSignal<Wrong[]>([])
  const failed = useSignal<Told | undefined>(undefined)
  const busy = useSignal(false)
  const send = async (e: Event) => {
    e.preventDefault()
    const q = { ...newQuestion(), ...wanted.value }
    wrongs.value = wrongCall(q, ask())
    if (wrongs.value.length > 0) return
    const call = toCall(q)
    busy.value = true
    failed.value = undefined
    try {
      const done = call.number === undefined ? await calls.askCall({ thread, call }).then(() => true)
        : await withFactor({ title: w().factor.title, text: w().factor.why, go: words.go, act: (factor) => calls.askCall({ thread, call, factor }) })
      if (done) {
        announce(words.waits)
        shut()
      }
    } catch (error) {
      failed.value = told(error)
    } finally {
      busy.value = false
    }
  }
  return (
    <Dialog title={words.title} shut={shut} closeWord={w().app.close}>
      <form class="stack" noValidate onSubmit={(e) => void send(e)}>
        <p>{words.keeps}</p>
        <Summary title={w().errors.title(wrongs.value.length)} wrongs={wrongs.value} />
        {failed.value !== undefined && <Trouble {...failed.value} />}
        <CallFields q={wanted.value} info={info} wrong={wrongIn(wrongs.value)} set={(x) => { wanted.value = { ...wanted.value, ...x } }} />
        <div class="ends"><button type="button" class="btn" onClick={shut}>{w().app.cancel}</button><button type="submit" class="btn main" disabled={busy.value}><Icon name="phone" size={16} />{words.go}</button></div>
      </form>
    </Dialog>
  )
}

const laters = [15 * minute, 30 * minute, hour, 2 * hour, 4 * hour]

function Later({ thread, shut }: { thread: Id; shut: () => void }) {
  const words = ask().call
  const by = useSignal(30 * minute)
  const failed = useSignal<Told | undefined>(undefined)
  const send = async (e: Event) => {
    e.preventDefault()
    try {
      await calls.moveCall({ thread, act: 'snooze', until: Math.floor(serviceNow()) + by.value })
      shut()
    } catch (error) {
      failed.value = told(error)
    }
  }
  return (
    <Dialog title={words.laterTitle} shut={shut} closeWord={w().app.close}>
      <form class="stack" onSubmit={(e) => void send(e)}>
        <p>{words.laterText}</p>
        {failed.value !== undefined && <Trouble {...failed.value} />}
        <Group id="later" legend={ask().phone.when} wrong={undefined}>
          {laters.map((x) => <Radio key={x} id={`later-${x}`} name="later" on={by.value === x} set={() => { by.value = x }}>{x < hour ? words.minutes(x / minute) : words.hours(x / hour)}</Radio>)}
        </Group>
        <div class="ends"><button type="button" class="btn" onClick={shut}>{w().app.cancel}</button><button type="submit" class="btn main">{words.laterGo}</button></div>
      </form>
    </Dialog>
  )
}

function Cancel({ thread, shut }: { thread: Id; shut: () => void }) {
  const words = ask().call
  const go = () => void calls.moveCall({ thread, act: 'cancel' }).then(shut, (error: unknown) => {
    shut()
    tellTrouble(sentence(error))
  })
  return (
    <Dialog title={words.cancelSure} shut={shut} closeWord={w().app.close}>
      <p>{words.cancelText}</p>
      <div class="ends"><button type="button" class="btn danger" onClick={go}>{words.cancel}</button><button type="button" class="btn" onClick={shut}>{words.keep}</button></div>
    </Dialog>
  )
}

type Window = 'ask' | 'later' | 'cancel'

export function CallBack({ t, call, info, children }: { t: ThreadFact; call: Call | undefined; info: DeskInfo | undefined; children: ComponentChildren }) {
  const words = ask().call
  const open = useSignal<Window | undefined>(undefined)
  const shut = () => { open.value = undefined }
  const live = call !== undefined && !over.includes(call.state)
  const accept = () => void calls.moveCall({ thread: t.id, act: 'accept' }).catch((error: unknown) => tellTrouble(sentence(error)))
  const moves = live && t.can.write && call.state !== 'now'
  return (
    <>
      {call !== undefined && <p class={`callsaid${call.state === 'now' ? ' now' : ''}`} role="status"><Icon name="phone" size={16} /><span><b>{callSaid(call)}</b>{live && call.accepted && `. ${words.isReady}`}</span></p>}
      {call?.state === 'now' && <SpokenCodes thread={t.id} attempt={call.attempt} />}
      <div class="row callacts">
        {moves && !call.accepted && <button type="button" class="btn main" onClick={accept}><Icon name="check" size={16} />{words.ready}</button>}
        {moves && <button type="button" class="btn" onClick={() => { open.value = 'later' }}>{words.later}</button>}
        {moves && <button type="button" class="btn" onClick={() => { open.value = 'cancel' }}>{words.cancel}</button>}
        {!live && t.can.write && info?.desk.call_back.offered === true && (info.call_backs || call !== undefined) && <button type="button" class="btn" onClick={() => { open.value = 'ask' }}><Icon name="phone" size={16} />{words.ask}</button>}
        {children}
      </div>
      {open.value === 'ask' && info !== undefined && <AskCall thread={t.id} info={info} shut={shut} />}
      {open.value === 'later' && <Later thread={t.id} shut={shut} />}
      {open.value === 'cancel' && <Cancel thread={t.id} shut={shut} />}
    </>
  )
}
