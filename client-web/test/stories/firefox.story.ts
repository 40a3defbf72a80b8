// The same from Firefox: somebody sets up from a letter, asks, reads the answer
// that was written in Chromium, and is there again after Firefox was closed.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fox } from './fox.ts'
import { Somebody } from './people.ts'
import { App, holders, readableAtRest, World } from './world.ts'

const password = 'four made-up words here'
const subject = 'Which form, snapdragon'
const question = 'Which form does made-up case 4712 need, periwinkle?'
const answer = 'The blue one, delphinium.'
const begun = 'Not sent yet, agapanthus'
const planted = ['snapdragon', 'periwinkle', 'delphinium', 'agapanthus']

describe('Firefox', () => {
  let world: World
  let nina: Fox
  let seth: Somebody
  let app: App
  const faults: string[] = []

  beforeAll(async () => {
    world = await World.raise()
    nina = await Fox.sitsDown(world)
    seth = await Somebody.sitsDown(world, undefined, { width: 1440, height: 900 })
  })

  afterAll(async () => {
    nina.kill()
    await world.end()
  })

  it('sets up from the letter and signs in', async () => {
    const specialist = seth.setsUp(world.letter('Seth Solberg'))
    await nina.goes(world.letter('Nina Novak'))
    await nina.presses('Yes, this is me')
    await nina.fills('Password', password)
    await nina.fills('Type it once more', password)
    await nina.look('password')
    await nina.presses('Continue')
    const code = (await nina.reads('[aria-label="Recovery code in groups"]')).split(/\s+/).filter((_, i) => i % 2 === 1)
    await nina.presses('I have written it down')
    for (const id of ['group-a', 'group-b']) {
      const at = Number(/\d+/.exec(await nina.reads(`label[for="${id}"]`))?.[0])
      await nina.fills(`#${id}`, code[at - 1] ?? '')
    }
    await nina.presses('Continue')
    app = new App(`otpauth://totp/x?secret=${(await nina.reads('.copytext')).replaceAll(/\s/g, '')}`)
    await nina.fills('#app-code', await app.next())
    await nina.presses('Finish')
    await nina.presses('Done')
    await signsIn()
    await nina.sees('You have not asked anything yet')
    await specialist
    await seth.signsIn()
  })

  it('asks, and the specialist in Chromium reads and answers', async () => {
    await nina.presses('New question')
    await nina.presses('Something else')
    await nina.fills('Subject', subject)
    await nina.fills('Your question', question)
    await nina.look('new question')
    await nina.presses('Continue')
    await nina.presses('Send')
    await seth.page.getByRole('link', { name: /Assister Resource Center/ }).click()
    await seth.finds(subject)
    await seth.page.getByText(subject).filter({ visible: true }).first().click()
    await seth.sees(question)
    await seth.button(/^Take/).first().click()
    await seth.sees(/This thread is yours/)
    await seth.writes(answer)
    await nina.sees(answer)
    await nina.sees('Seth Solberg')
    await nina.look('thread')
    await nina.writes('Thank you, periwinkle')
    await seth.sees('Thank you, periwinkle')
  })

  it('is there again after Firefox was closed, with what was begun', async () => {
    await nina.fills('#message-box', begun)
    await new Promise((go) => setTimeout(go, 1500)) // the draft is kept a moment after the last key
    faults.push(...(await nina.errors(world.origin)))
    const { profile } = nina
    await nina.leaves()
    expect(holders(profile, planted)).toEqual([])
    const { complaints } = nina
    nina = await Fox.sitsDown(world, profile)
    nina.complaints.push(...complaints)
    await nina.goes(world.origin)
    await nina.presses(subject)
    await nina.sees(answer)
    expect(await nina.runs('return document.querySelector("#message-box")?.value')).toBe(begun)
  })

  it('nothing readable is at rest, no error, no refused policy, no request elsewhere, nothing for axe', async () => {
    faults.push(...(await nina.errors(world.origin)))
    await nina.runs('new Image().src = "https://elsewhere.invalid/control.png"') // what the policy refuses is seen
    await expect.poll(async () => (await nina.errors(world.origin)).join(' '), { timeout: 20_000 }).toMatch(/elsewhere/)
    await nina.leaves()
    await seth.leaves()
    await world.stop()
    expect(readableAtRest(world, planted)).toEqual([])
    expect(faults).toEqual([])
    expect(world.faults).toEqual({ console: [], policy: [], foreign: [] })
    expect([...nina.complaints, ...seth.complaints]).toEqual([])
  })

  async function signsIn(): Promise<void> {
    for (let tries = 0; tries < 5; tries++) {
      await nina.fills('#password', password)
      await nina.fills('#code', await app.next())
      await nina.presses('Sign in')
      for (let i = 0; i < 50 && (await nina.has('#code')); i++) await new Promise((go) => setTimeout(go, 100))
      if (!(await nina.has('#code'))) return
    }
    throw new Error('not let in')
  }
})
