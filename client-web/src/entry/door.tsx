// What every screen before signing in stands in.

import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Languages } from '../shell/langs.tsx'
import { house } from '../state/house.ts'
import { calls } from '../state/link.ts'
import { phase } from '../state/phase.ts'
import { Wordmark } from '../ui/icons.tsx'
import { w } from '../words/words.ts'

export function Door({ children }: { children: ComponentChildren }) {
  const words = w()
  const signedIn = phase.value.phase === 'signed-in'
  return (
    <div class="door">
      <header>
        <span class="mark"><Wordmark />{words.app.name}</span>
        <div class="row doorset">
          {signedIn && <button type="button" class="btn quiet" onClick={() => void calls.signOut().catch(() => location.reload())}>{words.app.signOut}</button>}
          <Languages />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <footer>{house.value !== undefined && house.value.urgentPhone !== '' && <>{words.thread.urgent} {words.own.callNumber(house.value.urgentPhone)}, {house.value.urgentHours}</>}</footer>
    </div>
  )
}

/** One sheet of paper with a heading; a new one takes the focus, as a new page would. */
export function Sheet({ title, step, wide, children }: { title: string; step?: { at: number; of: number }; wide?: boolean; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const words = w()
  useEffect(() => {
    if (step !== undefined) heading.current?.focus()
  }, [title])
  return (
    <section class={wide === true ? 'sheet wide' : 'sheet'}>
      {step !== undefined && (
        <>
          <p class="step">{words.app.steps(step.at, step.of)}</p>
          <div class="stepline" aria-hidden="true">{Array.from({ length: step.of }, (_, i) => <i key={i} class={i < step.at ? 'done' : ''} />)}</div>
        </>
      )}
      <h1 ref={heading} tabIndex={-1}>{title}</h1>
      {children}
    </section>
  )
}

