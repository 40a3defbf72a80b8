// The windows over the desk: shortcuts, handing over, comparing numbers.

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Person, ThreadFact } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { display } from '../state/display.ts'
import { best } from '../state/fuzzy.ts'
import { calls } from '../state/link.ts'
import { me } from '../state/me.ts'
import { told, type Told } from '../state/problem.ts'
import { actions } from '../state/shortcuts.ts'
import { thread } from '../state/thread.ts'
import { roleOf } from '../talk/people.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Note } from '../ui/note.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { w } from '../words/words.ts'
import { window_ } from './acts.ts'
import { Palette } from './palette.tsx'
import { Safety } from './safety.tsx'

const most = 50

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
      <h3 class="small">{words.help.always}</h3>
      <dl class="keys">
        <dt><kbd>Enter</kbd></dt><dd>{words.help.open}</dd>
        <dt><kbd>Ctrl</kbd> <kbd>Enter</kbd></dt><dd>{words.help.send}</dd>
        <dt><kbd>Ctrl</kbd> <kbd>K</kbd></dt><dd>{words.acts.palette}</dd>
        <dt><kbd>Esc</kbd></dt><dd>{words.help.close}</dd>
      </dl>
    </Dialog>
  )
}

function usePeople(t: ThreadFact): Person[] | undefined {
  const found = useSignal<Person[] | undefined>(undefined)
  useEffect(() => {
    calls.people(t.row.line).then((l) => {
      found.value = l.filter((p) => p.account !== me.value?.account && (p.role === 'specialist' || p.role === 'lead'))
    }, () => {
      found.value = []
    })
  }, [])
  return found.value
}

function TransferForm({ t }: { t: ThreadFact }) {
  const words = w()
  const people = usePeople(t)
  const text = useSignal('')
  const to = useSignal<Person | undefined>(undefined)
  const failed = useSignal<Told | undefined>(undefined)
  const offer = () => {
    const p = to.value
    if (p === undefined) return
    calls.transfer({ thread: t.id, to: p.account }).then(() => {
      shut()
      announce(words.transfer.done(p.name))
    }, (error: unknown) => {
      failed.value = told(error)
    })
  }
  if (people === undefined) return <p role="status">{words.app.loading}</p>
  if (people.length === 0) return <p>{words.transfer.none}</p>
  return (
    <div class="stack">
      {failed.value !== undefined && <Trouble {...failed.value} />}
      {people.length > 6 && <Field id="transfer-find" label={words.transfer.find} value={text.value} set={(v) => { text.value = v }} more={{ autocomplete: 'off' }} />}
      <fieldset>
        <legend class="small"><b>{words.transfer.to}</b></legend>
        <div class="choices picklist">
          {best(text.value, people, (p) => p.name, most).map((p) => (
            <label class="choice" key={p.account}>
              <input type="radio" name="transfer-to" checked={to.value?.account === p.account} onChange={() => { to.value = p }} />
              <span><b>{p.name}</b><span>{roleOf(p)}</span></span>
            </label>
          ))}
        </div>
      </fieldset>
      {to.value !== undefined && <Note icon="eye"><p>{words.transfer.after(to.value.name)}</p></Note>}
      <div class="ends">
        <button type="button" class="btn" onClick={shut}>{words.app.cancel}</button>
        <button type="button" class="btn main" disabled={to.value === undefined} onClick={offer}>{words.transfer.go}</button>
      </div>
    </div>
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
      return t === undefined ? null : <Dialog title={words.transfer.title} shut={shut} closeWord={words.app.close}><TransferForm t={t} /></Dialog>
    case 'safety':
      return t?.other === undefined ? null : <Safety person={t.other} shut={shut} />
    default:
      return null
  }
}
