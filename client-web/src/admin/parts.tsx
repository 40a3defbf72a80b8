// Parts that the places of the office share.

import type { ComponentChildren } from 'preact'
import type { AskedOnce } from '../state/asked.ts'
import { announce } from '../state/announce.ts'
import { Link } from '../shell/bar.tsx'
import type { OfficePage } from '../state/route.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icons.tsx'
import { Late } from '../ui/late.tsx'
import { Note } from '../ui/note.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { o } from '../words/office.ts'
import { w } from '../words/words.ts'

export function Page({ title, back, children }: { title: string; back?: { page: OfficePage; word: string }; children: ComponentChildren }) {
  return (
    <main id="main" class="page" tabIndex={-1}>
      <div class="in wide office">
        {back !== undefined && <p class="backrow"><Link to={{ at: 'office', page: back.page }} look="btn quiet" here={false}><Icon name="back" size={16} />{o().back(back.word)}</Link></p>}
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  )
}

/** What was asked for: words while it comes, why it did not come, or what came. */
export function Asked<T>({ asked, label, children }: { asked: AskedOnce<T>; label: string; children: (value: T) => ComponentChildren }) {
  return (
    <>
      {asked.failed !== undefined && (
        <>
          <Trouble {...asked.failed} />
          <p class="ends"><button type="button" class="btn" onClick={asked.again}>{o().again}</button></p>
        </>
      )}
      {asked.value === undefined && asked.failed === undefined && <Late label={label} words={o().loading} />}
      {asked.value !== undefined && children(asked.value)}
    </>
  )
}

/** Something was done: said aloud, and to be read until the next act. */
export function Done({ text }: { text: string | undefined }) {
  if (text === undefined) return null
  return <div class="done"><Note tone="good"><p>{text}</p></Note></div>
}

/**
 * After an act whose button goes: the focus goes to the page. The window of the
 * second step gives it back to that button when it closes, so this comes after.
 */
export function settled(text: string): void {
  announce(text)
  requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById('main')?.focus()))
}

interface SureProps {
  title: string
  text: string
  go: string
  act: () => void
  shut: () => void
}

/** Asks once more, without a second step. Escape and the first focus leave things as they are. */
export function Sure({ title, text, go, act, shut }: SureProps) {
  return (
    <Dialog title={title} shut={shut} closeWord={w().app.close}>
      <p>{text}</p>
      <div class="ends">
        <button type="button" class="btn danger" onClick={act}>{go}</button>
        <button type="button" class="btn" autofocus onClick={shut}>{w().app.cancel}</button>
      </div>
    </Dialog>
  )
}
