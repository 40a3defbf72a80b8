// Where the open thread stands as work: its clock, its place, why it goes first,
// what it waits for, what it is tied to.

import type { Linked } from '../link/desk.ts'
import type { Id, Row, ThreadFact } from '../link/facts.ts'
import { serviceMinute } from '../state/clock.ts'
import { lines } from '../state/lines.ts'
import { calls } from '../state/link.ts'
import { me } from '../state/me.ts'
import { go } from '../state/route.ts'
import { Icon } from '../ui/icons.tsx'
import { d } from '../words/staff.ts'
import { openAt, openWindow, rowOf } from './acts.ts'
import { change, has, leadsLine, resume, review } from './deskacts.ts'
import { colleague, deskOf, topicOf } from './desks.ts'
import { dueOf, waitWords } from './due.ts'
import { aboutWords, Due, isCalling, UrgentTag } from './marks.tsx'
import { Rule } from './rule.tsx'

export function openLinked(id: Id): void {
  const row = rowOf(id)
  if (row === undefined || row.mine) return go({ at: 'thread', thread: id })
  if (lines.value.some((l) => l.id === row.line && l.works)) go({ at: 'line', line: row.line, thread: id })
  else openAt(id)
}

function Tie({ row, tie }: { row: Row; tie: Linked }) {
  const words = d().work
  const other = rowOf(tie.thread)
  const able = has(row) || leadsLine(row.line)
  const untie = () => void change(row.id, {}, calls.tie({ thread: row.id, other: tie.thread, kind: 'none' }), words.untied)
  return (
    <li>
      <span>{words.kinds[tie.kind] ?? words.kinds['link']}</span>
      {other === undefined ? <span class="mute">{words.unknown}</span> : <button type="button" class="link" onClick={() => openLinked(tie.thread)}>{other.subject ?? words.unknown}</button>}
      {able && (tie.kind === 'link' || tie.kind === 'merged') && <button type="button" class="btn quiet" onClick={untie}>{words.untie}</button>}
    </li>
  )
}

function Urgent({ row }: { row: Row }) {
  const words = d().work
  const urgent = row.work?.urgent
  if (row.work === undefined || urgent === undefined) return null
  return (
    <span class="bit">
      <UrgentTag work={row.work} />
      <span class="mute">{words.review[urgent.review]}</span>
      {urgent.review === 'waits' && leadsLine(row.line) && (
        <><button type="button" class="btn" onClick={() => review(row.id, true)}>{words.agree}</button><button type="button" class="btn" onClick={() => review(row.id, false)}>{words.refuse}</button></>
      )}
    </span>
  )
}

export function Standing({ t }: { t: ThreadFact }) {
  const words = d()
  const { row } = t
  const { work } = row
  if (work === undefined || row.state === 'closed') return null
  const desk = deskOf(row.line)
  return (
    <section class="workstrip" aria-label={words.work.label}>
      <div class="bits">
        {work.clock !== undefined && <span class="bit"><span class="mute">{words.clock[work.clock.kind]}</span><Due work={work} /></span>}
        {(work.place ?? 0) > 0 && <span class="bit num">{words.work.place(work.place ?? 0)}</span>}
        {aboutWords(row) !== '' && <span class="bit">{aboutWords(row)}</span>}
        <Urgent row={row} />
        {work.wait !== undefined && <span class="bit">{dueOf(work, serviceMinute())?.text !== waitWords(work.wait) && <span class="tag"><Icon name="clock" size={13} />{waitWords(work.wait)}</span>}{has(row) && <button type="button" class="btn" onClick={() => resume(row.id)}>{words.work.resume}</button>}</span>}
        {work.for !== undefined && row.state === 'waiting' && <span class="bit">{words.work.to(work.for === me.value?.account ? words.work.you : colleague(work.for) ?? words.work.somebody)}</span>}
        {isCalling(work) && <button type="button" class="btn" onClick={() => openWindow('call', row.id)}><Icon name="phone" size={16} />{words.call.title}</button>}
        {work.verified ? <span class="bit tag good"><Icon name="check" size={13} />{words.work.verified}</span>
          : has(row) && topicOf(row)?.phone === true && <button type="button" class="btn" onClick={() => openWindow('spoke', row.id)}><Icon name="phone" size={16} />{words.spoke.act}</button>}
        {work.clock !== undefined && <Rule clock={work.clock} desk={desk} />}
      </div>
      {(work.linked ?? []).length > 0 && <ul class="ties" aria-label={words.work.ties}>{work.linked?.map((tie) => <Tie key={tie.thread + tie.kind} row={row} tie={tie} />)}</ul>}
    </section>
  )
}
