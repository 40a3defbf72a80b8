// Two specialists at one queue: each sees where the other is and writes, and of
// two who take a thread at the same moment one has it and the other is told who.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Somebody } from './people.ts'
import { World } from './world.ts'

interface Actor {
  name: string
  secret: string
}

const subject = 'Made-up question for two'
const soon = 5000

describe('two at one queue', () => {
  let world: World
  let sam: Somebody
  let sofia: Somebody

  beforeAll(async () => {
    world = await World.raise()
    const people = JSON.parse(readFileSync(join(world.data, 'people.json'), 'utf8')) as Actor[]
    const comes = async (name: string) => {
      const s = await Somebody.sitsDown(world, undefined, { width: 1440, height: 900 })
      await s.joins(name, people.find((p) => p.name === name)?.secret ?? '')
      await s.signsIn()
      await s.page.getByRole('link', { name: /Assister Resource Center/ }).click()
      return s
    }
    await world.cli('nora', ['open', '--line', 'arc', '--subject', subject], ['Who takes this?'])
    ;[sam, sofia] = await Promise.all([comes('sam'), comes('sofia')])
  })

  afterAll(async () => {
    await world.end()
  })

  const row = (s: Somebody) => s.page.locator('.thread-row').filter({ hasText: subject })

  it('one sees that the other looks, and no longer when they have gone on', async () => {
    await sam.finds(subject)
    await sofia.finds(subject)
    await row(sam).click()
    await row(sofia).getByText('Sam Sorensen is viewing').waitFor({ timeout: soon })
    await sofia.look('a colleague is viewing')
    await sam.page.getByRole('link', { name: /My threads/ }).click()
    await row(sofia).getByText('Sam Sorensen is viewing').waitFor({ state: 'detached', timeout: 12_000 })
  })

  it('both take it at the same moment: one has it, the other is told who', async () => {
    await sam.page.getByRole('link', { name: /Assister Resource Center/ }).click()
    await row(sam).click()
    await row(sofia).click()
    for (const s of [sam, sofia]) await s.page.locator('.threadpane').getByText('Who takes this?').waitFor()
    await Promise.all([sam.page.keyboard.press('c'), sofia.page.keyboard.press('c')])
    const [a, b] = [sam, sofia].map((s) => s.page.locator('#message-box'))
    await expect.poll(async () => [await a?.count(), await b?.count()].filter((n) => n === 1).length, { timeout: 20_000 }).toBe(1)
    const [winner, loser] = (await a?.count()) === 1 ? [sam, sofia] : [sofia, sam]
    await loser.sees(winner === sam ? /Sam Sorensen/ : /Sofia Sandoval/, 20_000)
    await loser.look('somebody was faster')
    await winner.page.locator('#message-box').pressSequentially('I have')
    await loser.page.getByText(`${winner === sam ? 'Sam Sorensen' : 'Sofia Sandoval'} is writing`).first().waitFor({ timeout: soon })
    await winner.leaves() // the network of a closed laptop: nobody says goodbye
    await loser.page.getByText(`${winner === sam ? 'Sam Sorensen' : 'Sofia Sandoval'} is writing`).first().waitFor({ state: 'detached', timeout: 15_000 })
  })

  it('no error, no report of the policy, no request elsewhere, nothing for axe', () => {
    expect(world.faults).toEqual({ console: [], policy: [], foreign: [] })
    expect([...sam.complaints, ...sofia.complaints]).toEqual([])
  })
})
