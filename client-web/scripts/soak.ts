// A working day at the desk in some minutes: 28,800 ticks of the clock, 3,000
// switches of threads, 500 messages sent. What the page keeps must not grow.

import { Account, kept, theatre } from './theatre.ts'

const arc = (0xa).toString(16).padStart(32, '0')
const ticks = 28_800
const switches = 3000
const sends = 500
const rounds = 100
const mega = 1_000_000

const house = await theatre()
const out = new Account()
try {
  const { page, cdp } = await house.sit('specialist-big')
  await page.clock.install()
  await page.goto(`/line/${arc}`)
  await page.waitForSelector('.thread-row')
  let [switched, sent, open] = [0, 0, '']
  /** The worker keeps its own time: it answers after a moment of ours. */
  const worker = async () => {
    await page.waitForTimeout(250)
    await page.clock.runFor(1000)
  }
  let down = false
  const back = async () => {
    await page.getByRole('link', { name: /^ARC/ }).click()
    await worker()
    await page.locator('.thread-row').first().focus()
    await page.keyboard.press('Enter')
    await worker()
    await page.waitForSelector('#thread-title')
  }
  /** What is kept with no thread open: one thread has more to draw than another. */
  const aside = async () => {
    await page.getByRole('link', { name: /My threads/ }).click()
    await worker()
    await page.locator('#thread-title').waitFor({ state: 'detached' })
    return kept(cdp)
  }
  const round = async () => {
    down = !down // down the list and up again
    for (let i = 0; i < switches / rounds; i++) {
      await page.keyboard.press((i % 10 === 9) === down ? 'k' : 'j')
      await page.clock.runFor(50)
      const at = page.url()
      if (at !== open) switched++
      open = at
    }
    // The next thread that nobody else has takes the messages of a round.
    for (let tries = 0; tries < 20 && (await page.locator('#message-box').isHidden()); tries++) {
      await page.keyboard.press('c')
      await worker()
      if (await page.locator('#message-box').isVisible()) break
      await page.keyboard.press('j')
      await worker()
    }
    for (let i = 0; i < sends / rounds; i++) {
      await page.locator('#message-box').fill(`Message ${sent} of a long day.`)
      await page.keyboard.press('Control+Enter')
      await page.clock.runFor(12_000) // the time for undo, and the answers after it
      sent++
    }
    await page.clock.runFor(ticks * 1000 / rounds - 12_000 * sends / rounds)
  }
  await back()
  for (let i = 0; i < 3; i++) await round() // everything was loaded and every pane drawn once
  const before = await aside()
  await back()
  for (let i = 3; i < rounds; i++) await round()
  const after = await aside()
  console.log(`${ticks} ticks, ${switched} switches, ${sent} messages`)
  if (switched < switches * 0.9 || sent !== sends) throw new Error('the day was not worked through')
  out.row('heap grew by', (after.heap - before.heap) / mega, 10, 'MB', true)
  out.row('nodes grew by', (after.nodes / before.nodes - 1) * 100, 10, '%', true)
  out.row('listeners grew by', (after.listeners / before.listeners - 1) * 100, 10, '%', true)
} finally {
  await house.close()
}
if (out.over) process.exitCode = 1
