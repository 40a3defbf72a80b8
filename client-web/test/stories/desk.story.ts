// A specialist of the demo adds a browser to the account, works off a queue by
// keyboard, hands a thread on, and is shut out in the middle of a thread.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Somebody } from './people.ts'
import { App, World } from './world.ts'

const threads = 20
const subjectOf = (i: number) => `Made-up question ${String(i).padStart(2, '0')}`

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
      await sam.sees(`The text of question ${i}.`)
      await sam.page.keyboard.press('c')
      await sam.sees(/This thread is yours/)
      if (i === threads) break // it is handed on below
      await sam.page.keyboard.press('r')
      await sam.page.locator('#message-box:focus').waitFor()
      await sam.page.keyboard.type(`Answer ${i}`)
      await sam.page.keyboard.press('Control+Enter')
      await sam.page.keyboard.press('e')
    }
    const read = async () => (await world.cli('nora', ['threads'])).split('\n').filter((l) => l.includes('closed')).length
    await expect.poll(read, { timeout: 120_000, interval: 2000 }).toBe(threads - 1)
  })

  it('a thread is handed on: the colleague can read it, and who can read is shown', async () => {
    const id = /\/([0-9a-f]{32})$/.exec(sam.page.url())?.[1] ?? ''
    await sam.page.getByRole('button', { name: 'Hand over' }).first().click()
    await sam.look('handing over')
    await sam.page.getByLabel('Sofia Sandoval').check()
    await sam.button('Hand it over').click()
    await sam.sees(/Sofia Sandoval has this thread now/)
    await world.cli('sofia', ['send', id], ['I go on from here.'])
    expect(await world.cli('nora', ['read', id])).toContain('I go on from here.')
  })

  it('shut out in the middle: within seconds the page shows nothing more', async () => {
    await world.cli('rita', ['inactivate', actor('sam').account], [await new App(`otpauth://totp/x?secret=${actor('rita').secret}`).next()])
    await sam.page.locator('#password').waitFor({ timeout: 20_000 })
    await sam.look('shut out')
  })

  it('no error, no report of the policy, no request elsewhere, nothing for axe', async () => {
    await sam.leaves()
    expect(world.faults).toEqual({ console: [], policy: [], foreign: [] })
    expect(sam.complaints).toEqual([])
  })
})
