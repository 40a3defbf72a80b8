// How many people a line needs (Erlang C), with the sentence of what that assumes.

import { useSignal } from '@preact/signals'
import type { Plan } from '../link/desk.ts'
import { calls } from '../state/link.ts'
import { told, type Told } from '../state/problem.ts'
import { Field } from '../ui/field.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { b } from '../words/board.ts'
import { w } from '../words/words.ts'

const millionth = 1_000_000
type Key = 'perHour' | 'handle' | 'target' | 'within' | 'shrink' | 'staff'

/** What was typed as a number; a comma counts as a point. */
export function typedNumber(text: string): number {
  return text.trim() === '' ? NaN : Number(text.trim().replace(',', '.'))
}

function percent(x: number): string {
  return `${Math.round(x / (millionth / 100))}%`
}

export function Planner() {
  const words = b().plan
  const typed = useSignal<Record<Key, string>>({ perHour: '20', handle: '15', target: '80', within: '30', shrink: '30', staff: '' })
  const wrongs = useSignal<Wrong[]>([])
  const plan = useSignal<Plan | undefined>(undefined)
  const failed = useSignal<Told | undefined>(undefined)
  const check = (key: Key, good: (x: number) => boolean, text: string): Wrong[] => (good(typedNumber(typed.value[key])) ? [] : [{ field: `plan-${key}`, text: text }])
  const go = () => {
    const v = (key: Key) => typedNumber(typed.value[key])
    wrongs.value = [
      ...(['perHour', 'handle', 'within'] as const).flatMap((k) => check(k, (x) => x > 0 && x < 100_000, words.wrong)), ...check('target', (x) => x >= 1 && x <= 99, words.wrongShare), ...check('shrink', (x) => x >= 0 && x <= 95, words.wrongShrink),
      ...(typed.value.staff.trim() === '' ? [] : check('staff', (x) => Number.isInteger(x) && x > 0, words.wrongStaff)),
    ]
    if (wrongs.value.length > 0) return
    failed.value = undefined
    calls.plan({
      per_hour: Math.round(v('perHour') * millionth), handle: Math.round(v('handle') * 60), staff: typed.value.staff.trim() === '' ? 0 : v('staff'), target: Math.round((v('target') * millionth) / 100), within: Math.round(v('within') * 60), shrinkage: Math.round((v('shrink') * millionth) / 100),
    }).then((p) => { plan.value = p }, (error: unknown) => { failed.value = told(error) })
  }
  const field = (key: Key, hint?: string) => <Field id={`plan-${key}`} label={words[key]} hint={hint} value={typed.value[key]} set={(v) => { typed.value = { ...typed.value, [key]: v } }} wrong={wrongs.value.find((x) => x.field === `plan-${key}`)?.text} more={{ inputMode: 'decimal', autocomplete: 'off' }} />
  const p = plan.value
  return (
    <section class="block">
      <h2>{words.title}</h2>
      <form class="noprint stack" onSubmit={(e) => {
        e.preventDefault()
        go()
      }}>
        <Summary title={w().errors.title(wrongs.value.length)} wrongs={wrongs.value} />
        <div class="planfields">{field('perHour')}{field('handle')}{field('within')}{field('target')}{field('shrink')}{field('staff', words.staffHint)}</div>
        <button type="submit" class="btn main">{words.go}</button>
      </form>
      {failed.value !== undefined && <Trouble {...failed.value} />}
      {p !== undefined && (
        <div role="status" class="plan">
          <h3>{words.result}</h3>
          <p><b>{words.needs(p.staff)}</b>, {words.paid(p.paid)}</p>
          <dl class="figures"><div><dt>{words.level}</dt><dd>{percent(p.level)}</dd></div><div><dt>{words.waits}</dt><dd>{percent(p.waits)}</dd></div><div><dt>{words.average}</dt><dd>{words.seconds(Math.round(p.average / millionth))}</dd></div><div><dt>{words.busy}</dt><dd>{percent(p.occupancy)}</dd></div></dl>
          <p class="mute small">{p.assumes}</p>
        </div>
      )}
    </section>
  )
}
