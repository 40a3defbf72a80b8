// Measures the screens on the stage: times (told, since a shared machine varies
// by two or three), and counts and sizes (held). `npm run measure`.

import type { Page } from 'playwright-core'
import { Digests } from '../src/core/digests.ts'
import { seal } from '../src/core/files.ts'
import type { Thread } from '../src/core/thread.ts'
import type { ID } from '../src/crypto/envelope/bytes.ts'
import { MemoryVault } from '../test/core/memory.ts'
import { Account, figure, kept, theatre, type Theatre } from './theatre.ts'

const arc = (0xa).toString(16).padStart(32, '0')
const mega = 1_000_000

interface Noted {
  events: number[]
  long: number[]
  lcp: number
  cls: number
  switches: number[]
  bubbles: number[]
}

/** Watches a page from its beginning: what the browser itself says of its speed. */
function watch(): void {
  const noted: Noted = { events: [], long: [], lcp: 0, cls: 0, switches: [], bubbles: [] }
  Object.assign(globalThis, { noted })
  const on = (type: string, take: (e: PerformanceEntry) => void, more: object = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more })
  on('event', (e) => {
    if ((e as PerformanceEntry & { interactionId: number }).interactionId > 0) noted.events.push(e.duration)
  }, { durationThreshold: 16 })
  on('longtask', (e) => noted.long.push(e.duration))
  on('largest-contentful-paint', (e) => (noted.lcp = e.startTime))
  // What somebody's own key moves is no surprise to them and does not count.
  on('layout-shift', (e) => {
    const { value, hadRecentInput } = e as PerformanceEntry & { value: number; hadRecentInput: boolean }
    if (!hadRecentInput) noted.cls += value
  })
  let pressed = 0
  addEventListener('keydown', (e) => (pressed = e.timeStamp), true)
  // From the key until the frame after the change was drawn.
  const drawn = (into: number[]) => {
    const from = pressed
    requestAnimationFrame(() => setTimeout(() => into.push(performance.now() - from)))
  }
  let title = ''
  let bubbles = 0
  new MutationObserver(() => {
    const now = location.pathname + (document.getElementById('thread-title')?.textContent ?? '') + String(document.querySelectorAll('.msg').length > 0)
    if (now !== title && location.pathname.includes('/t/') && now.endsWith('true')) drawn(noted.switches)
    title = now
    const count = document.querySelectorAll('.strip').length
    if (count > bubbles) drawn(noted.bubbles)
    bubbles = count
  }).observe(document, { subtree: true, childList: true, characterData: true })
}

const p98 = (list: readonly number[]) => list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * 0.98))] ?? 0
const read = (page: Page) => page.evaluate(() => (globalThis as unknown as { noted: Noted }).noted)

async function start(house: Theatre, out: Account, slow: number): Promise<void> {
  const seat = await house.sit('signed-out', slow)
  await seat.page.addInitScript(watch)
  if (slow > 1) {
    await seat.cdp.send('Network.enable')
    await seat.cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 200_000 })
  }
  await seat.page.goto('/')
  await seat.page.waitForSelector('#password')
  await seat.page.waitForTimeout(1500)
  const { lcp, cls } = await read(seat.page)
  out.row(`sign-in page, cold, ${slow}x: largest paint`, lcp, slow > 1 ? 2500 : 1200, 'ms', false)
  out.row(`sign-in page, cold, ${slow}x: layout shift`, cls, 0.05, '', true)
  await seat.leave()
}

