// The windows over the desk: shortcuts, handing over, comparing numbers.

import { display } from '../state/display.ts'
import { actions } from '../state/shortcuts.ts'
import { thread } from '../state/thread.ts'
import { Dialog } from '../ui/dialog.tsx'
import { w } from '../words/words.ts'
import { about, window_ } from './acts.ts'
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
    default:
      return null
  }
}
