// A lead's board: the line now, today by hour, a report, what is open, and how
// many people are needed. It prints on paper.

import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Band, Board as Sheet, Countdown, StaffRow } from '../link/desk.ts'
import type { Id } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { useAsked } from '../state/asked.ts'
import { lines } from '../state/lines.ts'
import { calls } from '../state/link.ts'
import { sentence } from '../state/problem.ts'
import { go } from '../state/route.ts'
import { date, when } from '../state/time.ts'
import { tellTrouble } from '../state/trouble.ts'
import { Field } from '../ui/field.tsx'
import { Icon } from '../ui/icons.tsx'
import { Late } from '../ui/late.tsx'
import { Note } from '../ui/note.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { b, useBoard } from '../words/board.ts'
import { d } from '../words/staff.ts'
import { w } from '../words/words.ts'
import { rowOf } from './acts.ts'
import { Chart, Meanings, NumbersTable } from './chart.tsx'
import { review } from './deskacts.ts'
import { momentWords, spanWords } from './due.ts'
import { Planner } from './planner.tsx'
import { Making } from './report.tsx'
import { Mark } from './shift.tsx'

export const ready = useBoard
const again = 60_000

function open(id: Id, line: Id): void {
  go({ at: 'line', line, thread: id })
}

function Subject({ id, line }: { id: Id; line: Id }) {
  return <button type="button" class="link" onClick={() => open(id, line)}>{rowOf(id)?.subject ?? w().list.sealed}</button>
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return <section class="block"><h2>{title}</h2>{children}</section>
}

function Now({ s }: { s: Sheet }) {
  const words = b()
  const cards: { label: string; value: string; ids: readonly Id[] }[] = [
    { label: words.cards.waiting, value: String(s.waiting), ids: [] }, { label: words.cards.oldest, value: s.oldest === 0 ? '–' : spanWords(Math.max(0, s.now - s.oldest)), ids: [] }, { label: words.cards.atRisk, value: String(s.at_risk.length), ids: s.at_risk }, { label: words.cards.late, value: String(s.late.length), ids: s.late },
  ]
  return (
    <Part title={words.now}>
      {s.unclaimed.length > 0 && (
        <div role="alert"><Note tone="bad"><p><b>{words.alarm(s.unclaimed.length)}</b></p><p>{words.alarmText}</p><ul>{s.unclaimed.slice(0, 5).map((id) => <li key={id}><Subject id={id} line={s.line} /></li>)}</ul></Note></div>
      )}
      <dl class="figures">{cards.map((c) => <div key={c.label}><dt>{c.label}</dt><dd class="num">{c.value}</dd></div>)}</dl>
      <p>{s.open ? words.open : words.shut}</p>
    </Part>
  )
}

function Urgents({ s, reload }: { s: Sheet; reload: () => void }) {
  const words = b()
  const desk = d()
  const said = useSignal<Id[]>([])
  const say = (id: Id, agree: boolean) => {
    said.value = [...said.value, id]
    review(id, agree)
    setTimeout(reload, 1000)
    document.getElementById('urgents')?.focus()
  }
  const left = s.urgent.filter((id) => !said.value.includes(id))
  return (
    <section class="block" id="urgents" tabIndex={-1}>
      <h2>{words.urgent}</h2>
      {left.length === 0 ? <p class="mute">{words.none}</p> : (
        <>
          <p class="mute">{words.urgentText}</p>
          <ul class="rows">
            {left.map((id) => {
              const subject = rowOf(id)?.subject ?? w().list.sealed
              const why = rowOf(id)?.work?.urgent?.reason ?? ''
              return (
                <li key={id}>
                  <span class="grow"><Subject id={id} line={s.line} /><span class="mute small">{desk.reasons[why] ?? ''}</span></span>
                  <button type="button" class="btn" aria-label={`${desk.work.agree}: ${subject}`} onClick={() => say(id, true)}>{desk.work.agree}</button>
                  <button type="button" class="btn" aria-label={`${desk.work.refuse}: ${subject}`} onClick={() => say(id, false)}>{desk.work.refuse}</button>
                </li>
              )
            })}
          </ul>
        </>
      )}
    </section>
  )
}

