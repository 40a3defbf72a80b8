// One's devices: which there are, adding one by its code, removing one.

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { DeviceInfo } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { useAsked } from '../state/asked.ts'
import { withFactor } from '../state/factor.ts'
import { calls } from '../state/link.ts'
import { offers } from '../state/offers.ts'
import { told, type Told } from '../state/problem.ts'
import { full, when } from '../state/time.ts'
import { Field } from '../ui/field.tsx'
import { Icon } from '../ui/icons.tsx'
import { Late } from '../ui/late.tsx'
import { Note } from '../ui/note.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { w } from '../words/words.ts'

const shownID = 6

/** What is known of a device: it has no name, so its number and its days tell it from the others. */
function About({ d, used }: { d: DeviceInfo; used: number | undefined }) {
  const words = w().settings
  return (
    <div class="grow">
      <b>{words.deviceName(d.id.slice(0, shownID))}{d.current && <span class="tag turn">{words.thisDevice}</span>}</b>
      <span class="mute small">{words.added(full(d.added))}</span>
      {d.removed !== undefined && <span class="mute small">{words.removed(full(d.removed))}</span>}
      {used !== undefined && d.removed === undefined && <span class="mute small">{words.lastUsed(when(used))}</span>}
    </div>
  )
}

function Device({ d, used, again }: { d: DeviceInfo; used: number | undefined; again: () => void }) {
  const words = w().settings
  const name = words.deviceName(d.id.slice(0, shownID))
  const remove = async () => {
    const done = await withFactor({ title: words.removeTitle(name), text: words.removeText, go: w().app.remove, danger: true, act: (factor) => calls.removeDevice({ device: d.id, factor }) })
    if (!done) return
    announce(words.removedNow(name))
    again()
    document.getElementById('main')?.focus()
  }
  return (
    <li>
      <Icon name="device" size={22} />
      <About d={d} used={used} />
      {!d.current && <button type="button" class="btn danger" aria-label={words.removeOne(name)} onClick={() => void remove()}>{w().app.remove}</button>}
    </li>
  )
}

/** Those in use, this one first; those that were removed are folded away. */
function List({ devices, used, again }: { devices: readonly DeviceInfo[]; used: (id: string) => number | undefined; again: () => void }) {
  const inUse = devices.filter((d) => d.removed === undefined).toSorted((a, b) => Number(b.current) - Number(a.current) || b.added - a.added)
  const gone = devices.filter((d) => d.removed !== undefined).toSorted((a, b) => (b.removed ?? 0) - (a.removed ?? 0))
  return (
    <>
      <ul class="rows">{inUse.map((d) => <Device key={d.id} d={d} used={used(d.id)} again={again} />)}</ul>
      {gone.length > 0 && (
        <details>
          <summary>{w().settings.gone(gone.length)}</summary>
          <ul class="rows">{gone.map((d) => <li key={d.id}><Icon name="device" size={22} /><About d={d} used={undefined} /></li>)}</ul>
        </details>
      )}
    </>
  )
}

interface Asking {
  code: string
  name: string
  asked: number
}

/** A new device asks: named, with its time, one at a time, and never pre-chosen. */
function Request({ asking, end }: { asking: Asking; end: (how: 'approved' | 'blocked' | 'left') => void }) {
  const words = w().settings
  const heading = useRef<HTMLHeadingElement>(null)
  const failed = useSignal<Told | undefined>(undefined)
  useEffect(() => heading.current?.focus(), [])
  const approve = async () => {
    const done = await withFactor({ title: words.isItYou, text: words.asks(asking.name, when(asking.asked)), go: words.approve, act: (factor) => calls.approve({ code: asking.code, factor }) })
    if (done) end('approved')
  }
  const no = () => {
    if (!offers.value.includes('block')) return end('left')
    calls.block(asking.code).then(() => end('blocked'), (error: unknown) => {
      failed.value = told(error)
    })
  }
  return (
    <div class="stack">
      <h3 ref={heading} tabIndex={-1}>{words.isItYou}</h3>
      <p>{words.asks(asking.name, when(asking.asked))}</p>
      {failed.value !== undefined && <Trouble {...failed.value} />}
      <div class="ends">
        <button type="button" class="btn danger" onClick={no}>{offers.value.includes('block') ? words.block : words.leave}</button>
        <button type="button" class="btn" onClick={() => void approve()}>{words.approve}</button>
      </div>
    </div>
  )
}

function Add({ again }: { again: () => void }) {
  const words = w().settings
  const code = useSignal('')
  const asking = useSignal<Asking | undefined>(undefined)
  const ended = useSignal<'approved' | 'blocked' | 'left' | undefined>(undefined)
  const failed = useSignal<Told | undefined>(undefined)
  const look = (e: Event) => {
    e.preventDefault()
    ended.value = undefined
    failed.value = undefined
    calls.pairing(code.value.trim()).then((p) => {
      asking.value = { code: code.value.trim(), ...p }
    }, (error: unknown) => {
      failed.value = told(error)
    })
  }
  const end = (how: 'approved' | 'blocked' | 'left') => {
    ended.value = how
    asking.value = undefined
    code.value = ''
    if (how === 'approved') again()
    document.getElementById('pair-code')?.focus()
  }
  return (
    <section class="block stack">
      <h2>{words.addTitle}</h2>
      {ended.value !== undefined && <div role="status"><Note tone={ended.value === 'approved' ? 'good' : 'warn'}><p>{words[ended.value]}</p></Note></div>}
      {asking.value !== undefined ? <Request asking={asking.value} end={end} /> : (
        <form class="stack" onSubmit={look}>
          <p class="mute">{words.addText}</p>
          {failed.value !== undefined && <Trouble {...failed.value} />}
          <Field id="pair-code" label={words.addCode} look="code" value={code.value} set={(v) => { code.value = v }} more={{ autocomplete: 'off', spellcheck: false, autocapitalize: 'characters' }} />
          <button type="submit" class="btn main" disabled={code.value.trim() === ''}>{words.addLook}</button>
        </form>
      )}
    </section>
  )
}

export function Devices() {
  const words = w().settings
  const devices = useAsked(() => calls.devices())
  const signIns = useAsked(() => calls.signIns())
  const used = (id: string) => signIns.value?.filter((s) => s.device === id).reduce<number | undefined>((last, s) => Math.max(last ?? 0, s.used), undefined)
  return (
    <>
      <section class="block">
        <h2>{words.devices}</h2>
        {devices.failed !== undefined && <Trouble {...devices.failed} />}
        {devices.value === undefined && devices.failed === undefined && <Late label={words.devices} words={w().app.stillLoading} />}
        {devices.value !== undefined && <List devices={devices.value} used={used} again={devices.again} />}
      </section>
      <Add again={devices.again} />
    </>
  )
}
