// Calling back: the thread is taken, the attempt begins, the number is shown for
// this one call, both say their code, and how it ended is written down.

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { cardKinds, type CallBack, type CardKind, type Codes } from '../link/desk.ts'
import type { Id, Row } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { serviceNow } from '../state/clock.ts'
import { withFactor } from '../state/factor.ts'
import { calls } from '../state/link.ts'
import { me } from '../state/me.ts'
import { told, type Told } from '../state/problem.ts'
import { when } from '../state/time.ts'
import { Area, Check } from '../ui/field.tsx'
import { Note } from '../ui/note.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { d } from '../words/staff.ts'
import { w } from '../words/words.ts'
import { display } from '../state/display.ts'
import { Left, openWindow, take } from './acts.ts'
import { Ends } from './choose.tsx'
import { has, shutWindow } from './deskacts.ts'

const least = 3

function useTry() {
  const failed = useSignal<Told | undefined>(undefined)
  const busy = useSignal(false)
  const run = async (act: () => Promise<unknown>) => {
    if (busy.value) return
    busy.value = true
    failed.value = undefined
    try {
      await act()
    } catch (error) {
      if (!(error instanceof Left)) failed.value = told(error)
    } finally {
      busy.value = false
    }
  }
  return { failed, busy, run }
}

export function Calling({ row }: { row: Row }) {
  const words = d().call
  const call = row.work?.call_back
  const { failed, busy, run } = useTry()
  if (call === undefined) return <p>{words.none}</p>
  const under = call.state === 'now'
  return (
    <div class="stack">
      {failed.value !== undefined && <Trouble {...failed.value} />}
      {under ? (call.by === undefined || call.by === me.value?.account ? <Under row={row} run={run} busy={busy.value} /> : <p>{words.by}</p>) : <Before row={row} call={call} run={run} busy={busy.value} />}
    </div>
  )
}

interface Step {
  row: Row
  run: (act: () => Promise<unknown>) => Promise<void>
  busy: boolean
}

function Before({ row, call, run, busy }: Step & { call: CallBack }) {
  const words = d().call
  if (call.state === 'reached') {
    return <><p>{words.spoken}</p><Ends go={() => openWindow('spoke', row.id)} word={d().spoke.act} /></>
  }
  if (call.state === 'given-up') return has(row) ? <LastTry id={row.id} run={run} busy={busy} /> : <p>{words.given}</p>
  if (call.state === 'cancelled') return <p>{words.cancelled}</p>
  const early = (call.not_until ?? 0) > serviceNow()
  const begin = async () => {
    if (row.state === 'waiting') await take(row.id)
    await calls.moveCall({ thread: row.id, act: 'begin' })
    announce(words.begun)
  }
  return (
    <>
      {call.state === 'missed' && <Note tone="warn" icon="phone"><p>{words.next(when(call.not_until ?? 0))}</p></Note>}
      <p>{words.asked(call.slot === undefined || call.slot === 0 ? words.soon : when(call.slot))}</p>
      {call.accepted && <p><b>{words.ready}</b></p>}
      <p class="mute num">{words.attempt(call.attempt + 1, call.attempts)}</p>
      {early ? <p>{words.waitFor(when(call.not_until ?? 0))}</p> : row.state === 'waiting' && <p class="mute small">{words.takes}</p>}
      <Ends go={() => void run(begin)} word={words.now} disabled={busy || early} />
    </>
  )
}

