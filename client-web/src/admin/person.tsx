// One person: who they are, what they use and reach, and what can be done.

import { useSignal } from '@preact/signals'
import type { OfficeAccount } from '../link/office.ts'
import type { PersonRow } from '../wire/gen.ts'
import { useAsked } from '../state/asked.ts'
import { serviceMinute } from '../state/clock.ts'
import { withFactor } from '../state/factor.ts'
import { calls } from '../state/link.ts'
import { me } from '../state/me.ts'
import { told, type Told } from '../state/problem.ts'
import { date, full } from '../state/time.ts'
import { Icon } from '../ui/icons.tsx'
import { Note } from '../ui/note.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { o } from '../words/office.ts'
import { w } from '../words/words.ts'
import { may } from './may.ts'
import { Asked, Done, Page, settled, Sure } from './parts.tsx'
import { stateWord } from './people.tsx'
import { daysTo, standingOf } from './standing.ts'

const shownID = 6

function endWords(until: number): string {
  const words = o().person
  if (until === 0) return words.noEnd
  const days = daysTo(until, serviceMinute())
  return `${words.until(date(until))} ${days > 0 ? words.left(days) : days === 0 ? words.today : words.past(-days)}`
}

function Facts({ p }: { p: PersonRow }) {
  const words = w()
  const rows: [string, string][] = [
    [words.admin.standing, o().standing[standingOf(p)]], [words.admin.role, words.roles[p.role]], [words.admin.organization, p.organization], [words.admin.number, p.id], [o().person.login, p.login],
    [words.admin.state, stateWord(p.state)], [o().person.certified, endWords(p.until)], [o().person.proofing, p.proofing],
  ]
  return (
    <section class="block">
      <h2>{o().person.facts}</h2>
      <dl class="sheetfacts">{rows.filter(([, v]) => v !== '').map(([k, v]) => <div key={k}><dt>{k}</dt><dd>{v}</dd></div>)}</dl>
      <p class="hint">{o().person.changeRole}</p>
    </section>
  )
}

function Devices({ account }: { account: OfficeAccount }) {
  const words = o().person
  return (
    <section class="block">
      <h2>{words.devices}</h2>
      <ul class="rows">
        {account.devices.map((d) => (
          <li key={d.id}>
            <Icon name="device" size={22} />
            <div class="grow">
              <b>{words.device(d.id.slice(0, shownID))}{d.removed === undefined && <span class="tag good">{words.inUse}</span>}</b>
              <span class="mute small">{words.added(full(d.added))}</span>
              {d.removed !== undefined && <span class="mute small">{words.removed(full(d.removed))}</span>}
            </div>
          </li>
        ))}
      </ul>
      {account.devices.length === 0 ? <p class="mute">{words.devicesNone}</p> : <p class="hint">{words.devicesHow}</p>}
    </section>
  )
}

function LinesOf({ p, account }: { p: PersonRow; account: OfficeAccount }) {
  const words = o().person
  const works = account.lines.map((l) => (l.leads ? `${l.name} (${words.leads})` : l.name)).join(', ')
  return (
    <section class="block">
      <h2>{words.lines}</h2>
      <dl class="sheetfacts">
        <div><dt>{words.reach}</dt><dd>{p.lines.length === 0 ? words.none : p.lines.join(', ').toUpperCase()}</dd></div>
        {works !== '' && <div><dt>{words.works}</dt><dd>{works}</dd></div>}
      </dl>
    </section>
  )
}

function Acts({ p, done }: { p: PersonRow; done: (text: string) => void }) {
  const words = o().person
  const asking = useSignal(false)
  const failed = useSignal<Told | undefined>(undefined)
  const { account } = p
  const role = me.value?.role
  if (account === undefined) return null
  const signOut = () => {
    asking.value = false
    failed.value = undefined
    calls.signOutPerson(account).then(() => done(words.signedOut(p.name)), (error: unknown) => { failed.value = told(error) })
  }
  const suspend = async () => {
    // How many threads end is asked now, not when the page was opened.
    const row = await calls.personRow(p.key).catch(() => undefined)
    const sure = await withFactor({
      title: words.suspendTitle(p.name), text: words.suspendText(p.name, row?.threads ?? p.threads ?? 0), go: words.suspend, danger: true, act: (factor) => calls.inactivate({ account, factor }),
    })
    if (sure) done(words.suspended(p.name))
  }
  const self = account === me.value?.account
  const barred = ['inactivated', 'suspended', 'ended'].includes(p.state)
  return (
    <>
      {failed.value !== undefined && <Trouble {...failed.value} />}
      {may(role, 'POST /v1/people/{account}/sign-out') && !barred && (
        <section class="block">
          <h2>{words.acts}</h2>
          <div class="set"><p>{words.signOutText(p.name)}</p><button type="button" class="btn" onClick={() => { asking.value = true }}>{words.signOut}</button></div>
        </section>
      )}
      {may(role, 'POST /v1/people/{account}/inactivate') && !barred && (
        <section class="block">
          <h2>{words.danger}</h2>
          {self ? <p class="mute">{words.self}</p> : <div class="set"><p>{words.suspendHint}</p><button type="button" class="btn danger" onClick={() => void suspend()}>{words.suspend}</button></div>}
        </section>
      )}
      {asking.value && <Sure title={`${words.signOut}?`} text={words.signOutText(p.name)} go={words.signOut} act={signOut} shut={() => { asking.value = false }} />}
    </>
  )
}

function Known({ p, again }: { p: PersonRow; again: () => void }) {
  const account = useAsked<OfficeAccount>(() => (p.account === undefined ? Promise.resolve({ devices: [], lines: [] }) : calls.officeAccount(p.account)))
  const said = useSignal<string | undefined>(undefined)
  const done = (text: string) => {
    said.value = text
    settled(text)
    again()
  }
  return (
    <div class="blocks">
      <Done text={said.value} />
      <Facts p={p} />
      <Asked asked={account} label={o().person.devices}>{(a) => <><LinesOf p={p} account={a} /><Devices account={a} /></>}</Asked>
      <Acts p={p} done={done} />
    </div>
  )
}

export function PersonPage({ row }: { row: string }) {
  const person = useAsked(async () => ({ row: await calls.personRow(row) }))
  const name = person.value?.row?.name
  return (
    <Page title={name ?? w().admin.people} back={{ page: 'people', word: o().tabs.people }}>
      <Asked asked={person} label={w().admin.people}>
        {({ row: p }) => (p === undefined ? <Note icon="info"><p>{o().person.gone}</p></Note> : <Known p={p} again={person.again} />)}
      </Asked>
    </Page>
  )
}
