// The workspace of those who ask: navigators, counselors, brokers and their staff.

import { route } from '../state/route.ts'
import { rows } from '../state/rows.ts'
import { Link } from '../shell/bar.tsx'
import { Frame, NotFound } from '../shell/frame.tsx'
import { Settings } from '../settings/settings.tsx'
import { Empty } from '../ui/note.tsx'
import { ask } from '../words/asking.ts'
import { w } from '../words/words.ts'
import { Cases } from './cases.tsx'
import { List } from './list.tsx'
import { NewQuestion } from './new.tsx'
import { Thread } from './thread.tsx'

function Desk() {
  const r = route.value
  const open = r.at === 'thread' ? r.thread : undefined
  const words = w().list
  // Whoever has asked nothing yet is told what to do in the list, once.
  const asked = (rows.value?.length ?? 0) > 0
  return (
    <main id="main" class="panes" tabIndex={-1} data-show={open === undefined ? 'list' : 'thread'}>
      <List open={open} />
      <section class="pane threadpane" tabIndex={-1} aria-label={words.choice}>
        {open !== undefined ? <Thread key={open} id={open} /> : asked && <Empty icon="inbox" title={words.choose}><p>{words.chooseText}</p></Empty>}
      </section>
    </main>
  )
}

/** Between what was asked and where the cases stand. */
function Tabs() {
  const { at } = route.value
  const words = ask().cases
  return (
    <nav class="lines" aria-label={w().app.menu}>
      <Link to={{ at: 'home' }} look="tab" here={at === 'home' || at === 'thread' || at === 'new'}>{words.nav}</Link>
      <Link to={{ at: 'cases' }} look="tab" here={at === 'cases'}>{words.title}</Link>
    </nav>
  )
}

export function Assister() {
  const { at } = route.value
  return (
    <Frame nav={<Tabs />}>
      {at === 'settings' ? <Settings /> : at === 'new' ? <NewQuestion /> : at === 'cases' ? <Cases /> : at === 'home' || at === 'thread' ? <Desk /> : <NotFound />}
    </Frame>
  )
}
