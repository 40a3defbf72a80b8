// A specialist of the demo adds a browser to the account, works off a queue by
// keyboard, hands a thread on, and is shut out in the middle of a thread.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Somebody } from './people.ts'
import { App, readableAtRest, World } from './world.ts'

const threads = 20
const subjectOf = (i: number) => `Made-up question ${String(i).padStart(2, '0')}`

/** Words that stand in staff notes and nowhere else. */
const planted = ['rosemary', 'tamarind', 'liquorice'] as const

const threadOf = (who: Somebody) => /\/([0-9a-f]{32})$/.exec(who.page.url())?.[1] ?? ''

interface Actor {
  name: string
  secret: string
  account: string
}

describe('the desk', () => {
  let world: World
  let sam: Somebody
  let people: Actor[]
  const actor = (name: string): Actor => {
    const found = people.find((p) => p.name === name)
    if (found === undefined) throw new Error(`nobody is called ${name}`)
    return found
  }

  beforeAll(async () => {
    world = await World.raise()
    people = JSON.parse(readFileSync(join(world.data, 'people.json'), 'utf8')) as Actor[]
    sam = await Somebody.sitsDown(world, undefined, { width: 1440, height: 900 })
  })

  afterAll(async () => {
    await world.end()
  })

  it('a browser is added by a code that is typed into the other device', async () => {
    await sam.joins('sam', actor('sam').secret)
    await sam.signsIn()
    await sam.page.getByRole('link', { name: /Assister Resource Center/ }).click()
  })

  it(`${threads} threads are triaged without the mouse`, async () => {
    for (let i = 1; i <= threads; i++) await world.cli('nora', ['open', '--line', 'arc', '--subject', subjectOf(i)], [`The text of question ${i}.`])
    await sam.page.reload()
    await sam.finds(subjectOf(1))
    await sam.look('queue of twenty')
    await sam.page.locator('body').press('j')
    await sam.page.keyboard.press('Enter')
    for (let i = 1; i <= threads; i++) {
      await sam.page.locator('.threadpane').getByText(`The text of question ${i}.`).waitFor() // the list shows its first words before
      await sam.page.keyboard.press('c')
      await sam.page.locator('#message-box').waitFor()
      if (i === threads) break // it is handed on below
      await sam.page.keyboard.press('r')
      await sam.page.locator('#message-box:focus').waitFor()
      await sam.page.keyboard.type(`Answer ${i}`)
      await sam.page.keyboard.press('Control+Enter')
      await sam.page.keyboard.press('e')
      await sam.page.locator('dialog .outcomes button:focus').waitFor()
      await sam.page.keyboard.press('Enter')
    }
    const read = async () => (await world.cli('nora', ['threads'])).split('\n').filter((l) => l.includes('closed')).length
    await expect.poll(read, { timeout: 120_000, interval: 2000 }).toBe(threads - 1)
  })

  it('a note is for staff alone, and says so wherever it stands', async () => {
    const id = threadOf(sam)
    await sam.page.keyboard.press('n')
    await sam.page.locator('#note-box:focus').waitFor()
    await sam.page.keyboard.type(`Call the county about this: ${planted[0]}`)
    await sam.look('writing a note')
    await sam.button('Save note – staff only').click()
    await sam.page.locator('.msg.noted').getByText(planted[0]).waitFor()
    await sam.page.locator('.msg.noted').getByText(/never gets this/).waitFor()
    await expect.poll(() => world.cli('lena', ['read', id]), { timeout: 20_000 }).toContain(planted[0]) // the lead of the line
    expect(await world.cli('nora', ['read', id])).not.toMatch(/STAFF ONLY|rosemary/)
  })

  it('a thread is handed on with a reason: who can read is shown, the colleague reads the notes, the assister never', async () => {
    const id = threadOf(sam)
    const nora = await Somebody.sitsDown(world)
    await nora.joins('nora', actor('nora').secret)
    await nora.signsIn()
    await nora.page.getByText(subjectOf(threads)).filter({ visible: true }).first().click()
    await nora.sees(`The text of question ${threads}.`)
    await sam.page.getByRole('button', { name: 'Hand over' }).first().click()
    await sam.page.getByLabel('Sofia Sandoval').check()
    await sam.page.getByLabel('Why', { exact: true }).fill(`On leave from tomorrow, ${planted[1]}`)
    await sam.page.locator('dialog .then').getByText('Sofia Sandoval').waitFor()
    await sam.look('handing over')
    await sam.button('Hand it over').click()
    await sam.sees(/Sofia Sandoval has “.*” now/)
    await expect.poll(() => world.cli('sofia', ['read', id]), { timeout: 30_000, interval: 2000 }).toMatch(/rosemary[^]*why it was handed over[^]*tamarind/)
    await world.cli('sofia', ['note', id], [`Taken over. ${planted[2]}`])
    await world.cli('sofia', ['send', id], ['I go on from here.'])
    await nora.sees('I go on from here.')
    const page = await nora.page.content()
    for (const word of planted) expect(page).not.toContain(word)
    await nora.look('the assister beside a noted thread')
    expect(nora.complaints).toEqual([])
    await nora.leaves()
  })

  it('shut out in the middle: within seconds the page shows nothing more', async () => {
    await world.cli('rita', ['inactivate', actor('sam').account], [await new App(`otpauth://totp/x?secret=${actor('rita').secret}`, true).next()])
    await sam.page.locator('#password').waitFor({ timeout: 20_000 })
    await sam.look('shut out')
  })

  it('no note is readable at rest: neither with the service nor in a browser profile', async () => {
    await sam.leaves()
    expect(readableAtRest(world, planted)).toEqual([])
  })

  it('no error, no report of the policy, no request elsewhere, nothing for axe', async () => {
    expect(world.faults).toEqual({ console: [], policy: [], foreign: [] })
    expect(sam.complaints).toEqual([])
  })
})