/** Threads of those who may not go on with them: a lead brings them back into line. */
function Stranded({ s, reload }: { s: Sheet; reload: () => void }) {
  const words = b()
  const done = useSignal<Id[]>([])
  const left = s.stranded.filter((id) => !done.value.includes(id))
  const back = (id: Id) => {
    calls.bringBack(id).then(() => {
      done.value = [...done.value, id]
      announce(words.broughtBack)
      setTimeout(reload, 1000)
      document.getElementById('stranded')?.focus()
    }, (error: unknown) => tellTrouble(sentence(error)))
  }
  if (s.stranded.length === 0) return null
  return (
    <section class="block" id="stranded" tabIndex={-1}>
      <h2>{words.stranded}</h2>
      {left.length === 0 ? <p class="mute">{words.none}</p> : (
        <>
          <Note tone="warn"><p>{words.strandedText}</p></Note>
          <ul class="rows">
            {left.map((id) => {
              const subject = rowOf(id)?.subject ?? w().list.sealed
              return (
                <li key={id}>
                  <span class="grow"><Subject id={id} line={s.line} /></span>
                  <button type="button" class="btn" aria-label={`${words.bringBack}: ${subject}`} onClick={() => back(id)}>{words.bringBack}</button>
                </li>
              )
            })}
          </ul>
        </>
      )}
    </section>
  )
}

function Skills({ line, row, done }: { line: Id; row: StaffRow; done: () => void }) {
  const words = b()
  const text = useSignal(row.skills.join(', '))
  useEffect(() => document.getElementById('skills')?.focus(), [])
  const save = () => {
    const skills = text.value.split(',').map((x) => x.trim()).filter((x) => x !== '')
    calls.setSkills({ line, account: row.account, skills }).then(() => {
      announce(words.saved)
      done()
    }, (error: unknown) => tellTrouble(sentence(error)))
  }
  return (
    <form class="skillform" onSubmit={(e) => {
      e.preventDefault()
      save()
    }}>
      <Field id="skills" label={words.skillsOf(row.name)} hint={words.skillsHint} value={text.value} set={(v) => { text.value = v }} more={{ autocomplete: 'off' }} />
      <div class="row"><button type="submit" class="btn main">{d().saved.keep}</button><button type="button" class="btn" onClick={done}>{w().app.cancel}</button></div>
    </form>
  )
}