/** While the telephone rings. */
function Under({ row, run, busy }: Step) {
  const words = d().call
  const number = useSignal<string | undefined>(undefined)
  const codes = useSignal<Codes | undefined>(undefined)
  useEffect(() => {
    calls.codes(row.id).then((c) => { codes.value = c }, () => undefined) // they come with the next try; the number is of no use without them
  }, [])
  const show = () => void withFactor({ title: w().factor.title, text: words.numberWhy, go: words.number, act: async (factor) => { number.value = await calls.callNumber({ thread: row.id, factor }) } })
  const end = (act: 'reached' | 'missed') => void run(() => calls.moveCall({ thread: row.id, act }))
  return (
    <>
      <div>
        <h3>{words.theirs}</h3>
        {number.value === undefined ? <button type="button" class="btn main" onClick={show}>{words.number}</button> : <p class="callnumber"><a href={`tel:${number.value.replace(/[^+\d]/g, '')}`}>{number.value}</a></p>}
      </div>
      {codes.value !== undefined && (
        <dl class="codes">
          <div><dt>{words.yours}</dt><dd class="spoken" aria-label={[...codes.value.mine].join(' ')}>{codes.value.mine}</dd><dd class="small">{words.say([...codes.value.mine].join(' '))}</dd></div>
          <div><dt>{words.hear}</dt><dd class="spoken" aria-label={[...codes.value.theirs].join(' ')}>{codes.value.theirs}</dd><dd class="small">{words.wrong}</dd></div>
        </dl>
      )}
      <h3>{words.how}</h3>
      <div class="row">
        <button type="button" class="btn" disabled={busy} onClick={() => end('missed')}>{words.missed}</button>
        <button type="button" class="btn" disabled={busy} onClick={() => end('reached')}>{words.reached}</button>
      </div>
    </>
  )
}

/** All tries are used up: the thread says so to the assister, and goes back to the line. */
function LastTry({ id, run, busy }: { id: Id; run: Step['run']; busy: boolean }) {
  const words = d().call
  const text = useSignal(words.lastWords)
  const wrong = useSignal<string | undefined>(undefined)
  const go = () => {
    wrong.value = text.value.trim() === '' ? w().compose.empty : undefined
    if (wrong.value !== undefined) return document.getElementById('last-try')?.focus()
    void run(async () => {
      // Nothing of it is held back: the thread must not leave before its message.
      await calls.send({ thread: id, text: text.value.trim(), files: [], identifiers: false, hold: 0 })
      await calls.release({ thread: id, reason: '', hold: display.value.undo * 1000 })
      announce(w().acts.released)
      shutWindow()
    })
  }
  return (
    <>
      <Note tone="warn" icon="phone"><p><b>{words.last}</b></p><p>{words.lastText}</p></Note>
      <Area id="last-try" label={w().compose.label} value={text.value} set={(v) => { text.value = v }} wrong={wrong.value} more={{ rows: 4 }} />
      <Ends go={go} word={words.send} disabled={busy} />
    </>
  )
}

/** Who was on the line, and that the warnings were read. */
export function Spoke({ id }: { id: Id }) {
  const words = d().spoke
  const verified = useSignal<CardKind[]>([])
  const read = useSignal<number[]>([])
  const wrongs = useSignal<Wrong[]>([])
  const { failed, busy, run } = useTry()
  const toggle = <T,>(list: readonly T[], x: T, on: boolean) => (on ? [...list, x] : list.filter((y) => y !== x))
  const go = () => {
    wrongs.value = [...(verified.value.length < least ? [{ field: 'spoke-name', text: words.least }] : []), ...(read.value.length < words.texts.length ? [{ field: 'warn-0', text: words.all }] : [])]
    if (wrongs.value.length > 0) return
    void run(async () => {
      await calls.spoke({ thread: id, spoke: { verified: cardKinds.filter((k) => verified.value.includes(k)), warnings: words.texts } })
      announce(words.done)
      shutWindow()
    })
  }
  const of = (field: string) => wrongs.value.find((x) => x.field === field)?.text
  return (
    <div class="stack">
      <Summary title={w().errors.title(wrongs.value.length)} wrongs={wrongs.value} />
      {failed.value !== undefined && <Trouble {...failed.value} />}
      <fieldset>
        <legend><b>{words.text}</b></legend>
        {of('spoke-name') !== undefined && <p class="wrong">{of('spoke-name')}</p>}
        {cardKinds.map((k) => <Check key={k} id={`spoke-${k}`} label={words.kinds[k]} on={verified.value.includes(k)} set={(on) => { verified.value = toggle(verified.value, k, on) }} />)}
      </fieldset>
      <fieldset>
        <legend><b>{words.warnings}</b></legend>
        {of('warn-0') !== undefined && <p class="wrong">{of('warn-0')}</p>}
        {words.texts.map((x, i) => <Check key={x} id={`warn-${i}`} label={x} on={read.value.includes(i)} set={(on) => { read.value = toggle(read.value, i, on) }} />)}
      </fieldset>
      <Ends go={go} word={words.go} disabled={busy.value} />
    </div>
  )
}
