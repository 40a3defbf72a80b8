// Invitations: who waits for a sponsor's word, for whom a letter can be written,
// and who waits to be certified on the agency's own machine.

import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { MadeLetters, WaitingEnrolment, WaitingSponsor } from '../link/office.ts'
import type { PersonRow } from '../wire/gen.ts'
import { useAsked } from '../state/asked.ts'
import { withFactor } from '../state/factor.ts'
import { calls } from '../state/link.ts'
import { me } from '../state/me.ts'
import { when } from '../state/time.ts'
import { Field } from '../ui/field.tsx'
import { Note } from '../ui/note.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { o } from '../words/office.ts'
import { w } from '../words/words.ts'
import { may } from './may.ts'
import { Paper } from './paper.tsx'
import { Asked, Done, Page, settled } from './parts.tsx'
import { known, pick } from './sort.ts'
import { DataTable, SaveButton, type Col } from './table.tsx'

function Sponsors({ list, done }: { list: readonly WaitingSponsor[]; done: (text: string) => void }) {
  const words = o().letters
  const approve = async (some: readonly WaitingSponsor[]) => {
    const only = some.length === 1 ? some[0] : undefined
    const sure = await withFactor({
      title: only === undefined ? words.approveAllTitle(some.length) : words.approveTitle(only.name), text: only === undefined ? words.approveAllText : words.approveText(only.name), go: words.approve,
      act: (factor) => calls.sponsor({ locators: some.map((x) => x.locator), approve: true, factor }),
    })
    if (sure) done(words.approved(some.length))
  }
  const refuse = async (x: WaitingSponsor) => {
    const sure = await withFactor({ title: words.refuseTitle(x.name), text: words.refuseText, go: words.refuse, danger: true, act: (factor) => calls.sponsor({ locators: [x.locator], approve: false, factor }) })
    if (sure) done(words.refused(x.name))
  }
  if (list.length === 0) return <p class="mute">{words.sponsorNone}</p>
  return (
    <>
      <ul class="rows">
        {list.map((x) => (
          <li key={x.locator}>
            <div class="grow">
              <b>{x.name}</b>
              <span class="mute small">{[w().roles[x.role], x.organization, x.number].filter((t) => t !== '').join(' · ')}</span>
              <span class="mute small broad">{words.invitedBy(x.by, when(x.made))} · {words.worksUntil(when(x.expires))}</span>
            </div>
            <button type="button" class="btn danger" onClick={() => void refuse(x)}>{words.refuse}<span class="unseen"> {x.name}</span></button>
            <span class="gap" />
            <button type="button" class="btn" onClick={() => void approve([x])}>{words.approve}<span class="unseen"> {x.name}</span></button>
          </li>
        ))}
      </ul>
      {list.length > 1 && <p class="ends"><button type="button" class="btn main" onClick={() => void approve(list)}>{words.approveAll(list.length)}</button></p>}
    </>
  )
}

function Waiting({ list, rows }: { list: readonly WaitingEnrolment[]; rows: readonly PersonRow[] }) {
  const words = o().letters
  if (list.length === 0) return <p class="mute">{words.waitingNone}</p>
  const cols: Col<WaitingEnrolment>[] = [
    { key: 'name', label: w().admin.name, text: (p) => rows.find((r) => r.key === p.key)?.name ?? p.login },
    { key: 'role', label: w().admin.role, text: (p) => w().roles[p.role] },
    { key: 'state', label: words.state, text: (p) => (p.ready ? words.ready : words.notReady) },
  ]
  return <DataTable label={words.waiting} cols={cols} rows={list} id={(p) => p.account} />
}

/** Those of the roster for whom a letter makes sense. */
export function notYet(rows: readonly PersonRow[], waiting: readonly WaitingEnrolment[]): PersonRow[] {
  return rows.filter((r) => r.account === undefined && r.state === 'active' && !waiting.some((p) => p.key === r.key))
}

