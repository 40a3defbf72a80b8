// Lines: who is on each, who may reach it, how it is locked; a lead puts people
// on it and takes them off.

import { useSignal } from '@preact/signals'
import type { LinePerson, LineSheet } from '../link/office.ts'
import type { PersonRow, Role } from '../wire/gen.ts'
import { useAsked } from '../state/asked.ts'
import { withFactor } from '../state/factor.ts'
import { lines } from '../state/lines.ts'
import { calls } from '../state/link.ts'
import { me } from '../state/me.ts'
import { queues } from '../state/queues.ts'
import { when } from '../state/time.ts'
import { Link } from '../shell/bar.tsx'
import { Icon } from '../ui/icons.tsx'
import { Empty, Note } from '../ui/note.tsx'
import { o } from '../words/office.ts'
import { w } from '../words/words.ts'
import { may } from './may.ts'
import { Asked, Done, Page, settled } from './parts.tsx'
import { DataTable, SaveButton, type Col } from './table.tsx'

/** How many people of each role the roster lets reach a line. */
export function wallOf(rows: readonly PersonRow[], slug: string): [Role, number][] {
  const by = new Map<Role, number>()
  for (const r of rows) if (r.state === 'active' && r.lines.includes(slug)) by.set(r.role, (by.get(r.role) ?? 0) + 1)
  return [...by]
}

/** Staff whom the roster names for a line and who are not on it. */
export function addable(rows: readonly PersonRow[], sheet: Pick<LineSheet, 'slug' | 'people'>): PersonRow[] {
  const on = new Set(sheet.people.filter((p) => p.works).map((p) => p.account))
  return rows.filter((r) => r.account !== undefined && r.certified && (r.role === 'specialist' || r.role === 'lead') && r.lines.includes(sheet.slug) && !on.has(r.account))
}

/** Threads of a line that somebody has taken. */
function takenBy(line: string, account: string): number {
  return (queues.value[line] ?? []).filter((r) => r.state === 'taken' && r.claimer?.account === account).length
}

function People({ sheet, done }: { sheet: LineSheet; done: (text: string) => void }) {
  const words = o().lines
  const take = async (p: LinePerson) => {
    const sure = await withFactor({
      title: words.takeTitle(p.name, sheet.name), text: words.takeConsequence(p.name, sheet.name, takenBy(sheet.id, p.account)), go: words.take, danger: true,
      act: (factor) => calls.removeMember({ line: sheet.id, account: p.account, factor }),
    })
    if (sure) done(words.taken(p.name))
  }
  const acts: Col<LinePerson> = {
    key: 'act', label: words.act, text: () => '', acts: true,
    show: (p) => (p.works && !p.me ? <button type="button" class="btn danger" onClick={() => void take(p)}>{words.take}<span class="unseen"> {p.name}</span></button> : p.me ? o().you : ''),
  }
  const cols: Col<LinePerson>[] = [
    { key: 'name', label: words.name, text: (p) => p.name },
    { key: 'role', label: words.role, text: (p) => (p.role === undefined ? '' : w().roles[p.role]) },
    { key: 'part', label: words.part, text: (p) => (p.leads && p.works ? words.both : p.leads ? words.leads : words.works) },
    { key: 'standing', label: words.standing, text: (p) => (p.certified ? w().admin.mayWrite : w().admin.mayNot), show: (p) => <span class={p.certified ? 'tag good' : 'tag warn'}><Icon name={p.certified ? 'check' : 'warn'} size={13} />{p.certified ? w().admin.mayWrite : w().admin.mayNot}</span> },
    ...(sheet.mine ? [acts] : []),
  ]
  return (
    <section class="block stack-s">
      <h2>{words.people}</h2>
      <DataTable label={words.peopleTable} cols={cols} rows={sheet.people} id={(p) => p.account} />
      {!sheet.mine && <p class="hint">{words.onlyLead}</p>}
      <p class="ends"><SaveButton what={sheet.slug} cols={cols} rows={sheet.people} /></p>
    </section>
  )
}

