// The heading of the open thread. Opening a thread gives it the focus, as soon
// as it is there, so that reading and single letters go on from it.

import { useEffect, useRef } from 'preact/hooks'
import { w } from '../words/words.ts'

const id = 'thread-title'
let wanted = false

/** Asks for the focus on the heading of the thread that is being opened. */
export function wantTitle(): void {
  wanted = true
  // The old heading goes before the new one comes: the part around both holds the focus meanwhile.
  const part = document.querySelector<HTMLElement>('.threadpane')
  if (part?.contains(document.activeElement) === true) part.focus({ preventScroll: true })
}

/** Gives the focus to the heading that is on the screen. */
export function focusTitle(): void {
  document.getElementById(id)?.focus()
}

export function Title({ subject }: { subject: string | undefined }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (!wanted) return
    wanted = false
    heading.current?.focus()
  }, [])
  return <h1 id={id} ref={heading} tabIndex={-1}>{subject ?? w().list.sealed}</h1>
}
