// What every signed-in screen stands in.

import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { own } from '../state/own.ts'
import { Banners } from './banners.tsx'
import { Bar } from './bar.tsx'
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