function Add({ sheet, rows, done }: { sheet: LineSheet; rows: readonly PersonRow[]; done: (text: string) => void }) {
  const words = o().lines
  const who = useSignal('')
  const wrong = useSignal(false)
  const list = addable(rows, sheet)
  const add = async (e: Event) => {
    e.preventDefault()
    const p = list.find((r) => r.account === who.value)
    wrong.value = p === undefined
    if (p?.account === undefined) {
      document.getElementById('add-who')?.focus()
      return
    }
    const { account } = p
    const sure = await withFactor({ title: words.addTitle(p.name, sheet.name), text: words.addConsequence(p.name), go: words.addGo, act: (factor) => calls.addMember({ line: sheet.id, account, factor }) })
    if (sure) done(words.added(p.name))
  }
  return (
    <section class="block stack-s">
      <h2>{words.add}</h2>
      {list.length === 0 ? <p class="mute">{words.addNone}</p> : (
        <form class="stack" noValidate onSubmit={(e) => void add(e)}>
          <p class="hint" id="add-who-hint">{words.addText}</p>
          <div class="field">
            <label for="add-who">{words.addWho}</label>
            {wrong.value && <span class="wrong" id="add-who-wrong"><Icon name="warn" size={16} />{words.addFirst}</span>}
            <select id="add-who" class="pick" value={who.value} aria-invalid={wrong.value ? 'true' : undefined} aria-describedby={wrong.value ? 'add-who-wrong add-who-hint' : 'add-who-hint'} onChange={(e) => { who.value = e.currentTarget.value }}>
              <option value="">–</option>
              {list.map((p) => <option key={p.key} value={p.account}>{p.name} ({p.id})</option>)}
            </select>
          </div>
          <p class="ends"><button type="submit" class="btn main">{words.addGo}</button></p>
        </form>
      )}
    </section>
  )
}

function Wall({ sheet, rows }: { sheet: LineSheet; rows: readonly PersonRow[] }) {
  const words = o().lines
  const wall = wallOf(rows, sheet.slug)
  return (
    <section class="block stack-s">
      <h2>{words.wall}</h2>
      <p class="hint">{words.wallText}</p>
      {wall.length === 0 ? <p class="mute">{words.wallNone}</p> : <ul class="sums">{wall.map(([role, c]) => <li key={role}>{words.wallRow(w().roles[role], c)}</li>)}</ul>}
      {me.value?.role === 'lead' && <p class="small mute">{words.wallOwn}</p>}
    </section>
  )
}

function lockWords(sheet: LineSheet): string {
  const words = o().lines
  if (sheet.since === undefined) return words.lockNone
  return sheet.stale ? words.lockStale(when(sheet.since)) : words.lockFresh(when(sheet.since))
}

function Known({ sheet, rows, done }: { sheet: LineSheet; rows: readonly PersonRow[]; done: (text: string) => void }) {
  const words = o().lines
  if (!sheet.founded) return <Note icon="info"><p>{words.notFounded}</p></Note>
  return (
    <>
      <People sheet={sheet} done={done} />
      {sheet.mine && may(me.value?.role, 'link line/member-add') && <Add sheet={sheet} rows={rows} done={done} />}
      <Wall sheet={sheet} rows={rows} />
      <section class="block"><h2>{words.lock}</h2><Note tone={sheet.stale ? 'warn' : 'calm'} icon="lock"><p>{lockWords(sheet)}</p></Note></section>
    </>
  )
}

export function LinePage({ id }: { id: string }) {
  const both = useAsked(async () => {
    const [sheet, rows] = await Promise.all([calls.lineSheet(id), calls.roster()])
    return { sheet, rows }
  })
  const said = useSignal<string | undefined>(undefined)
  const done = (text: string) => {
    said.value = text
    settled(text)
    both.again()
  }
  const name = both.value?.sheet.name ?? lines.value.find((l) => l.id === id)?.name
  return (
    <Page title={name ?? o().lines.title} back={{ page: 'lines', word: o().tabs.lines }}>
      <div class="blocks">
        <Done text={said.value} />
        <Asked asked={both} label={o().lines.title}>{({ sheet, rows }) => <Known sheet={sheet} rows={rows} done={done} />}</Asked>
      </div>
    </Page>
  )
}

export function Lines() {
  const words = o().lines
  const list = lines.value
  return (
    <Page title={words.title}>
      <p class="hint">{words.text}</p>
      {list.length === 0 ? <Empty icon="inbox" title={words.none} /> : (
        <ul class="choices blocks">
          {list.map((l) => <li key={l.id}><Link to={{ at: 'office', page: 'lines', item: l.id }} look="bigchoice" here={false}><Icon name="people" size={24} /><span><b>{l.name}</b>{l.leads && <span>{words.leads}</span>}</span><Icon name="next" size={16} /></Link></li>)}
        </ul>
      )}
    </Page>
  )
}
