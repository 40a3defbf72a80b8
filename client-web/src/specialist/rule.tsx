// Which promise a clock counts to, and when the line is open: said on request.

import type { Clock, DeskInfo, Hours, Span } from '../link/desk.ts'
import { serviceMinute } from '../state/clock.ts'
import { d } from '../words/staff.ts'
import { r } from '../words/words.ts'
import { momentWords } from './due.ts'

const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** "1d", "1h30m" in words. */
export function promiseWords(rule: string): string {
  const words = d().clock
  const say: Record<string, (c: number) => string> = { d: words.days, h: words.hours, m: words.minutes }
  return [...rule.matchAll(/(\d+)([dhm])/g)].filter((m) => m[1] !== '0').map((m) => say[m[2] ?? '']?.(Number(m[1])) ?? '').join(', ')
}

function clockTime(text: string): string {
  const [h = 0, m = 0] = text.split(':').map(Number)
  return r().time(h % 24, m)
}

function spans(open: readonly Span[]): string {
  return open.length === 0 ? d().clock.closed : open.map((s) => d().clock.to(clockTime(s.from), clockTime(s.to))).join(', ')
}

/** The week that counts on a day, Monday first, with days that are the same put together. */
export function weekWords(hours: Hours, today: string): string[] {
  const week = hours.seasons?.find((s) => s.from <= today && today <= s.to)?.week ?? hours.week
  const said = [1, 2, 3, 4, 5, 6, 0].map((n) => ({ n, text: spans(week.find((x) => x.day === days[n])?.open ?? []) }))
  const out: { from: number; to: number; text: string }[] = []
  for (const { n, text } of said) {
    const last = out.at(-1)
    if (last?.text === text) last.to = n
    else out.push({ from: n, to: n, text })
  }
  const name = (n: number) => r().weekdays[n] ?? ''
  return out.map((x) => `${x.from === x.to ? name(x.from) : d().clock.range(name(x.from), name(x.to))}: ${x.text}`)
}

export function Rule({ clock, desk }: { clock: Clock; desk: DeskInfo | undefined }) {
  const words = d().clock
  return (
    <details class="rule">
      <summary>{words.title}</summary>
      <p>{words.rule(words[clock.kind], promiseWords(clock.rule))}</p>
      {clock.paused && <p>{words.paused}</p>}
      {desk !== undefined && <p>{desk.open ? words.open(momentWords(desk.turns)) : words.shut(momentWords(desk.turns))}</p>}
      {desk !== undefined && <ul>{weekWords(desk.desk.hours, new Date(serviceMinute()).toISOString().slice(0, 10)).map((x) => <li key={x}>{x}</li>)}</ul>}
    </details>
  )
}
