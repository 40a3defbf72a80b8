// What a lead or the registrar tells assisters, and how many have read it.

import { useSignal } from '@preact/signals'
import type { News } from '../link/desk.ts'
import type { Role } from '../wire/gen.ts'
import { useAsked } from '../state/asked.ts'
import { withFactor } from '../state/factor.ts'
import { calls } from '../state/link.ts'
import { when } from '../state/time.ts'
import { Area, Check, Field } from '../ui/field.tsx'
import { Note } from '../ui/note.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { news } from '../words/news.ts'
import { w } from '../words/words.ts'
import { Asked, Done, Page, settled } from './parts.tsx'

const roles: readonly Role[] = ['navigator', 'cac', 'broker', 'support']

/** The beginning of a day as a date field gives it, in milliseconds; undefined where it gives none. */
function dayOf(text: string): number | undefined {
  const at = new Date(`${text}T00:00`).getTime()
  return Number.isNaN(at) ? undefined : at
}

const wholeDay = 24 * 3_600_000

function Make({ made }: { made: () => void }) {
  const words = news().make
  const title = useSignal('')
  const text = useSignal('')
  const to = useSignal<ReadonlySet<Role>>(new Set())
  const organization = useSignal('')
  const begins = useSignal('')
  const ends = useSignal('')
  const wrongs = useSignal<Wrong[]>([])
  const send = async (e: Event) => {
    e.preventDefault()
    const from = dayOf(begins.value) ?? Date.now()
    const last = dayOf(ends.value)
    const wrong: Wrong[] = []
    if (title.value.trim() === '') wrong.push({ field: 'news-title', text: words.noTitle })
    if (text.value.trim() === '') wrong.push({ field: 'news-text', text: words.noText })
    if (last === undefined || last + wholeDay <= from) wrong.push({ field: 'news-ends', text: words.noEnd })
    wrongs.value = wrong
    if (wrong.length > 0 || last === undefined) return
    const sure = await withFactor({
      title: words.title, text: words.open, go: words.send,
      act: (factor) => calls.announce({ news: { from, until: last + wholeDay, roles: [...to.value], organization: organization.value.trim(), title: title.value.trim(), text: text.value }, factor }),
    })
    if (!sure) return
    for (const field of [title, text, organization, begins, ends]) field.value = ''
    made()
  }
  const wrong = (id: string) => wrongs.value.find((x) => x.field === id)?.text
  const choose = (role: Role, on: boolean) => { to.value = new Set(on ? [...to.value, role] : [...to.value].filter((r) => r !== role)) }
  return (
    <form class="block stack" onSubmit={(e) => void send(e)} noValidate>
      <h2>{words.title}</h2>
      <Summary title={w().errors.title(wrongs.value.length)} wrongs={wrongs.value} />
      <Note icon="eye"><p>{words.open}</p></Note>
      <Field id="news-title" label={words.name} value={title.value} set={(v) => { title.value = v }} wrong={wrong('news-title')} more={{ maxLength: 100 }} />
      <Area id="news-text" label={words.text} value={text.value} set={(v) => { text.value = v }} wrong={wrong('news-text')} more={{ rows: 6, maxLength: 4000 }} />
      <fieldset>
        <legend>{words.who}</legend>
        {roles.map((r) => <Check key={r} id={`news-${r}`} label={w().roles[r]} on={to.value.has(r)} set={(on) => choose(r, on)} />)}
        {to.value.size === 0 && <p class="mute small">{words.all}</p>}
      </fieldset>
      <Field id="news-organization" label={words.organization} hint={words.organizationHint} value={organization.value} set={(v) => { organization.value = v }} />
      <Field id="news-begins" label={words.begins} hint={words.beginsHint} value={begins.value} set={(v) => { begins.value = v }} more={{ type: 'date' }} />
      <Field id="news-ends" label={words.ends} value={ends.value} set={(v) => { ends.value = v }} wrong={wrong('news-ends')} more={{ type: 'date' }} />
      <p class="ends"><button type="submit" class="btn main">{words.send}</button></p>
    </form>
  )
}

function One({ x, changed }: { x: News; changed: () => void }) {
  const words = news().list
  const to = x.roles.length === 0 ? news().make.all : x.roles.map((r) => w().roles[r as Role]).join(', ')
  const withdraw = async () => {
    if (await withFactor({ title: words.withdraw, text: words.withdrawAsk, go: words.withdraw, danger: true, act: (factor) => calls.withdrawAnnouncement({ id: x.id, factor }) })) changed()
  }
  return (
    <li>
      <div class="grow">
        <b>{x.title}</b>
        <span class="mute small broad">{words.for(x.organization === '' ? to : `${to}, ${x.organization}`)} · {words.shown(when(x.from), when(x.until))}</span>
        <span class="small broad">{x.withdrawn ? words.withdrawn : words.reads(x.reads)}</span>
      </div>
      {!x.withdrawn && <button type="button" class="btn danger" onClick={() => void withdraw()}>{words.withdraw}<span class="unseen"> {x.title}</span></button>}
    </li>
  )
}

export function AnnouncementsPage() {
  const asked = useAsked(() => calls.announcements())
  const done = useSignal<string | undefined>(undefined)
  const changed = (text: string) => {
    done.value = text
    settled(text)
    asked.again()
  }
  return (
    <Page title={news().title}>
      <Done text={done.value} />
      <Asked asked={asked} label={news().title}>
        {(all) => all.length === 0 ? <p class="mute">{news().none}</p> : <ul class="rows">{all.map((x) => <One key={x.id} x={x} changed={() => changed(news().list.withdrawn)} />)}</ul>}
      </Asked>
      <Make made={() => changed(news().make.done)} />
    </Page>
  )
}