function People({ s, reload }: { s: Sheet; reload: () => void }) {
  const words = b()
  const edit = useSignal<Id | undefined>(undefined)
  const one = s.staff.find((x) => x.account === edit.value)
  const heads = [words.name, words.state, words.has, words.load, words.skills, words.grant]
  const done = () => {
    const id = edit.value
    edit.value = undefined
    reload()
    requestAnimationFrame(() => document.getElementById(`skills-of-${id}`)?.focus())
  }
  return (
    <Part title={words.work}>
      <div class="tablebox" role="region" aria-label={words.work} tabIndex={0}>
        <table>
          <thead><tr>{heads.map((h) => <th scope="col" key={h}><span class="headword">{h}</span></th>)}</tr></thead>
          <tbody>
            {s.staff.map((x) => (
              <tr key={x.account}>
                <th scope="row"><span>{x.name}{x.lead && <span class="mute small"> · {words.lead}</span>}</span></th>
                <td data-label={words.state}><span class="bit"><Mark state={x.state} />{d().shift.states[x.state]}{x.since > 0 && <span class="mute small">{spanWords(Math.max(0, s.now - x.since))}</span>}</span></td>
                <td class="num" data-label={words.has}><span>{x.has}</span></td><td class="num" data-label={words.load}><span>{x.load}</span></td>
                <td data-label={words.skills}><span class="bit">{x.skills.join(', ')}<button type="button" class="btn noprint" id={`skills-of-${x.account}`} onClick={() => { edit.value = x.account }}>{words.change}<span class="unseen">: {words.skillsOf(x.name)}</span></button></span></td>
                <td data-label={words.grant}><span>{x.grant === undefined || x.grant === 0 ? words.noGrant : date(x.grant)}</span></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {one !== undefined && <Skills key={one.account} line={s.line} row={one} done={done} />}
    </Part>
  )
}

export function ages(x: Band): string {
  const words = b()
  if (x.to === 0) return words.old(spanWords(x.from))
  return x.from === 0 ? words.young(spanWords(x.to)) : words.between(spanWords(x.from), spanWords(x.to))
}

export function Backlog({ list }: { list: readonly Band[] }) {
  const words = b()
  const most = Math.max(1, ...list.map((x) => x.open))
  return (
    <Part title={words.backlog}>
      <div class="tablebox" role="region" aria-label={words.backlog} tabIndex={0}>
        <table>
          <thead><tr>{[words.age, words.openCount, words.waiting, words.chart].map((h) => <th scope="col" key={h}><span class="headword">{h}</span></th>)}</tr></thead>
          <tbody>{list.map((x) => <tr key={x.from}><th scope="row"><span>{ages(x)}</span></th><td class="num" data-label={words.openCount}><span>{x.open}</span></td><td class="num" data-label={words.waiting}><span>{x.waiting}</span></td><td class="barcell"><svg class="wide" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="bar" x="0" y="0" height="8" width={(100 * x.open) / most} /></svg></td></tr>)}</tbody>
        </table>
      </div>
    </Part>
  )
}

function Until({ c }: { c: Countdown }) {
  const words = b()
  return <Part title={words.countdown}><p>{words.left(c.open)} {words.days(c.days)} <b>{words.rate(c.rate)}</b></p><p class="mute">{words.begins(date(c.season))}</p></Part>
}

export function Board({ line }: { line: Id }) {
  const words = b()
  const { value, failed, again: reload } = useAsked(() => calls.board(line))
  useEffect(() => {
    const timer = setInterval(reload, again)
    return () => clearInterval(timer)
  }, [])
  const name = lines.value.find((l) => l.id === line)?.name ?? ''
  const hour = (x: { from: number }) => momentWords(x.from).split(', ').at(-1) ?? ''
  return (
    <main id="main" class="page board" tabIndex={-1}>
      <div class="in wide">
        <div class="row">
          <h1 class="grow">{words.title(name)}</h1>
          <button type="button" class="btn noprint" onClick={() => go({ at: 'line', line })}><Icon name="inbox" size={16} />{words.queue}</button>
          <button type="button" class="btn noprint" onClick={reload}>{words.again}</button>
          <button type="button" class="btn noprint" onClick={() => print()}><Icon name="print" size={16} />{words.print}</button>
        </div>
        {failed !== undefined && <Trouble {...failed} />}
        {value === undefined ? failed === undefined && <Late label={w().app.loading} words={w().app.stillLoading} /> : (
          <>
            <p class="mute small">{words.asOf(when(value.now))}</p>
            <Now s={value} />
            <Urgents s={value} reload={reload} />
            <Stranded s={value} reload={reload} />
            <People s={value} reload={reload} />
            <Part title={words.today}>
              <Chart rows={value.report.intervals} label={hour} />
              <NumbersTable rows={value.report.intervals} total={value.report.total} label={hour} head={words.hour} name={words.table} meanings={new Map(value.report.meanings.map((m) => [m.name, m.text]))} />
              <Meanings list={value.report.meanings} />
            </Part>
            <Backlog list={value.report.backlog} />
            {value.report.countdown !== undefined && <Until c={value.report.countdown} />}
            <Making line={line} name={name} />
            <Planner />
          </>
        )}
      </div>
    </main>
  )
}
