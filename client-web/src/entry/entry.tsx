// Everything before one is signed in, and the moment after setting up.

import type { Phase } from '../link/facts.ts'
import { enrolling } from '../state/enrolling.ts'
import { me } from '../state/me.ts'
import { phase } from '../state/phase.ts'
import { go, letterInAddress, route } from '../state/route.ts'
import { Icon } from '../ui/icons.tsx'
import { Late } from '../ui/late.tsx'
import { Note } from '../ui/note.tsx'
import { w } from '../words/words.ts'
import { Door, Sheet } from './door.tsx'
import { Recover } from './recover.tsx'
import { Second } from './second.tsx'
import { Setup } from './setup.tsx'
import { SignIn } from './signin.tsx'

function Starting() {
  const words = w()
  return <Sheet title={words.entry.starting}><p class="lead">{words.entry.startingText}</p><Late label={words.entry.starting} words={words.app.stillLoading} /></Sheet>
}

function Unusable() {
  const words = w().entry
  const { why } = phase.value
  const text = why === 'private' ? [words.unusablePrivate, words.unusableDoPrivate] : why === 'crypto' ? [words.unusableCrypto, words.unusableDoCrypto] : [words.unusableStorage, words.unusableDoStorage]
  return (
    <Sheet title={words.unusable}>
      <p class="lead">{text[0]}</p>
      <Note icon="info"><p><b>{words.unusableDo}</b></p><p>{text[1]}</p></Note>
      <div class="ends"><button type="button" class="btn main tall" onClick={() => location.reload()}>{words.again}</button><a class="btn tall" href="/old.html">{words.which3}</a></div>
    </Sheet>
  )
}

function Which() {
  const words = w().entry
  return (
    <Sheet title={words.welcome}>
      <p class="lead">{words.welcomeText}</p>
      <h2>{words.which}</h2>
      <p class="mute">{words.which2}</p>
      <div class="stack-s stack">
        <button type="button" class="bigchoice" onClick={() => go({ at: 'setup' })}><Icon name="letter" size={24} /><span><b>{words.haveLetter}</b><span>{words.haveLetterText}</span></span><Icon name="next" size={16} /></button>
        <button type="button" class="bigchoice" onClick={() => go({ at: 'add' })}><Icon name="device" size={24} /><span><b>{words.second}</b><span>{words.secondText}</span></span><Icon name="next" size={16} /></button>
        <button type="button" class="bigchoice" onClick={() => go({ at: 'recover' })}><Icon name="archive" size={24} /><span><b>{w().recover.choice}</b><span>{w().recover.choiceText}</span></span><Icon name="next" size={16} /></button>
      </div>
    </Sheet>
  )
}

/** Set up, and the registrar has still to say that it is really them. */
function Waiting() {
  const words = w().setup
  return (
    <Sheet title={words.waiting}>
      <p class="lead">{words.waitingText}</p>
      <h2>{words.doneNext}</h2>
      <ol class="todo"><li><span>{words.doneNext1}</span></li><li><span>{words.doneNext2}</span></li><li><span>{words.doneNext3}</span></li></ol>
    </Sheet>
  )
}

function Inside({ at }: { at: Phase }) {
  if (at === 'starting') return <Starting />
  if (at === 'unusable') return <Unusable />
  if (route.value.at === 'recover' && (at === 'new' || enrolling.value)) return <Recover />
  if (at === 'app' || enrolling.value) return <Setup />
  if (at === 'new') return route.value.at === 'setup' || letterInAddress !== '' ? <Setup /> : route.value.at === 'add' ? <Second /> : <Which />
  if (at === 'signed-out') return <SignIn />
  return me.value === undefined ? <Starting /> : <Waiting />
}

export function Entry() {
  return <Door><Inside at={phase.value.phase} /></Door>
}
