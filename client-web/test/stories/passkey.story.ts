// A passkey in the place of the six digits: added, used to sign in and for a
// second step, taken away. The authenticator is Chromium's own, made for tests.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Somebody } from './people.ts'
import { World } from './world.ts'

describe('a passkey', () => {
  let world: World
  let seth: Somebody
  let credentials: () => Promise<number>

  beforeAll(async () => {
    world = await World.raise()
    seth = await Somebody.sitsDown(world)
    const cdp = await seth.context.newCDPSession(seth.page)
    await cdp.send('WebAuthn.enable')
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
    })
    credentials = async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length
  })

  afterAll(async () => {
    await world.end()
  })

  it('is added under a second step', async () => {
    await seth.setsUp(world.letter('Seth Solberg')) // localhost, which passkeys of the demo are bound to
    await seth.signsIn()
    await seth.page.getByRole('link', { name: /Assister Resource Center/ }).waitFor()
    await seth.page.goto(new URL('/settings/sign-in', seth.page.url()).href)
    await seth.page.getByLabel('Name for this passkey').fill('Work laptop')
    await seth.button('Add a passkey').click()
    await seth.look('second step')
    await seth.page.locator('#factor-code').fill((await seth.app?.next()) ?? '')
    await seth.page.getByRole('dialog').getByRole('button', { name: 'Add a passkey' }).click()
    await seth.sees('Work laptop')
    expect(await credentials()).toBe(1)
    await seth.look('passkeys')
  })

  it('signs in without the six digits', async () => {
    await seth.signsOut('Seth Solberg')
    await seth.page.getByLabel('Password', { exact: true }).fill(seth.password)
    await seth.button('Sign in with a passkey').click()
    await seth.sees('Work laptop')
  })

  it('is enough for a second step, and is taken away by one', async () => {
    await seth.button('Remove: Work laptop').click()
    await seth.button('Use a passkey instead').click()
    await seth.page.getByText('Work laptop').waitFor({ state: 'detached' })
    await seth.signsOut('Seth Solberg')
    await seth.page.getByLabel('Password', { exact: true }).fill(seth.password)
    await seth.button('Sign in with a passkey').click()
    await seth.page.getByRole('alert').or(seth.page.locator('.trouble')).first().waitFor() // it opens nothing any more
    await seth.look('a passkey that was taken away')
  })

  it('no error, no report of the policy, no request elsewhere, nothing for axe', () => {
    expect(world.faults).toEqual({ console: [], policy: [], foreign: [] })
    expect(seth.complaints).toEqual([])
  })
})
