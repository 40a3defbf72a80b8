// The stage with a browser in front of it, for whoever measures.

import { mkdtempSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core'
import { bundle } from './bundle.ts'
import { flag } from './flags.ts'
import { serve } from './serve.ts'

export interface Seat {
  page: Page
  cdp: CDPSession
  leave(): Promise<void>
}

export interface Theatre {
  browser: Browser
  /** Where the stage is served. */
  base: string
  /** A fresh browser profile before a scene; the processor is slowed by a factor. */
  sit(scene: string, slow?: number): Promise<Seat>
  close(): Promise<void>
}

export async function theatre(): Promise<Theatre> {
  const dist = mkdtempSync(join(tmpdir(), 'arcline-stage-'))
  await bundle(dist, 'test/stage/worker.ts')
  const server = await serve(dist, 0)
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await chromium.launch({
    executablePath: flag('chromium', '/usr/bin/chromium'), args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  return {
    browser, base,
    async sit(scene, slow = 1) {
      const context = await browser.newContext({ baseURL: base, viewport: { width: 1440, height: 900 }, locale: 'en-US' })
      await context.addCookies([{ name: 'scene', value: scene, url: base }])
      const page = await context.newPage()
      const cdp = await context.newCDPSession(page)
      await cdp.send('Performance.enable')
      if (slow > 1) await cdp.send('Emulation.setCPUThrottlingRate', { rate: slow })
      return { page, cdp, leave: () => context.close() }
    },
    async close() {
      await browser.close()
      server.close()
    },
  }
}

/** A figure of the browser: nodes, listeners, bytes of the heap, seconds of work. */
export async function figure(cdp: CDPSession, name: string): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find((m) => m.name === name)?.value ?? 0
}

/** The same after everything that can be thrown away was. */
export async function kept(cdp: CDPSession): Promise<{ heap: number; nodes: number; listeners: number }> {
  for (let i = 0; i < 3; i++) await cdp.send('HeapProfiler.collectGarbage')
  const [heap, nodes, listeners] = await Promise.all(['JSHeapUsedSize', 'Nodes', 'JSEventListeners'].map((n) => figure(cdp, n)))
  return { heap: heap ?? 0, nodes: nodes ?? 0, listeners: listeners ?? 0 }
}

/** Numbers against their budgets, printed; true when one is broken. */
export class Account {
  over = false

  /** Rows that are counts and sizes are held; times are told and held by nobody. */
  row(what: string, is: number, may: number, unit: string, held: boolean): void {
    const broken = is > may
    this.over ||= broken && held
    const word = !broken ? 'ok  ' : held ? 'OVER' : 'slow'
    console.log(`${word}  ${what.padEnd(58)} ${is.toFixed(is < 10 ? 2 : 0).padStart(8)} of ${may} ${unit}`)
  }
}
