// The workspace of those who look after people: registrar, agency administrator,
// lead, auditor. What somebody may not do has no tab and no button.

import { useEffect, useRef } from 'preact/hooks'
import { Settings } from '../settings/settings.tsx'
import { Link } from '../shell/bar.tsx'
import { Frame, NotFound } from '../shell/frame.tsx'
import { me, workspaceOf } from '../state/me.ts'
import { route, type OfficePage } from '../state/route.ts'
import { Note } from '../ui/note.tsx'
import { news } from '../words/news.ts'
import { o } from '../words/office.ts'
import { w } from '../words/words.ts'
import { AnnouncementsPage } from './announcements.tsx'
import { Invitations } from './letters.tsx'
import { LinePage, Lines } from './lines.tsx'
import { LogPage } from './log.tsx'
import { placesOf } from './may.ts'
import { Page } from './parts.tsx'
import { People } from './people.tsx'
import { PersonPage } from './person.tsx'
import { Returns } from './returns.tsx'
import { RosterPage } from './roster.tsx'

/** Where somebody is: the first of their places where the address names none. */
function placeNow(): { page: OfficePage; item?: string } | 'settings' | 'nothing' | undefined {
  const r = route.value
  const places = placesOf(me.value?.role)
  if (r.at === 'settings') return 'settings'
  if (r.at === 'home') return places[0] === undefined ? 'nothing' : { page: places[0] }
  return r.at === 'office' && places.includes(r.page) ? r : undefined
}

function Place({ page, item }: { page: OfficePage; item?: string }) {
  switch (page) {
    case 'people':
      return item === undefined ? <People /> : <PersonPage key={item} row={item} />
    case 'invitations':
      return <Invitations />
    case 'roster':
      return <RosterPage />
    case 'lines':
      return item === undefined ? <Lines /> : <LinePage key={item} id={item} />
    case 'announcements':
      return <AnnouncementsPage />
    case 'returns':
      return <Returns />
    case 'log':
      return <LogPage />
  }
}

export function Admin() {
  const words = o().tabs
  const now = placeNow()
  const tabs = useRef<HTMLElement>(null)
  const page = typeof now === 'object' ? now.page : ''
  // Six tabs are wider than a telephone: the one in use is shown whole.
  useEffect(() => tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' }), [page])
  const names = { people: words.people, invitations: words.letters, roster: words.roster, lines: words.lines, announcements: news().title, returns: words.returns, log: words.log }
  const nav = (
    <nav class="lines" ref={tabs} aria-label={w().app.menu}>
      {workspaceOf(me.value) === 'specialist' && <Link to={{ at: 'home' }} look="tab" here={false}>{words.threads}</Link>}
      {placesOf(me.value?.role).map((p) => <Link key={p} to={{ at: 'office', page: p }} look="tab" here={page === p}>{names[p]}</Link>)}
    </nav>
  )
  return <Frame nav={nav}>{now === 'settings' ? <Settings /> : now === 'nothing' ? <Page title={w().roles[me.value?.role ?? 'records']}><Note icon="info"><p>{o().none}</p></Note></Page> : now === undefined ? <NotFound /> : <Place {...now} />}</Frame>
}
