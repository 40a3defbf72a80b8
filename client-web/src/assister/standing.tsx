// Where a question stands: its place in line, what was promised, whether it goes
// first, what it waits for, and the call-back.

import { useSignal } from '@preact/signals'
import { urgentReasons, type Clock, type Work } from '../link/desk.ts'
import type { Id, Row, ThreadFact } from '../link/facts.ts'
import { serviceMinute } from '../state/clock.ts'
import { calls } from '../state/link.ts'
import { sentence, told, type Told } from '../state/problem.ts'
import { short, when } from '../state/time.ts'
import { tellTrouble } from '../state/trouble.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon, type IconName } from '../ui/icons.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { ask } from '../words/asking.ts'
import { w } from '../words/words.ts'
import { ends } from './before.tsx'
import { CallBack } from './callback.tsx'
import { deskOf, useDesks } from './desks.ts'
import { Group, Radio } from './fields.tsx'

interface Said {
  text: string
  icon: IconName
  tone: 'warn' | 'bad' | ''
}

/** What a clock says to whoever asked. Paused, it waits for them. */
export function clockSaid(clock: Clock, now: number): Said[] {
  const words = ask().stand
  if (clock.paused) return [{ text: words.paused, icon: 'pen', tone: 'warn' }]
  if (clock.due <= now) return [{ text: words.late, icon: 'warn', tone: 'bad' }]
  const due: Said = { text: clock.kind === 'close' ? words.closeBy(when(clock.due)) : words.answerBy(when(clock.due)), icon: 'clock', tone: '' }
  return clock.risk <= now ? [due, { text: words.risk, icon: 'warn', tone: 'warn' }] : [due]
}

export function workSaid(work: Work, now: number): Said[] {
  const words = ask()
  const out: Said[] = []
  if (work.place !== undefined && work.place > 0) {
    out.push({ text: words.stand.place(work.place), icon: 'people', tone: '' })
    if (work.expected !== undefined) out.push({ text: words.stand.taken(...ends(work.expected)), icon: 'clock', tone: '' })
  }
  if (work.wait !== undefined) {
    const { for: what, until } = work.wait
    const text = what === 'assister' ? words.stand.wait.assister : what === 'office' ? (until === undefined ? words.stand.wait.office : words.stand.wait.officeUntil(when(until))) : words.stand.wait.until(when(until ?? 0))
    out.push({ text, icon: 'clock', tone: what === 'assister' ? 'warn' : '' })
  }
  if (work.clock !== undefined) out.push(...clockSaid(work.clock, now))
  if (work.urgent !== undefined) out.push({ text: words.urgent.state[work.urgent.review] ?? '', icon: 'up', tone: work.urgent.review === 'refused' ? '' : 'warn' })
  return out
}

/** For a list: its place, or until when something is promised. */
export function shortSaid(row: Row): string | undefined {
  const { work } = row
  const words = ask()
  if (work === undefined || row.state === 'closed') return undefined
  if (work.call_back?.state === 'now') return words.call.now
  if (row.turn === 'you') return undefined // that says it all
  if (work.clock?.paused === true) return words.stand.you
  if (work.place !== undefined && work.place > 0) return words.stand.placeShort(work.place)
  return work.clock !== undefined && work.clock.due > serviceMinute() ? words.stand.dueShort(short(work.clock.due)) : undefined
}

function UrgentDialog({ thread, shut }: { thread: Id; shut: () => void }) {
  const words = ask().urgent
  const reason = useSignal('')
  const wrong = useSignal<string | undefined>(undefined)
  const failed = useSignal<Told | undefined>(undefined)
  const send = async (e: Event) => {
    e.preventDefault()
    wrong.value = reason.value === '' ? words.needed : undefined
    if (wrong.value !== undefined) {
      document.getElementById('why-care-now')?.focus()
      return
    }
    try {
      await calls.urgent({ thread, reason: reason.value })
      shut()
    } catch (error) {
      failed.value = told(error)
    }
  }
  return (
    <Dialog title={words.title} shut={shut} closeWord={w().app.close}>
      <form class="stack" noValidate onSubmit={(e) => void send(e)}>
        <p>{words.means}</p>
        {failed.value !== undefined && <Trouble {...failed.value} />}
        <Group id="why-urgent" legend={words.label} wrong={wrong.value}>
          {urgentReasons.map((x) => <Radio key={x} id={`why-${x}`} name="why" on={reason.value === x} set={() => { reason.value = x }}>{words.reasons[x]}</Radio>)}
        </Group>
        <div class="ends"><button type="button" class="btn" onClick={shut}>{w().app.cancel}</button><button type="submit" class="btn main">{words.go}</button></div>
      </form>
    </Dialog>
  )
}

function UrgentButton({ t, work }: { t: ThreadFact; work: Work }) {
  const words = ask().urgent
  const asks = useSignal(false)
  if (!t.can.write || t.row.state !== 'waiting') return null
  if (work.urgent !== undefined && work.urgent.review !== 'refused') {
    return <button type="button" class="link" onClick={() => void calls.urgent({ thread: t.id, reason: '' }).catch((error: unknown) => tellTrouble(sentence(error)))}>{words.back}</button>
  }
  if (work.urgent !== undefined) return null // a lead has said no, once is enough
  return (
    <>
      <button type="button" class="link" onClick={() => { asks.value = true }}>{words.make}</button>
      {asks.value && <UrgentDialog thread={t.id} shut={() => { asks.value = false }} />}
    </>
  )
}

export function Standing({ t }: { t: ThreadFact }) {
  useDesks()
  const { work } = t.row
  if (work === undefined || t.row.state === 'closed') return null
  const info = deskOf(t.row.line)
  return (
    <section class="standing" aria-label={ask().stand.label}>
      <ul class="saids">{workSaid(work, serviceMinute()).map((x) => <li key={x.text} class={x.tone}><Icon name={x.icon} size={15} />{x.text}</li>)}</ul>
      <CallBack t={t} call={work.call_back} info={info}><UrgentButton t={t} work={work} /></CallBack>
    </section>
  )
}
