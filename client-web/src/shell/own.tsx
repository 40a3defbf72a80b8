// "Was this you?": a change in the own account that was not made on this device.
// Nothing is sent until it is answered, so it stands before everything else.

import { useSignal } from '@preact/signals'
import { house } from '../state/house.ts'
import { calls } from '../state/link.ts'
import { own } from '../state/own.ts'
import { sentence } from '../state/problem.ts'
import { go } from '../state/route.ts'
import { when } from '../state/time.ts'
import { tellTrouble } from '../state/trouble.ts'
import { Icon } from '../ui/icons.tsx'
import { Note } from '../ui/note.tsx'
import { w } from '../words/words.ts'

const shownID = 6

function NotMe({ leave }: { leave: () => void }) {
  const words = w().own
  return (
    <div class="stack">
      <h2>{words.noTitle}</h2>
      <ol class="todo"><li><span>{words.no1}</span></li><li><span>{words.no2}</span></li><li><span>{words.no3}</span></li></ol>
      {house.value !== undefined && house.value.urgentPhone !== '' && <Note icon="phone"><p>{words.callNumber(house.value.urgentPhone)}</p><p class="small">{house.value.urgentHours}</p></Note>}
      <div class="ends"><button type="button" class="btn main" onClick={leave}>{words.openSettings}</button></div>
    </div>
  )
}

export function WasThisYou({ leave }: { leave: () => void }) {
  const words = w().own
  const no = useSignal(false)
  const confirm = () => calls.confirmOwn(own.value.map((c) => c.id)).catch((error: unknown) => tellTrouble(sentence(error)))
  const settings = () => {
    go({ at: 'settings', page: 'devices' })
    leave()
  }
  return (
    <main id="main" class="page" tabIndex={-1}>
      <div class="in">
        <section class="sheet wide">
          <h1>{words.title}</h1>
          <p class="lead">{words.text}</p>
          <ul class="rows">
            {own.value.map((c) => (
              <li key={c.id}>
                <Icon name={c.what === 'device-removed' || c.what === 'device-added' ? 'device' : 'lock'} size={22} />
                <div class="grow"><b>{words[c.what]}</b><span class="mute small">{when(c.at)} · {words.device(c.device.slice(0, shownID))}</span></div>
              </li>
            ))}
          </ul>
          {no.value ? <NotMe leave={settings} /> : (
            <div class="ends">
              <button type="button" class="btn danger tall" onClick={() => { no.value = true }}>{words.no}</button>
              <button type="button" class="btn tall" onClick={() => void confirm()}>{words.yes}</button>
            </div>
          )}
        </section>
      </div>
    </main>
  )
}