function NotYet({ people, made }: { people: readonly PersonRow[]; made: (m: MadeLetters) => void }) {
  const words = o().letters
  const filter = useSignal('')
  const chosen = useSignal<ReadonlySet<string>>(new Set())
  const wrongs = useSignal<Wrong[]>([])
  const all = useMemo(() => known(people, (r) => w().roles[r]), [people])
  const list = pick(all, filter.value, false, { by: 'name', down: false })
  const choose = (key: string, on: boolean) => {
    const next = new Set(chosen.value)
    if (on) next.add(key)
    else next.delete(key)
    chosen.value = next
  }
  const cols: Col<PersonRow>[] = [
    { key: 'name', label: w().admin.name, text: (p) => p.name, show: (p) => (
      <label class="pickrow"><input type="checkbox" id={`letter-${p.key}`} checked={chosen.value.has(p.key)} onChange={(e) => choose(p.key, e.currentTarget.checked)} /><span class="unseen">{words.chooseOne('')}</span>{p.name}</label>
    ) },
    { key: 'role', label: w().admin.role, text: (p) => w().roles[p.role] },
    { key: 'organization', label: w().admin.organization, text: (p) => p.organization },
    { key: 'id', label: w().admin.number, text: (p) => p.id, num: true },
  ]
  const write = async () => {
    const keys = people.filter((p) => chosen.value.has(p.key)).map((p) => p.key)
    wrongs.value = keys.length === 0 ? [{ field: list[0] === undefined ? 'letters-filter' : `letter-${list[0].key}`, text: words.chooseFirst }] : []
    if (keys.length === 0) return
    let letters: MadeLetters | undefined
    const sure = await withFactor({ title: words.makeTitle(keys.length), text: words.makeText, go: words.make, act: async (factor) => { letters = await calls.invite({ keys, factor }) } })
    if (sure && letters !== undefined) made(letters)
  }
  if (people.length === 0) return <p class="mute">{words.notNone}</p>
  return (
    <>
      <p class="hint">{words.notText}</p>
      <Summary title={w().errors.title(wrongs.value.length)} wrongs={wrongs.value} />
      <div class="tools-row">
        <Field id="letters-filter" label={words.filter} value={filter.value} set={(v) => { filter.value = v }} more={{ autocomplete: 'off' }} />
        <span class="grow" /><span class="mute num" role="status">{w().admin.count(list.length, people.length)}</span>
        <SaveButton what="not-yet" cols={cols} rows={list} />
      </div>
      <DataTable label={words.not} cols={cols} rows={list} id={(p) => p.key} />
      <p class="ends"><button type="button" class="btn main" onClick={() => void write()}>{words.chosen(chosen.value.size)}</button></p>
    </>
  )
}

function Registrar({ made }: { made: (m: MadeLetters) => void }) {
  const words = o().letters
  const both = useAsked(async () => {
    const [rows, waiting] = await Promise.all([calls.roster(), calls.enrolments()])
    return { rows, waiting, people: notYet(rows, waiting) }
  })
  return (
    <Asked asked={both} label={words.title}>
      {({ rows, waiting, people }) => (
        <>
          <section class="block"><h2>{words.not}</h2><NotYet people={people} made={made} /></section>
          <section class="block stack-s">
            <h2>{words.waiting}</h2>
            <Note icon="lock"><p>{words.waitingText}</p></Note>
            <Waiting list={waiting} rows={rows} />
            <p class="ends"><button type="button" class="btn" onClick={both.again}>{o().again}</button></p>
          </section>
        </>
      )}
    </Asked>
  )
}

export function Invitations() {
  const words = o().letters
  const sponsors = useAsked(() => calls.sponsorships())
  const letters = useSignal<MadeLetters | undefined>(undefined)
  const said = useSignal<string | undefined>(undefined)
  const done = (text: string) => {
    said.value = text
    settled(text)
    sponsors.again()
  }
  if (letters.value !== undefined) return <Paper made={letters.value} end={() => { letters.value = undefined }} />
  return (
    <Page title={words.title}>
      <div class="blocks">
        <Done text={said.value} />
        <section class="block">
          <h2>{words.sponsor}</h2>
          <p class="hint">{words.sponsorText}</p>
          <Asked asked={sponsors} label={words.sponsor}>{(list) => <Sponsors list={list} done={done} />}</Asked>
        </section>
        {may(me.value?.role, 'POST /v1/invitations') && <Registrar made={(m) => { letters.value = m }} />}
      </div>
    </Page>
  )
}