async function triage(house: Theatre, out: Account, slow: number): Promise<void> {
  const seat = await house.sit('specialist-big', slow)
  const { page, cdp } = seat
  await page.addInitScript(watch)
  await page.goto(`/line/${arc}`)
  await page.waitForSelector('.thread-row')
  await page.waitForTimeout(2000)
  const loaded = await kept(cdp)
  if (slow === 1) {
    out.row('2,000 threads: heap after loading', loaded.heap / mega, 30, 'MB', true)
    out.row('2,000 threads: nodes', loaded.nodes, 3000, '', true)
    const [before, began] = [await figure(cdp, 'TaskDuration'), Date.now()]
    await page.waitForTimeout(10_000)
    const spent = ((await figure(cdp, 'TaskDuration')) - before) * 1000 / ((Date.now() - began) / 1000)
    out.row('queue open, nobody there: work of the page', spent, 15, 'ms/s', false)
  }
  await page.evaluate(() => {
    const { noted } = globalThis as unknown as { noted: Noted }
    noted.long.length = 0
    noted.events.length = 0
  })
  await page.locator('.thread-row').first().focus()
  await page.keyboard.press('Enter')
  await page.waitForSelector('#thread-title')
  for (let i = 0; i < 25; i++) {
    for (const key of ['j', 'j', 'k', 'j', 'u']) {
      await page.keyboard.press(key)
      await page.waitForTimeout(60 * slow)
    }
    if (await page.locator('.actbar').getByText(/^Take it/).isVisible()) await page.keyboard.press('c')
    await page.waitForTimeout(200 * slow)
    if (!(await page.locator('#message-box').isVisible())) continue
    await page.keyboard.press('r')
    await page.keyboard.type('ok')
    await page.keyboard.press('Control+Enter')
    await page.waitForTimeout(150 * slow)
  }
  const noted = await read(page)
  out.row(`triage ${slow}x: key to next paint, p98 of ${noted.events.length} interactions`, p98(noted.events), slow > 1 ? 200 : 100, 'ms', false)
  out.row(`triage ${slow}x: thread switch to messages drawn, p98 of ${noted.switches.length}`, p98(noted.switches), slow > 1 ? 250 : 100, 'ms', false)
  out.row(`triage ${slow}x: send to bubble drawn, p98 of ${noted.bubbles.length}`, p98(noted.bubbles), slow > 1 ? 125 : 50, 'ms', false)
  if (slow === 1) out.row('triage 1x: tasks over 200 ms', noted.long.filter((d) => d > 200).length, 0, '', false)
  out.row(`triage ${slow}x: layout shift`, noted.cls, 0.05, '', true)
  await seat.leave()
}

/** The search over what a device keeps, without a browser: 20,000 messages of 200 threads. */
async function search(out: Account): Promise<void> {
  const digests = new Digests(new MemoryVault(), 'a'.repeat(32) as ID)
  for (let t = 0; t < 200; t++) {
    const events = Array.from({ length: 100 }, (_, i) => ({
      type: 'msg', index: i, at: t * 1000 + i, acct: 'b'.repeat(32), content: { type: 'text', text: `Message ${i} of thread ${t}: the notice of made-up case ${t * i} names a date, and the household of ${i % 7} waits for an answer.` },
    }))
    await digests.take({ id: t.toString(16).padStart(32, '0'), next: 100, events } as unknown as Thread)
  }
  digests.search('warm', () => 'Somebody') // the text without marks is made at the first search
  const began = performance.now()
  const { found } = digests.search('case 1881 househ', () => 'Somebody')
  if (found.length === 0) throw new Error('the search found nothing')
  out.row('search through 20,000 messages (Node)', performance.now() - began, 200, 'ms', false)
}

async function files(): Promise<void> {
  const size = 25 * mega
  const file = new File([new Uint8Array(size)], 'file.pdf')
  const began = performance.now()
  await seal('1'.repeat(32) as ID, '2'.repeat(32) as ID, file, () => undefined)
  const rate = size / mega / ((performance.now() - began) / 1000)
  console.log(`${rate >= 50 ? 'ok  ' : 'slow'}  ${'sealing a file of 25 MB (Node), at least 50 MB/s'.padEnd(58)} ${rate.toFixed(0).padStart(8)} MB/s`)
}

const out = new Account()
const house = await theatre()
try {
  for (const slow of [1, 4]) {
    await start(house, out, slow)
    await triage(house, out, slow)
  }
} finally {
  await house.close()
}
await search(out)
await files()
if (out.over) process.exitCode = 1
