// The windows in which a thread is put on hold, or ahead of the others.

import { useSignal } from '@preact/signals'
import type { Id } from '../link/facts.ts'
import { serviceNow } from '../state/clock.ts'
import { connection } from '../state/connection.ts'
import { calls } from '../state/link.ts'
import { when } from '../state/time.ts'
import { Field } from '../ui/field.tsx'
import { d } from '../words/staff.ts'
import { rowOf } from './acts.ts'
import { Choices, Ends } from './choose.tsx'
import { change, leadsLine, shutWindow } from './deskacts.ts'

const hour = 3_600_000
const day = 24 * hour
const spans = { hour, half: 3 * hour, tomorrow: day, week: 7 * day } as const
type Preset = keyof typeof spans | 'own'
type What = 'assister' | 'office' | 'until'

/** What a field for a day and a time holds, as the service counts; its device's clock may be wrong. */
function typedTime(text: string): number | undefined {
  const at = new Date(text).getTime()
  return Number.isNaN(at) ? undefined : at + (Math.abs(connection.value.skew) < hour ? 0 : connection.value.skew)
}

export function Waiting({ id }: { id: Id }) {
  const words = d().wait
  const what = useSignal<What>('assister')
  const preset = useSignal<Preset>('hour')
  const own = useSignal('')
  const dayText = useSignal('')
  const wrong = useSignal<string | undefined>(undefined)
  const until = what.value === 'until' ? (preset.value === 'own' ? typedTime(own.value) : serviceNow() + spans[preset.value]) : what.value === 'office' && dayText.value !== '' ? typedTime(`${dayText.value}T17:00`) : undefined
  const go = () => {
    const late = until !== undefined && until <= serviceNow()
    wrong.value = late || (what.value === 'until' && until === undefined) ? words.past : undefined
    if (wrong.value !== undefined) return document.getElementById(what.value === 'office' ? 'wait-day' : 'wait-own')?.focus()
    const wait = { for: what.value, ...(until === undefined ? {} : { until: Math.round(until) }) }
    shutWindow()
    void change(id, { wait }, calls.wait({ thread: id, ...wait }), words.done)
  }
  return (
    <div class="stack">
      <Choices<What> name="wait-for" label={words.title} value={what.value} set={(v) => { what.value = v }} choices={[{ value: 'assister', text: words.assister, more: words.assisterText }, { value: 'office', text: words.office, more: words.officeText }, { value: 'until', text: words.until, more: words.untilText }]} />
      {what.value === 'office' && <Field id="wait-day" label={words.day} value={dayText.value} set={(v) => { dayText.value = v }} wrong={wrong.value} more={{ type: 'date' }} />}
      {what.value === 'until' && <Choices<Preset> name="wait-when" label={words.when} value={preset.value} set={(v) => { preset.value = v }} choices={(['hour', 'half', 'tomorrow', 'week', 'own'] as const).map((v) => ({ value: v, text: words[v] }))} />}
      {what.value === 'until' && preset.value === 'own' && <Field id="wait-own" label={words.own} value={own.value} set={(v) => { own.value = v }} wrong={wrong.value} more={{ type: 'datetime-local' }} />}
      {until !== undefined && <p class="mute small">{words.that(when(until))}</p>}
      <Ends go={go} word={words.go} />
    </div>
  )
}

export function Urgency({ id }: { id: Id }) {
  const words = d()
  const now = rowOf(id)?.work?.urgent
  const reason = useSignal(now?.reason ?? Object.keys(words.reasons)[0] ?? '')
  const refused = now?.review === 'refused' && !leadsLine(rowOf(id)?.line ?? '')
  const say = (code: string, done: string) => {
    shutWindow()
    void change(id, {}, calls.urgent({ thread: id, reason: code }), done)
  }
  const back = now === undefined ? undefined : <button type="button" class="btn" onClick={() => say('', words.urgent.undone)}>{words.urgent.back}</button>
  return (
    <div class="stack">
      <p class="mute">{refused ? words.urgent.refused : words.urgent.text}</p>
      <Choices name="urgent-why" label={words.urgent.title} value={reason.value} set={(v) => { reason.value = v }} choices={Object.entries(words.reasons).map(([value, text]) => ({ value, text: text.charAt(0).toUpperCase() + text.slice(1) }))} />
      <Ends go={() => say(reason.value, words.urgent.done)} word={words.urgent.go} before={back} disabled={refused} />
    </div>
  )
}
