// What is said before something is sent: who reads it, what is promised, the place
// in line, and how often the promise was kept.

import type { ComponentChildren } from 'preact'
import type { DeskInfo, Expected, Topic } from '../link/desk.ts'
import type { Line } from '../link/facts.ts'
import { house } from '../state/house.ts'
import { when } from '../state/time.ts'
import { dayOf } from '../talk/day.ts'
import { timeWords } from '../words/dates.ts'
import { r, w } from '../words/words.ts'
import { ask } from '../words/asking.ts'

const form = /^(\d+)([dhm])$/

/** "2d" as people say it; undefined: no promise. */
export function promiseText(rule: string): string | undefined {
  const words = ask().before
  const [, digits, unit] = form.exec(rule) ?? []
  if (digits === undefined) return undefined
  const n = Number(digits)
  return unit === 'd' ? words.businessDays(n) : unit === 'h' ? words.openHours(n) : words.openMinutes(n)
}

/** Two ends of a wait; the second without its day where both are on one. */
export function ends({ from, to }: Expected): [string, string] {
  const zone = { zone: house.value?.zone ?? '', zoneName: house.value?.zoneName ?? '' }
  return [when(from), dayOf(from) === dayOf(to) ? timeWords(r(), to, zone) : when(to)]
}

function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return <div><dt>{label}</dt><dd>{children}</dd></div>
}

/** urgent: it would go ahead, so no place is told. */
export function Before({ line, info, topic, urgent }: { line: Line; info: DeskInfo | undefined; topic: Topic; urgent: boolean }) {
  const words = ask().before
  const known = house.value?.promises[line.id]
  const rule = promiseText(topic.promise?.first ?? info?.desk.promise.first ?? '')
  const total = info === undefined ? 0 : info.kept + info.broken
  return (
    <div class="note before">
      <dl class="pairs">
        <Fact label={words.who}>{known?.reader ?? w().compose.toLine(line.name)}</Fact>
        {info === undefined ? known !== undefined && <Fact label={w().newq.when}>{known.reply}</Fact> : (
          <>
            <Fact label={words.promise}><b>{rule === undefined ? words.none : words.within(rule)}</b></Fact>
            {!urgent && <Fact label={words.place}>{words.placeNow(info.waiting + 1)}</Fact>}
            {!urgent && <Fact label={words.expected}>{info.expected === undefined ? words.unknown : words.between(...ends(info.expected))}</Fact>}
            {total > 0 && <Fact label={words.kept}>{words.keptOf(info.kept, total)}</Fact>}
          </>
        )}
      </dl>
      {info !== undefined && !info.open && <p class="small">{words.closed(when(info.turns))}</p>}
    </div>
  )
}
