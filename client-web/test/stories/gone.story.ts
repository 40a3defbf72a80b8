// A thread that asks at the wrong line is moved in one step, and one whose
// specialist is shut out half-way comes back into line by a lead, with all that was
// said: whoever takes it next reads it, and the assister waits for nobody who is gone.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Somebody } from './people.ts'
import { App, readableAtRest, World } from './world.ts'

interface Actor {
  name: string
  secret: string
  account: string
}

const wrong = 'Asked at the wrong line, columbine'
const half = 'Half answered, meadowsweet'
const planted = ['columbine', 'meadowsweet', 'buttercup', 'primrose', 'goldenrod', 'honeysuckle']

const threadOf = (who: Somebody) => /\/([0-9a-f]{32})$/.exec(who.page.url())?.[1] ?? ''

describe('what is wrong here, and who is gone', () => {
  let world: World
  let people: Actor[]
  let sam: Somebody
  let sofia: Somebody
  let lena: Somebody
  const actor = (name: string): Actor => {
    const found = people.find((p) => p.name === name)
    if (found === undefined) throw new Error(`nobody is called ${name}`)
    return found
  }

  const takes = async (who: Somebody, subject: string) => {
    await who.page.getByRole('link', { name: /Assister Resource Center/ }).click()
    await who.finds(subject)
    await who.page.locator('.thread-row').filter({ hasText: subject }).first().click()
    await who.page.locator('.threadpane').getByText(subject).first().waitFor()
    await who.page.keyboard.press('c')
    await who.page.locator('#message-box').waitFor()
  }

  beforeAll(async () => {
    world = await World.raise()
    people = JSON.parse(readFileSync(join(world.data, 'people.json'), 'utf8')) as Actor[]
    for (const [subject, text] of [[wrong, 'About my commission, buttercup.'], [half, 'What is missing, primrose?']] as const) await world.cli('nora', ['open', '--line', 'arc', '--subject', subject], [text])
    const comes = async (name: string) => {
      const s = await Somebody.sitsDown(world, undefined, { width: 1440, height: 900 })
      await s.joins(name, actor(name).secret)
      await s.signsIn()
      return s
    }
    ;[sam, sofia, lena] = await Promise.all([comes('sam'), comes('sofia'), comes('lena')])
  })

  afterAll(async () => {
    await world.end()
  })

  it('a thread at the wrong line is moved in one step, and whoever moved it reads nothing more', async () => {
    await takes(sam, wrong)
    const id = threadOf(sam)
    await sam.page.keyboard.press('m')
    await sam.page.locator('dialog').getByText('Move to another line').waitFor()
    await sam.look('moving')
    await sam.page.locator('dialog').getByLabel('Why', { exact: true }).fill('This is for the other line, goldenrod')
    const other = sam.page.locator('dialog').getByLabel('Broker Service Line')
    if (await other.isVisible()) await other.check()
    await sam.button('Move it').click()
    const listed = async () => world.cli('ben', ['threads', '--line', 'broker'])
    await expect.poll(listed, { timeout: 60_000, interval: 2000 }).toContain(id)
    await world.cli('ben', ['claim', id])
    expect(await world.cli('ben', ['read', id])).toMatch(/buttercup[^]*goldenrod|goldenrod[^]*buttercup/)
    await world.cli('ben', ['send', id], ['It is paid on Friday, honeysuckle.'])
    expect(await world.cli('nora', ['read', id])).toMatch(/buttercup[^]*honeysuckle/)
    expect(await world.cli('sam', ['read', id]).catch((error: unknown) => String(error))).not.toContain('honeysuckle')
  })

  it('the one who has a thread is shut out: a lead brings it back into line, and a colleague reads all of it', async () => {
    await takes(sam, half)
    const id = threadOf(sam)
    await sam.writes('I found one half, goldenrod.')
    await expect.poll(() => world.cli('nora', ['read', id]), { timeout: 60_000, interval: 2000 }).toContain('one half, goldenrod')
    await world.cli('rita', ['inactivate', actor('sam').account], [await new App(`otpauth://totp/x?secret=${actor('rita').secret}`, true).next()])
    await sam.page.locator('#password').waitFor({ timeout: 20_000 })
    await lena.page.getByRole('link', { name: 'Numbers' }).click()
    await lena.sees('Nobody can go on with these')
    await lena.sees(half)
    await lena.look('a thread of somebody who is gone')
    await lena.page.getByRole('button', { name: /^Bring back into line/ }).click()
    await takes(sofia, half)
    await sofia.sees('I found one half, goldenrod.')
    await sofia.writes('And here is the other, honeysuckle.')
    await expect.poll(() => world.cli('nora', ['read', id]), { timeout: 60_000, interval: 2000 }).toMatch(/one half, goldenrod[^]*the other, honeysuckle/)
    await lena.button('Read again').click()
    await lena.page.locator('#stranded').waitFor({ state: 'detached' })
  })

  it('nothing readable at rest, no error, no report of the policy, no request elsewhere, nothing for axe', async () => {
    for (const who of [sam, sofia, lena]) await who.leaves()
    await world.stop()
    expect(readableAtRest(world, planted)).toEqual([])
    expect(world.faults).toEqual({ console: [], policy: [], foreign: [] })
    expect([...sam.complaints, ...sofia.complaints, ...lena.complaints]).toEqual([])
  })
})
