// The windows over the desk: shortcuts, handing over, comparing numbers.

import { display } from '../state/display.ts'
import { actions } from '../state/shortcuts.ts'
import { thread } from '../state/thread.ts'
import { Dialog } from '../ui/dialog.tsx'
import { w } from '../words/words.ts'
import type { ComponentChildren } from 'preact'
import type { Id } from '../link/facts.ts'
import { d } from '../words/staff.ts'
import { about, rowOf, window_, type Desk } from './acts.ts'
import { Answering, answering } from './answers.tsx'
import { Calling, Spoke } from './calling.tsx'
import { Replies } from './saved.tsx'
import { Away } from './shift.tsx'
import { standings } from './pending.ts'
import { BulkSuggest, History, Moving, Splitting, Suggesting, Tying } from './passing.tsx'
import { Urgency, Waiting } from './waiting.tsx'
import { Closing, HandBack, HandOver } from './handing.tsx'
import { Palette } from './palette.tsx'
import { Safety } from './safety.tsx'

function shut(): void {
  window_.value = 'none'
}

function Help() {
  const words = w()
  const { shortcuts, keys } = display.value
  return (
    <Dialog title={words.help.title} shut={shut} closeWord={words.app.close}>
      <p class="mute">{shortcuts ? words.help.text : words.help.off}</p>
      {shortcuts && <dl class="keys">{actions.map((a) => <><dt><kbd>{keys[a]}</kbd></dt><dd>{words.acts[a]}</dd></>)}</dl>}
      <h3>{words.help.always}</h3>
      <dl class="keys">
        <dt><kbd>Enter</kbd></dt><dd>{words.help.open}</dd>
        <dt><kbd>Ctrl</kbd> <kbd>Enter</kbd></dt><dd>{words.help.send}</dd>
        <dt><kbd>Ctrl</kbd> <kbd>K</kbd></dt><dd>{words.acts.palette}</dd>
        <dt><kbd>Esc</kbd></dt><dd>{words.help.close}</dd>
      </dl>
    </Dialog>
  )
}

export function Windows() {
  const t = thread.value
  const words = w()
  switch (window_.value) {
    case 'help':
      return <Help />
    case 'palette':
      return <Palette />
    case 'transfer':
      return t === undefined ? null : <Dialog title={words.transfer.title} shut={shut} closeWord={words.app.close}><HandOver t={t} /></Dialog>
    case 'release':
      return t?.id === about.value ? <Dialog title={words.transfer.backTitle} shut={shut} closeWord={words.app.close}><HandBack t={t} /></Dialog> : null
    case 'close':
      return <Dialog title={words.closing.title} shut={shut} closeWord={words.app.close}><Closing id={about.value} /></Dialog>
    case 'safety':
      return t?.other === undefined ? null : <Safety person={t.other} shut={shut} />
    case 'bulk':
      return <Dialog title={d().suggest.title} shut={shut} closeWord={words.app.close}><BulkSuggest /></Dialog>
    case 'away':
      return <Dialog title={d().shift.title} shut={shut} closeWord={words.app.close}><Away /></Dialog>
    case 'none':
      return null
    default:
      return <DeskWindow which={window_.value} id={about.value} />
  }
}

/** Windows about a thread as work. */
function DeskWindow({ which, id }: { which: Desk; id: Id }) {
  const desk = d()
  const row = rowOf(id)
  const t = thread.value?.id === id ? thread.value : undefined
  const box = (title: string, inside: ComponentChildren) => <Dialog title={title} shut={shut} closeWord={w().app.close}>{inside}</Dialog>
  if (row === undefined) return null
  switch (which) {
    case 'wait':
      return box(w().acts.wait, <Waiting id={id} />)
    case 'urgent':
      return box(w().acts.urgent, <Urgency id={id} />)
    case 'suggest':
      return box(desk.suggest.title, <Suggesting ids={[id]} />)
    case 'tie':
      return box(desk.tie.title, <Tying row={row} />)
    case 'split':
      return t === undefined ? null : box(desk.split.title, <Splitting t={t} />)
    case 'move':
      return t === undefined ? null : box(desk.move.title, <Moving t={t} />)
    case 'call':
      return box(desk.call.title, <Calling row={row} />)
    case 'spoke':
      return box(desk.spoke.title, <Spoke id={id} />)
    case 'replies':
      return box(desk.saved.title, <Replies thread={id} />)
    case 'answer':
      return t === undefined ? null : box(desk.answers.forWho(standings(t.items).find((s) => s.consumer.id === answering.value)?.consumer.label ?? ''), <Answering t={t} />)
    case 'history':
      return box(desk.history.title, <History row={row} />)
    default:
      return null
  }
}
