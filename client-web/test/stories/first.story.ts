// Somebody with a letter asks, a specialist answers. Then the network goes, the
// browser crashes, the service is killed, and the computer is shared.

import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Somebody } from './people.ts'
import { readableAtRest, World } from './world.ts'

const question = 'The notice of made-up case 4711 names two different dates, larkspur.'
const subject = 'Two dates, foxglove'
const answer = 'The second date counts, hollyhock. A new notice is on its way.'
const draft = 'Not finished yet, marigold'
const planted = ['larkspur', 'foxglove', 'hollyhock', 'marigold']

describe('a letter, a question, an answer', () => {
  let world: World
  let nina: Somebody
  let seth: Somebody
  let profile: string
  let recovery: string

  beforeAll(async () => {
    world = await World.raise()
    profile = mkdtempSync(join(world.folder, 'nina-'))
    nina = await Somebody.sitsDown(world, profile)
    seth = await Somebody.sitsDown(world, undefined, { width: 1440, height: 900 })
  })

  afterAll(async () => {
    await world.end()
  })

  it('both set up from their letters and sign in', async () => {
    recovery = await nina.setsUp(world.letter('Nina Novak'))
    await seth.setsUp(world.letter('Seth Solberg'))
    await nina.signsIn()
    await seth.signsIn()
    await nina.sees('You have not asked anything yet')
  })

  it('a question in three steps; nothing leaves before the time for undo is over', async () => {
    await nina.asks(/Something else/, question, subject)
    await nina.sees(/Leaves in|Sending in/)
    await seth.page.getByRole('link', { name: /Assister Resource Center/ }).click()
    await nina.sees('Sent')
    await seth.finds(subject)
    await nina.look('thread of an assister')
    await seth.look('queue')
  })

  it('the specialist takes it by keyboard and answers; both see who can read', async () => {
    await seth.page.keyboard.press('j')
    await seth.page.keyboard.press('Enter')
    await seth.sees(question)
    await seth.page.keyboard.press('c')
    await seth.sees(/This thread is yours/)
    await seth.look('thread of a specialist')
    await seth.page.keyboard.press('r')
    await seth.page.locator('#message-box:focus').waitFor()
    await seth.page.keyboard.type(answer)
    await seth.page.keyboard.press('Control+Enter')
    await nina.sees(answer)
    await nina.sees(/Seth Solberg took this/)
    await seth.sees('Read')
  })

  it('the network goes: what is written waits, says so, and goes out once it is back', async () => {
    world.network.cut()
    await nina.sees(/You are offline/)
    await nina.writes('Written without a network, larkspur')
    await nina.look('offline')
    await nina.page.waitForTimeout(9000) // longer than the time for undo: it is on its way, and cannot leave
    world.network.mend()
    await seth.sees('Written without a network, larkspur')
    expect(await seth.page.getByText('Written without a network, larkspur').count()).toBe(1)
  })

  it('the browser crashes: the draft and the message that was on its way are there again', async () => {
    await nina.writes('Sent in the moment of the crash, larkspur')
    await nina.page.locator('#message-box').fill(draft)
    await nina.page.waitForTimeout(1500) // the draft is kept a moment after the last key
    const killed = promisify(execFile)('pkill', ['-9', '-f', profile]).catch(() => undefined)
    await Promise.all([killed, nina.context.waitForEvent('close').catch(() => undefined)])
    const app = nina.app
    nina = await Somebody.sitsDown(world, profile)
    nina.app = app
    await nina.page.goto(world.origin)
    await nina.page.getByText(subject).first().click()
    await seth.sees('Sent in the moment of the crash, larkspur', 60_000)
    await expect.poll(() => nina.page.locator('#message-box').inputValue()).toBe(draft)
    expect(await seth.page.getByText('Sent in the moment of the crash, larkspur').count()).toBe(1)
  })

  it('the service is killed and comes back: both go on', async () => {
    await world.stop('SIGKILL')
    await world.start()
    await seth.writes('After the service came back, hollyhock')
    await nina.sees('After the service came back, hollyhock', 60_000)
  })

  it('search finds part of a word on this device', async () => {
    await seth.page.keyboard.press('Escape')
    await seth.page.goto(`${world.origin.replace('127.0.0.1', 'localhost')}/search`)
    await seth.page.getByLabel('Words to look for').fill('hollyh')
    await seth.page.keyboard.press('Enter')
    await seth.sees(/places? found/)
    await seth.look('search')
  })

  it('a shared computer: after forgetting, nothing of its person is left in the browser', async () => {
    await nina.page.goto(`${world.origin}/settings`)
    await nina.page.getByRole('heading', { name: 'Settings', exact: true }).first().waitFor()
    await nina.look('settings')
    await nina.signsOut('Nina Novak')
    await nina.page.getByText('Not you?').click()
    await nina.button('Forget this browser').click()
    await nina.button('Forget everything').click()
    await nina.sees('What do you have?', 30_000)
    const left = await nina.page.evaluate(async () => {
      const out: string[] = []
      for (const { name = '' } of await indexedDB.databases()) {
        const db = await new Promise<IDBDatabase>((good, bad) => {
          const r = indexedDB.open(name)
          r.onsuccess = () => good(r.result)
          r.onerror = () => bad(r.error ?? new Error('no database'))
        })
        for (const store of db.objectStoreNames) {
          const n = await new Promise<number>((good) => {
            const r = db.transaction(store).objectStore(store).count()
            r.onsuccess = () => good(r.result)
          })
          if (store !== 'keys' && n > 0) out.push(`${name}/${store}: ${n}`)
        }
        db.close()
      }
      return out
    })
    expect(left).toEqual([])
  })

  it('every device is lost: the recovery code brings the messages and the draft back, and the old code is dead', async () => {
    const fresh = await nina.comesBack(recovery)
    expect(fresh).not.toBe(recovery)
    await nina.signsIn()
    await nina.page.getByText(subject).first().click()
    await nina.sees(answer)
    // What was begun on the browser that is gone was kept for the others, sealed.
    await expect.poll(() => nina.page.locator('#message-box').inputValue(), { timeout: 20_000 }).toBe(draft)
  })

  it('nothing readable is at rest: neither with the service nor in a browser profile', async () => {
    await nina.leaves()
    await seth.leaves()
    await world.stop()
    expect(readableAtRest(world, planted)).toEqual([])
  })

  it('no error, no report of the policy, no request elsewhere, nothing for axe', () => {
    expect(world.faults).toEqual({ console: [], policy: [], foreign: [] })
    expect([...nina.complaints, ...seth.complaints]).toEqual([])
  })
})
