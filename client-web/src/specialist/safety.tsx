// Comparing safety numbers: read aloud by phone, or scanned side by side.

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Person } from '../link/facts.ts'
import { house } from '../state/house.ts'
import { calls } from '../state/link.ts'
import { told, type Told } from '../state/problem.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Note } from '../ui/note.tsx'
import { Qr } from '../ui/qr.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { w } from '../words/words.ts'

const groupLength = 5
const perLine = 3

/** 60 digits as lines of three groups of five. */
export function linesOf(number: string): string[][] {
  const groups = number.replace(/\D/g, '').match(new RegExp(`\\d{1,${groupLength}}`, 'g')) ?? []
  return Array.from({ length: Math.ceil(groups.length / perLine) }, (_, i) => groups.slice(i * perLine, (i + 1) * perLine))
}

function Digits({ number }: { number: string }) {
  return (
    <ol class="safety">
      {linesOf(number).map((line, i) => (
        <li key={i} aria-label={`${w().safety.line(i + 1)}: ${line.map((g) => [...g].join(' ')).join(', ')}`}>{line.map((g, k) => <span key={k} aria-hidden="true">{g}</span>)}</li>
      ))}
    </ol>
  )
}

export function Safety({ person, shut }: { person: Person; shut: () => void }) {
  const words = w()
  const s = words.safety
  const got = useSignal<{ name: string; number: string; qr: string } | undefined>(undefined)
  const failed = useSignal<Told | undefined>(undefined)
  const said = useSignal<'none' | 'match' | 'differ'>('none')
  useEffect(() => {
    calls.safety(person.account).then((g) => { got.value = g }, (error: unknown) => { failed.value = told(error) })
  }, [])
  return (
    <Dialog title={s.title(person.name)} shut={shut} closeWord={words.app.close} look="wide">
      <div class="stack">
        {failed.value !== undefined && <Trouble {...failed.value} />}
        {said.value === 'match' && <div role="status"><Note tone="good" icon="shield"><p><b>{s.matched(person.name)}</b></p></Note></div>}
        {said.value === 'differ' && <div role="alert"><Note tone="bad"><p><b>{s.stop}</b></p><p>{s.stopText}</p>{house.value !== undefined && house.value.urgentPhone !== '' && <p>{words.own.callNumber(house.value.urgentPhone)}</p>}</Note></div>}
        {said.value === 'none' && got.value !== undefined && (
          <>
            <p>{s.text}</p>
            <p class="mute small">{s.call}</p>
            <p><b>{s.script(person.name)}</b></p>
            <Digits number={got.value.number} />
            <details><summary>{s.qr}</summary><Qr text={got.value.qr} label={s.qr} /></details>
            <div class="ends">
              <button type="button" class="btn danger" onClick={() => { said.value = 'differ' }}>{s.differ}</button>
              <button type="button" class="btn" onClick={() => { said.value = 'match' }}>{s.match}</button>
            </div>
          </>
        )}
        {said.value !== 'none' && <div class="ends"><button type="button" class="btn main" onClick={shut}>{words.app.done}</button></div>}
      </div>
    </Dialog>
  )
}
