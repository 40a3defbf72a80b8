// Letters that were just made: shown once, one page each on paper. The browser
// made the codes and keeps none of them.

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { MadeLetter, MadeLetters } from '../link/office.ts'
import { announce } from '../state/announce.ts'
import { when } from '../state/time.ts'
import { Icon } from '../ui/icons.tsx'
import { Note } from '../ui/note.tsx'
import { Qr } from '../ui/qr.tsx'
import { o } from '../words/office.ts'
import { fileName, save } from './csv.ts'
import { Sure } from './parts.tsx'

function Sheet({ letter, made }: { letter: MadeLetter; made: MadeLetters }) {
  const words = o().paper
  return (
    <article class="paper">
      <h2>{words.title(made.agency)}</h2>
      <p>{words.dear(letter.name)}</p>
      <p>{words.text(when(letter.expires))}</p>
      <dl class="sheetfacts">
        <div><dt>{words.name}</dt><dd>{letter.login}</dd></div>
        <div><dt>{words.address}</dt><dd class="address">{letter.link}</dd></div>
        <div><dt>{words.code}</dt><dd class="papercode">{letter.code}</dd></div>
      </dl>
      <Qr text={letter.link} label={words.qr} />
      <h3>{words.need}</h3>
      <ol class="bullets">{words.needs.map((x) => <li key={x}>{x}</li>)}</ol>
      <h3>{words.steps}</h3>
      <ol class="bullets">{words.does.map((x) => <li key={x}>{x}</li>)}</ol>
      <p>{words.never}</p>
      <p>{words.mark} <span class="address">{made.mark}</span></p>
    </article>
  )
}

export function Paper({ made, end }: { made: MadeLetters; end: () => void }) {
  const words = o().letters
  const heading = useRef<HTMLHeadingElement>(null)
  const saved = useSignal(false)
  const leaving = useSignal(false)
  useEffect(() => heading.current?.focus(), [])
  const file = () => {
    save(made.file, fileName('invitations', 'json'), 'application/json')
    saved.value = true
    announce(words.fileSaved)
  }
  return (
    <main id="main" class="page papers" tabIndex={-1}>
      <div class="in wide">
        <div class="noprint stack-s">
          <h1 ref={heading} tabIndex={-1}>{words.made(made.letters.length)}</h1>
          <Note tone="warn"><p>{words.madeText}</p><p>{words.needSponsor}</p></Note>
          <section class="block">
            <p>{words.fileText}</p>
            <div class="ends">
              <button type="button" class="btn" onClick={file}><Icon name="file" size={16} />{words.file}</button>
              <button type="button" class="btn main" onClick={() => print()}><Icon name="print" size={16} />{words.print}</button>
            </div>
            {saved.value && <p class="small" role="status">{words.fileSaved}</p>}
          </section>
        </div>
        {made.letters.map((l) => <Sheet key={l.code} letter={l} made={made} />)}
        <p class="ends noprint"><button type="button" class="btn" onClick={() => { leaving.value = true }}>{words.done}</button></p>
        {leaving.value && <Sure title={words.leave} text={words.leaveText} go={words.leaveYes} act={end} shut={() => { leaving.value = false }} />}
      </div>
    </main>
  )
}
