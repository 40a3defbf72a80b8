// Firefox for a story, driven over Marionette, the protocol that Firefox itself
// speaks on a port of its own: a number of bytes, a colon, and JSON of
// [0, id, command, input]; answers are [1, id, error, value].

import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { browser, freePort, type World } from './world.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const elementName = 'element-6066-11e4-a52e-4f735466cecf' // how WebDriver spells a reference to an element
const pause = 100
/** Keys as WebDriver spells them. */
const control = '\uE009'
const enter = '\uE007'

type Answer = [1, number, { error: string; message: string } | null, unknown]

/** A command channel to one Firefox. */
class Marionette {
  readonly #socket: Socket
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #received: Buffer = Buffer.alloc(0)
  #last = 0

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (b: Buffer) => this.#take(b))
    socket.on('close', () => this.#waiting.forEach((done, id) => done([1, id, { error: 'closed', message: 'Firefox has gone' }, null])))
  }

  #take(b: Buffer): void {
    this.#received = Buffer.concat([this.#received, b])
    for (;;) {
      const colon = this.#received.indexOf(':')
      const size = Number(this.#received.subarray(0, colon).toString())
      if (colon < 0 || this.#received.length < colon + 1 + size) return
      const message: unknown = JSON.parse(this.#received.subarray(colon + 1, colon + 1 + size).toString())
      this.#received = this.#received.subarray(colon + 1 + size)
      if (!Array.isArray(message)) continue // the greeting
      const answer = message as Answer
      this.#waiting.get(answer[1])?.(answer)
      this.#waiting.delete(answer[1])
    }
  }

  async call(command: string, input: object = {}): Promise<unknown> {
    const id = ++this.#last
    const text = JSON.stringify([0, id, command, input])
    const answered = new Promise<Answer>((done) => this.#waiting.set(id, done))
    this.#socket.write(`${Buffer.byteLength(text)}:${text}`)
    const [, , error, value] = await answered
    if (error !== null) throw new Error(`${command}: ${error.error}: ${error.message}`)
    return value
  }
}

/** Somebody at Firefox: finds things by the words on the screen, types real keys. */
export class Fox {
  readonly profile: string
  readonly #firefox: ChildProcess
  readonly #marionette: Marionette
  /** What axe found so far, with the place. */
  readonly complaints: string[] = []

  private constructor(profile: string, firefox: ChildProcess, marionette: Marionette) {
    this.profile = profile
    this.#firefox = firefox
    this.#marionette = marionette
  }

  static async sitsDown(world: World, profile = mkdtempSync(join(world.folder, 'firefox-'))): Promise<Fox> {
    const path = browser('firefox', 'firefox-esr')
    if (path === undefined) throw new Error('Firefox is not installed')
    const port = await freePort()
    const prefs = { 'marionette.port': port, 'intl.locale.requested': 'en-US', 'intl.accept_languages': 'en-US', 'browser.shell.checkDefaultBrowser': false, 'datareporting.policy.dataSubmissionEnabled': false, 'app.update.enabled': false }
    writeFileSync(join(profile, 'user.js'), Object.entries(prefs).map(([k, v]) => `user_pref(${JSON.stringify(k)}, ${JSON.stringify(v)});\n`).join(''))
    const firefox = spawn(path, ['--headless', '--marionette', '--remote-allow-system-access', '--no-remote', '--width', '1280', '--height', '900', '--profile', profile], { stdio: 'ignore' })
    if (!world.profiles.includes(profile)) world.profiles.push(profile)
    const fox = new Fox(profile, firefox, new Marionette(await reach(port)))
    await fox.#marionette.call('WebDriver:NewSession', { capabilities: { alwaysMatch: { unhandledPromptBehavior: 'accept' } } })
    return fox
  }

  async goes(url: string): Promise<void> {
    await this.#marionette.call('WebDriver:Navigate', { url })
  }

  /** Runs a function's body in the page. */
  async runs(body: string, ...args: unknown[]): Promise<unknown> {
    return (await this.#marionette.call('WebDriver:ExecuteAsyncScript', { script: `const done = arguments[arguments.length - 1]; (async (...args) => { ${body} })(...arguments).then(done)`, args }) as { value: unknown }).value
  }

  /** Asks the page again and again until the answer is something. */
  async #until(body: string, what: string, timeout: number, ...args: unknown[]): Promise<unknown> {
    for (const end = Date.now() + timeout; Date.now() < end;) {
      const value = await this.runs(body, ...args)
      if (value !== null && value !== false) return value
      await new Promise((go) => setTimeout(go, pause))
    }
    throw new Error(`no ${what} on the page:\n${String(await this.runs('return document.body.innerText'))}`)
  }

  async #element(body: string, what: string, ...args: unknown[]): Promise<string> {
    return ((await this.#until(body, what, 60_000, ...args)) as Record<string, string>)[elementName] ?? ''
  }

  /** Presses a button or a link by its name, or by a part of it. */
  async presses(name: string): Promise<void> {
    const id = await this.#element(`
      const named = (e) => (e.getAttribute('aria-label') ?? e.innerText).trim().replaceAll(/\\s+/g, ' ')
      const all = [...document.querySelectorAll('button, a, [role=menuitem]')].filter((e) => e.checkVisibility() && !e.disabled)
      return all.find((e) => named(e) === args[0]) ?? all.find((e) => named(e).includes(args[0])) ?? null`, `button "${name}"`, name)
    await this.#marionette.call('WebDriver:ElementClick', { id })
  }

  /** Writes into the field of that label, or of that id with # before it, in the place of what was there. */
  async fills(field: string, text: string): Promise<void> {
    const id = await this.#element(`
      if (args[0].startsWith('#')) return document.querySelector(args[0])
      const label = [...document.querySelectorAll('label')].find((l) => l.innerText.trim() === args[0])
      return label?.control ?? null`, `field "${field}"`, field)
    await this.#marionette.call('WebDriver:ElementClear', { id })
    await this.#marionette.call('WebDriver:ElementSendKeys', { id, text })
  }

  /** Writes and sends with the keyboard. */
  async writes(text: string): Promise<void> {
    await this.fills('#message-box', text)
    const key = (type: 'keyDown' | 'keyUp', value: string) => ({ type, value })
    const keys = [key('keyDown', control), key('keyDown', enter), key('keyUp', enter), key('keyUp', control)]
    await this.#marionette.call('WebDriver:PerformActions', { actions: [{ type: 'key', id: 'keyboard', actions: keys }] })
  }

  async reads(selector: string): Promise<string> {
    return String(await this.#until('return document.querySelector(args[0])?.innerText ?? null', selector, 60_000, selector))
  }

  async sees(text: string, timeout = 60_000): Promise<void> {
    await this.#until('return document.body.innerText.includes(args[0])', `"${text}"`, timeout, text)
  }

  async has(selector: string): Promise<boolean> {
    return (await this.runs('return document.querySelector(args[0])?.checkVisibility() === true', selector)) === true
  }

  /** Looks at the page with axe. */
  async look(where: string): Promise<void> {
    await this.#marionette.call('WebDriver:ExecuteScript', { script: axeSource, args: [] })
    const found = await this.runs(`
      const { violations } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      return violations.map((v) => v.id + ': ' + v.nodes.map((n) => JSON.stringify(n.target)).join(' '))`) as string[]
    this.complaints.push(...found.map((f) => `${where}: ${f}`))
  }

  /** Errors that Firefox noted about pages and workers of an address, refused policies among them. */
  async errors(origin: string): Promise<string[]> {
    await this.#marionette.call('Marionette:SetContext', { value: 'chrome' })
    try {
      const { value } = await this.#marionette.call('WebDriver:ExecuteScript', {
        script: `return Services.console.getMessageArray().filter((m) => m instanceof Ci.nsIScriptError && !(m.flags & 1) && (m.sourceName ?? '').startsWith(arguments[0])).map((m) => m.errorMessage)`, args: [origin],
      }) as { value: string[] }
      return value
    } finally {
      await this.#marionette.call('Marionette:SetContext', { value: 'content' })
    }
  }

  /** Closes Firefox as a person does: it writes what it keeps. */
  async leaves(): Promise<void> {
    const gone = new Promise((go) => this.#firefox.once('exit', go))
    await this.#marionette.call('Marionette:Quit', { flags: ['eForceQuit'] }).catch(() => undefined)
    await gone
  }

  kill(): void {
    this.#firefox.kill('SIGKILL')
  }
}

/** Firefox opens its port some time after its start. */
async function reach(port: number): Promise<Socket> {
  for (let tries = 0; ; tries++) {
    const socket = connect(port, '127.0.0.1')
    const open = await new Promise<boolean>((done) => socket.once('connect', () => done(true)).once('error', () => done(false)))
    if (open) return socket
    if (tries > 300) throw new Error('Firefox did not open its port')
    await new Promise((go) => setTimeout(go, pause))
  }
}
