// What was just done and can still be taken back, and how it ended. It stays until
// it is seen: where a thread went is said to whoever gave it away.

import { useEffect } from 'preact/hooks'
import type { Act } from '../link/facts.ts'
import { acts } from '../state/acts.ts'
import { now } from '../state/clock.ts'
import { calls } from '../state/link.ts'
import { unsent } from '../state/problem.ts'
import { Icon } from '../ui/icons.tsx'
import { w } from '../words/words.ts'
import { takeBack } from './acts.ts'

const second = 1000
const seenAfter = 12_000

function dismiss(key: string): void {
  void calls.dismiss(key).catch(() => undefined) // it comes again with the next fact, and can be closed then
}

function said(act: Act): string {
  const words = w().doing
  const subject = act.subject === undefined || act.subject === '' ? w().list.noSubject : act.subject
  const to = act.to ?? ''
  if (act.state === 'failed') return `${words.failed[act.what]} ${act.problem === undefined ? '' : unsent(act.problem)}`
  if (act.state === 'done') return act.what === 'transfer' ? words.went(to, subject) : words.done[act.what]
  const left = Math.max(0, Math.ceil(((act.leaves ?? 0) - now.value) / second))
  if (act.state === 'sending' || left === 0) return words.sending
  return act.what === 'transfer' ? words.transfer(to, left) : words[act.what](left)
}

function One({ act }: { act: Act }) {
  const words = w().doing
  const over = act.state === 'done' || act.state === 'failed'
  useEffect(() => {
    if (act.state !== 'done') return undefined
    const timer = setTimeout(() => dismiss(act.key), act.what === 'transfer' ? 5 * seenAfter : seenAfter / 3)
    return () => clearTimeout(timer)
  }, [act.state])
  const held = act.state === 'held' && (act.leaves ?? 0) > now.value
  return (
    <div class={act.state === 'failed' ? 'strip failed' : 'strip'} role={over ? 'status' : undefined}>
      <span class="num">{said(act)}</span>
      {held && <button type="button" class="btn" onClick={() => void takeBack(act.key)}><Icon name="undo" size={16} />{w().compose.undo}</button>}
      {over && <button type="button" class="btn icon" aria-label={words.dismiss} onClick={() => dismiss(act.key)}><Icon name="close" size={16} /></button>}
    </div>
  )
}

export function Doing() {
  if (acts.value.length === 0) return null
  return <section class="doing" aria-label={w().doing.label}>{acts.value.map((a) => <One key={a.key} act={a} />)}</section>
}
