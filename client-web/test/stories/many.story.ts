// Fifty threads are suggested in one go; one that somebody takes meanwhile is named,
// and nothing else is held up by it.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Somebody } from './people.ts'
import { World } from './world.ts'

const many = 50
const subjectOf = (i: number) => `Made-up question ${String(i).padStart(2, '0')}`
const raced = 50

describe('many at once', () => {
  let world: World
  let lena: Somebody

  beforeAll(async () => {
    world = await World.raise()
    const people = JSON.parse(readFileSync(join(world.data, 'people.json'), 'utf8')) as { name: string; secret: string }[]
    for (let i = 1; i <= many; i++) await world.cli('nora', ['open', '--line', 'arc', '--subject', subjectOf(i)], [`The text of question ${i}.`])
    lena = await Somebody.sitsDown(world, undefined, { width: 1440, height: 900 })
    await lena.joins('lena', people.find((p) => p.name === 'lena')?.secret ?? '')
    await lena.signsIn()
  })

  afterAll(async () => {
    await world.end()
  })

  it('fifty are marked by keyboard and suggested; the one that was taken is named, and it is as it was', async () => {
    await lena.page.getByRole('link', { name: /Assister Resource Center/ }).click()
    await lena.finds(subjectOf(1))
    await lena.sees(`${many} threads`)
    await lena.page.locator('body').press('j')
    await lena.page.keyboard.press('x')
    for (let i = 1; i < many; i++) await lena.page.keyboard.press('Shift+J')
    await lena.sees(`${many} marked`)
    await lena.look('fifty are marked')
    await lena.button(`Suggest ${many} threads`).first().click()
    await lena.page.locator('dialog').getByLabel(/Sofia Sandoval/).check()
    await lena.look('suggesting fifty')
    const listed = await world.cli('sofia', ['threads', '--line', 'arc'])
    const ids = [...listed.matchAll(/^([0-9a-f]{32}) /gm)].map((x) => x[1] ?? '')
    expect(ids).toHaveLength(many)
    let taken = ''
    for (const id of ids) if ((await world.cli('sofia', ['read', id])).includes(subjectOf(raced))) taken = id
    world.network.slow(150) // long enough that one is taken meanwhile
    await lena.page.locator('dialog').getByRole('button', { name: `Suggest ${many} threads` }).click()
    await lena.sees(/^\s*[1-9]\d? of 50 done/)
    await world.cli('sofia', ['claim', taken])
    const box = lena.page.locator('dialog').getByRole('alert')
    await box.getByText('1 thread was not suggested. It is as it was.').waitFor({ timeout: 60_000 })
    await box.getByText(subjectOf(raced)).waitFor()
    await lena.look('one of fifty was taken')
    world.network.slow(0)
    await expect.poll(() => lena.page.locator('.thread-row').filter({ hasText: 'Suggested to a colleague' }).count(), { timeout: 20_000 }).toBeGreaterThan(5) // as many as fit
  })

  it('no error, no report of the policy, no request elsewhere, nothing for axe', async () => {
    await lena.leaves()
    expect(world.faults).toEqual({ console: [], policy: [], foreign: [] })
    expect(lena.complaints).toEqual([])
  })
})
