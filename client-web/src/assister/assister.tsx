// The workspace of those who ask: navigators, counselors, brokers and their staff.

import { route } from '../state/route.ts'
import { rows } from '../state/rows.ts'
import { Frame, NotFound } from '../shell/frame.tsx'
import { Settings } from '../settings/settings.tsx'
import { Empty } from '../ui/note.tsx'
import { w } from '../words/words.ts'
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

export function Assister() {
  const { at } = route.value
  return (
    <Frame>
      {at === 'settings' ? <Settings /> : at === 'new' ? <NewQuestion /> : at === 'home' || at === 'thread' ? <Desk /> : <NotFound />}
    </Frame>
  )
}
