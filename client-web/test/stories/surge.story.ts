// A specialist of another office helps out on the Broker Line for some days. When
// the grant ends they have a thread open: they write nothing more, their words are
// kept, the lead sees the thread and brings it back, and somebody of the line reads
// all of it and answers.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Somebody } from './people.ts'
import { App, readableAtRest, World } from './world.ts'

interface Actor {
  name: string
  display: string
  secret: string
}

const subject = 'Commission for March, wintergreen'
const planted = ['wintergreen', 'dandelion', 'celandine', 'chamomile', 'speedwell']
const days = (n: number) => new Date(Date.now() + n * 24 * 3_600_000).toISOString().slice(0, 10)

describe('a grant that ends', () => {
  let world: World
  let people: Actor[]
  let sofia: Somebody
  let lou: Somebody
  const actor = (name: string): Actor => {
    const found = people.find((p) => p.name === name)
    if (found === undefined) throw new Error(`nobody is called ${name}`)
    return found
  }

  const confirms = async (who: Somebody, go: string) => {
    const box = who.page.locator('dialog').filter({ has: who.page.locator('#factor-code') })
    await box.locator('#factor-code').fill((await who.app?.next()) ?? '')
    await box.getByRole('button', { name: go, exact: true }).click()
    await box.waitFor({ state: 'detached', timeout: 60_000 })
  }

  /** The registrar's next roster: Sofia Sandoval of DHS is on the Broker Line until the end of a day. */
  const grants = async (until: string) => {
    const agency = join(world.data, 'agency')
    const rows = readFileSync(join(agency, 'roster.csv'), 'utf8').trim().split('\n')
    const head = (rows[0] ?? '').split(',')
    const at = head.indexOf('lines')
    const grant = head.indexOf('grant_until')
    const next = rows.map((row, i) => {
      const cells = row.split(',')
      if (grant < 0) cells.push(i === 0 ? 'grant_until' : '')
      if (cells.includes('sofia')) {
        cells[at] = 'arc broker'
        cells[grant < 0 ? cells.length - 1 : grant] = until
      }
      return cells.join(',')
    })
    const file = join(world.folder, 'next.csv')
    writeFileSync(file, next.join('\n') + '\n')
    await world.cli('rita', ['roster', 'import', file, '--agency', agency, '--yes'], [await new App(`otpauth://totp/x?secret=${actor('rita').secret}`, true).next()])
  }

  beforeAll(async () => {
    world = await World.raise()
    people = JSON.parse(readFileSync(join(world.data, 'people.json'), 'utf8')) as Actor[]
    await grants(days(5))
    await world.cli('bella', ['open', '--line', 'broker', '--subject', subject], ['Where is it, dandelion?'])
    const comes = async (name: string) => {
      const s = await Somebody.sitsDown(world, undefined, { width: 1440, height: 900 })
      await s.joins(name, actor(name).secret)
      await s.signsIn()
      return s
    }
    ;[sofia, lou] = await Promise.all([comes('sofia'), comes('lou')])
  })

  afterAll(async () => {
    await world.end()
  })

  it('the lead puts the helper on the line, who takes a thread and answers', async () => {
    await lou.page.getByRole('button', { name: /You and settings/ }).click()
    await lou.page.getByRole('menuitem', { name: 'Lines and people' }).click()
    await lou.page.getByRole('link', { name: /Broker Service Line/ }).click()
    await lou.sees('People on this line')
    await lou.page.getByLabel('Who', { exact: true }).selectOption({ label: await lou.page.locator('#add-who option', { hasText: 'Sofia Sandoval' }).innerText() })
    await lou.button('Add to the line').click()
    await confirms(lou, 'Add to the line')
    await lou.sees('Sofia Sandoval is on the line.')
    await lou.look('a helper on the line')
    await sofia.page.getByRole('link', { name: /Broker Service Line/ }).click()
    await sofia.finds(subject)
    await sofia.page.locator('.thread-row').filter({ hasText: subject }).first().click()
    await sofia.page.locator('.threadpane').getByText(subject).first().waitFor()
    await sofia.page.keyboard.press('c')
    await sofia.page.locator('#message-box').waitFor()
    await sofia.writes('I look into it, celandine.')
  })

  it('the grant ends while the thread is open: nothing more is written, and the words stay', async () => {
    await sofia.page.locator('#message-box').fill('Half a sentence, speedwell')
    await grants(days(-2))
    await sofia.page.locator('#message-box').press('Control+Enter')
    await sofia.sees('You no longer take part in this thread.')
    await sofia.look('the grant has ended')
    await lou.page.goto(new URL('/', lou.page.url()).href)
    await lou.page.getByRole('link', { name: 'Numbers' }).click()
    await lou.sees('Nobody can go on with these')
    await lou.sees(subject)
    await lou.look('a thread of a grant that has ended')
    await lou.page.getByRole('button', { name: /^Bring back into line/ }).click()
    await lou.page.locator('#stranded').waitFor({ state: 'detached' })
  })

  it('somebody of the line takes it, reads all of it and answers; what was half written reached nobody', async () => {
    const id = /[0-9a-f]{32}/.exec(await world.cli('ben', ['threads', '--line', 'broker']))?.[0] ?? ''
    await world.cli('ben', ['claim', id])
    expect(await world.cli('ben', ['read', id])).toMatch(/dandelion[^]*celandine/)
    await world.cli('ben', ['send', id], ['It is paid on Friday, chamomile.'])
    const read = await world.cli('bella', ['read', id])
    expect(read).toMatch(/celandine[^]*chamomile/)
    expect(read).not.toContain('speedwell')
    expect(await sofia.page.content()).not.toContain('chamomile')
    expect(await world.cli('ben', ['holders', 'broker'])).toMatch(/Sofia Sandoval/)
  })

  it('nothing readable at rest, no error, no report of the policy, no request elsewhere, nothing for axe', async () => {
    for (const who of [sofia, lou]) await who.leaves()
    await world.stop()
    expect(readableAtRest(world, planted)).toEqual([])
    expect(world.faults).toEqual({ console: [], policy: [], foreign: [] })
    expect([...sofia.complaints, ...lou.complaints]).toEqual([])
  })
})
