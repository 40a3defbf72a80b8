// What every signed-in screen stands in.

import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { own } from '../state/own.ts'
import { w } from '../words/words.ts'
import { Banners } from './banners.tsx'
import { Bar, Link } from './bar.tsx'
import { FactorDialog } from './factor.tsx'
import { WasThisYou } from './own.tsx'

export function Frame({ nav, tools, children }: { nav?: ComponentChildren; tools?: ComponentChildren; children: ComponentChildren }) {
  // Somebody who said "not me" must reach Settings; until then nothing else is shown.
  const left = useSignal(false)
  const asks = own.value.length > 0 && !left.value
  return (
    <div class="shell">
      <Bar tools={asks ? undefined : tools}>{!asks && nav}</Bar>
      <Banners />
      {asks ? <WasThisYou leave={() => { left.value = true }} /> : children}
      <FactorDialog />
    </div>
  )
}

/** An address that names no place, or one that is not this person's. */
export function NotFound() {
  const words = w().app
  return (
    <main id="main" class="page" tabIndex={-1}>
      <div class="in stack">
        <h1>{words.notFound}</h1>
        <p>{words.notFoundHint}</p>
        <p><Link to={{ at: 'home' }} look="btn" here={false}>{words.home}</Link></p>
      </div>
    </main>
  )
}
