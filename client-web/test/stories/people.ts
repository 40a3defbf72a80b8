// What people do in a browser, as steps of a story. A step finds things by the
// words on the screen, as a person does.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { App, demoPassword, type World } from './world.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeResult {
  violations: { id: string; nodes: { target: unknown }[] }[]
}

/** Everything that axe finds on a page as it is now. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const found = await page.evaluate(async () => (await (globalThis as unknown as { axe: { run(options: object): Promise<unknown> } }).axe.run({
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  })) as AxeResult)
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => JSON.stringify(n.target)).join(' ')}`)
}

/** Somebody at a browser. */
export class Somebody {
  readonly world: World
  readonly context: BrowserContext
  page: Page
  app: App | undefined
  password = 'four made-up words here'
  /** What axe found so far, with the place. */
  readonly complaints: string[] = []

  constructor(world: World, context: BrowserContext, page: Page) {
    this.world = world
    this.context = context
    this.page = page
  }

  static async sitsDown(world: World, profile?: string, more: { width?: number; height?: number } = {}): Promise<Somebody> {
    const context = await world.browser(profile, more)
    return new Somebody(world, context, context.pages()[0] ?? (await context.newPage()))
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' })
  }

  /** Looks at the page with axe. */
  async look(where: string): Promise<void> {
    for (const v of await axe(this.page)) this.complaints.push(`${where}: ${v}`)
  }

  /** From the letter to the end of the set-up; returns the recovery code. */
  async setsUp(link: string): Promise<string> {
    await this.page.goto(link)
    await this.button('Yes, this is me').click()
    await this.look('password')
    await this.page.getByLabel('Password', { exact: true }).fill(this.password)
    await this.page.getByLabel('Type it once more').fill(this.password)
    await this.button('Continue').click()
    const code = await this.notes()
    const secret = (await this.page.locator('.copytext').innerText()).replaceAll(/\s/g, '')
    this.app = new App(`otpauth://totp/x?secret=${secret}`)
    await this.look('authenticator app')
    await this.page.locator('#app-code').fill(await this.app.next())
    await this.button('Finish').click()
    await this.look('set up')
    await this.button('Done').click()
    return code
  }

  /** The recovery code as it is shown, noted and shown to be noted; returns it. */
  async notes(): Promise<string> {
    await this.button('I have written it down').waitFor({ timeout: 60_000 })
    await this.look('recovery code')
    const code = (await this.page.getByLabel('Recovery code in groups').innerText()).split(/\s+/).filter((_, i) => i % 2 === 1)
    await this.button('I have written it down').click()
    for (const id of ['group-a', 'group-b']) {
      const at = Number(/\d+/.exec(await this.page.locator(`label[for="${id}"]`).innerText())?.[0])
      await this.page.locator(`#${id}`).fill(code[at - 1] ?? '')
    }
    await this.look('recovery code asked back')
    await this.button('Continue').click()
    return code.join('-')
  }

  /** Comes back with the recovery code after every device was lost; returns the new code. */
  async comesBack(recovery: string): Promise<string> {
    await this.button(/I lost all my devices/).click()
    await this.look('coming back')
    await this.page.getByLabel('Recovery code').fill(recovery.toLowerCase())
    await this.page.getByLabel('Password', { exact: true }).fill(this.password)
    await this.page.locator('#code').fill((await this.app?.next()) ?? '')
    await this.button('Bring my messages back').click()
    return this.notes()
  }

  /** Signs in, again and again until the registrar has let them in. */
  async signsIn(): Promise<void> {
    await this.look('sign in')
    const code = this.page.locator('#code')
    for (let tries = 0; tries < 5; tries++) {
      await this.page.getByLabel('Password', { exact: true }).fill(this.password)
      await code.fill((await this.app?.next()) ?? '')
      await this.button('Sign in').click()
      // The code is there until the answer is: then the page has gone on, or it is empty for another try.
      await this.page.waitForFunction(() => (document.querySelector<HTMLInputElement>('#code')?.value ?? '') === '')
      await this.page.waitForTimeout(300)
      if (await code.isHidden()) return
    }
    throw new Error(`not let in: ${await this.page.locator('main').innerText()}`)
  }

  /** Signs out from the menu under their name. */
  async signsOut(name: string): Promise<void> {
    await this.page.getByRole('button', { name: new RegExp(name) }).click()
    await this.page.getByRole('menuitem', { name: 'Sign out' }).or(this.button('Sign out')).first().click()
    await this.page.locator('#password').waitFor()
  }

  /** Adds this browser to somebody of the demo who uses the command line. */
  async joins(who: string, seed: string): Promise<void> {
    this.password = demoPassword
    this.app = new App(`otpauth://totp/x?secret=${seed}`, true)
    await this.page.goto(this.world.origin)
    await this.button(/I use arcline on another device/).or(this.page.getByRole('link', { name: /I use arcline on another device/ })).first().click()
    await this.page.getByLabel('Your sign-in name').fill(who)
    await this.button('Show me a code').click()
    const code = await this.page.locator('.paircode').innerText()
    await this.look('code for a new device')
    await this.world.cli(who, ['approve-device'], [code, await this.app.next()])
    await this.page.getByText('This browser was added').or(this.page.locator('#password')).first().waitFor({ timeout: 60_000 })
  }

  /** A new question in three steps; it leaves after the time for undo. */
  async asks(topic: RegExp, text: string, subject?: string): Promise<void> {
    await this.page.getByRole('link', { name: 'New question' }).or(this.button('New question')).first().click()
    await this.button(topic).waitFor()
    await this.look('new question: topic')
    await this.button(topic).click()
    if (subject !== undefined) await this.page.getByLabel('Subject').fill(subject)
    await this.page.getByLabel('Your question').fill(text)
    await this.look('new question: write')
    await this.button('Continue').click()
    await this.look('new question: check')
    await this.button(/^Send/).click()
  }

  /** Writes into the open thread. */
  async writes(text: string): Promise<void> {
    await this.page.locator('#message-box').fill(text)
    await this.page.locator('#message-box').press('Control+Enter')
  }

  /** Waits until a text stands on the page. */
  async sees(text: string | RegExp, timeout = 30_000): Promise<void> {
    try {
      await this.page.getByText(text).filter({ visible: true }).first().waitFor({ timeout })
    } catch (error) {
      const folder = process.env['ARCLINE_SHOTS'] // where somebody wants to see what was there instead
      if (folder !== undefined) await this.page.screenshot({ path: join(folder, `${Date.now()}.png`) })
      throw error
    }
  }

  /** Waits for a thread in a queue. New ones do not move the list by themselves: a button brings them in. */
  async finds(subject: string): Promise<void> {
    const row = this.page.getByText(subject).filter({ visible: true })
    const show = this.page.getByRole('button', { name: /new threads?|^Show$/ }).filter({ visible: true })
    for (let i = 0; i < 300 && (await row.count()) === 0; i++) {
      if ((await show.count()) > 0) await show.first().click()
      await this.page.waitForTimeout(500)
    }
    await this.sees(subject)
  }

  async leaves(): Promise<void> {
    await this.context.close()
  }
}
