// The workspace of those who ask: navigators, counselors, brokers and their staff.

import { route } from '../state/route.ts'
import { Frame } from '../shell/frame.tsx'
import { Settings } from '../settings/settings.tsx'
import { Empty } from '../ui/note.tsx'
import { w } from '../words/words.ts'
import { List, NewButton } from './list.tsx'
import { NewQuestion } from './new.tsx'
import { Thread } from './thread.tsx'

function Desk() {
  const r = route.value
  const open = r.at === 'thread' ? r.thread : undefined
  const words = w().list
  return (
    <div class="panes" data-show={open === undefined ? 'list' : 'thread'}>
      <List open={open} />
      <main id="main" class="pane threadpane" tabIndex={-1}>
        {open === undefined ? <Empty icon="inbox" title={words.choose}><p>{words.chooseText}</p><NewButton /></Empty> : <Thread key={open} id={open} />}
      </main>
    </div>
  )
}

export function Assister() {
  const { at } = route.value
  return (
    <Frame>
      {at === 'settings' ? <Settings /> : at === 'new' ? <NewQuestion /> : <Desk />}
    </Frame>
  )
}
