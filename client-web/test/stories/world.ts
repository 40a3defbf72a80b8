// A whole arcline for a story: the real program with its made-up people, and
// real browsers. A story ends with a look at everything that must not have
// happened: errors, reports of the policy, requests to others, readable text at
// rest.

import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { chromium, type BrowserContext, type Page } from 'playwright-core'

const run = promisify(execFile)
const root = new URL('../../..', import.meta.url).pathname

/** Everybody's in the demo. */
export const demoPassword = 'made-up people only'

const half = 30_000 // a one-time code's life, in milliseconds

/** Where a browser is, among the names that systems give it. */
export function browser(...names: string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return names.flatMap((n) => folders.map((f) => join(f, n))).find((p) => existsSync(p))
}

export function freePort(): Promise<number> {
  return new Promise((good, bad) => {
    const s = createServer()
    s.on('error', bad)
    s.listen(0, '127.0.0.1', () => {
      const at = s.address()
      s.close(() => (typeof at === 'object' && at !== null ? good(at.port) : bad(new Error('no port'))))
    })
  })
}

/** An authenticator app (RFC 6238): each code once, in order. */
export class App {
  readonly #seed: Buffer
  #last = 0

  /** used: the code of this half minute was given already, by whoever holds the same seed. */
  constructor(otpauth: string, used = false) {
    if (used) this.#last = Math.floor(Date.now() / half)
    const secret = new URL(otpauth).searchParams.get('secret') ?? ''
    const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
    this.#seed = Buffer.from((bits.match(/.{8}/g) ?? []).map((b) => Number.parseInt(b, 2)))
  }

  /** The next code that will be taken. Waits for the next half minute where the last one was used. */
  async next(): Promise<string> {
    while (Math.floor(Date.now() / half) <= this.#last) await new Promise((go) => setTimeout(go, 250))
    this.#last = Math.floor(Date.now() / half)
    const counter = Buffer.alloc(8)
    counter.writeBigUInt64BE(BigInt(this.#last))
    const mac = createHmac('sha1', this.#seed).update(counter).digest()
    const at = (mac.at(-1) ?? 0) & 15
    return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
  }
}

/** The network between the browsers and the service: it can be cut and mended. */
class Network {
  readonly #open = new Set<Socket>()
  readonly #server: Server
  #cut = false
  #delay = 0

  constructor(from: number, to: number) {
    this.#server = createServer((near) => {
      if (this.#cut) return void near.destroy()
      const far = connect(to, '127.0.0.1')
      for (const [a, b] of [[near, far], [far, near]] as const) {
        this.#open.add(a)
        if (a === near) a.on('data', (bytes) => void (this.#delay === 0 ? b.write(bytes) : setTimeout(() => b.write(bytes), this.#delay)))
        else a.pipe(b)
        a.on('error', () => b.destroy())
        a.on('close', () => {
          this.#open.delete(a)
          b.destroy()
        })
      }
    })
    this.#server.listen(from, '127.0.0.1')
  }

  cut(): void {
    this.#cut = true
    for (const s of this.#open) s.destroy()
  }

  mend(): void {
    this.#cut = false
  }

  /** From now on everything takes so many milliseconds longer to the service. */
  slow(ms: number): void {
    this.#delay = ms
  }

  end(): void {
    this.cut()
    this.#server.close()
  }
}

/** What a page did that it must not do. */
export interface Faults {
  console: string[]
  policy: string[]
  foreign: string[]
}

export class World {
  readonly folder: string
  readonly origin: string
  readonly #port: number
  readonly network: Network
  #process: ChildProcess | undefined
  #printed = ''
  readonly faults: Faults = { console: [], policy: [], foreign: [] }
  readonly profiles: string[] = []

  private constructor(folder: string, port: number, outside: number) {
    this.folder = folder
    this.#port = port
    this.network = new Network(outside, port)
    this.origin = `http://127.0.0.1:${outside}`
  }

  /** Builds the program and starts it with its people. */
  static async raise(): Promise<World> {
    const world = new World(mkdtempSync(join(tmpdir(), 'arcline-story-')), await freePort(), await freePort())
    await run('go', ['build', '-o', world.program, './cmd/arcline'], { cwd: root })
    await world.start()
    return world
  }

  get program(): string {
    return join(this.folder, 'arcline')
  }

  get data(): string {
    return join(this.folder, 'demo')
  }

  async start(): Promise<void> {
    this.#printed = ''
    const p = spawn(this.program, ['demo', '--listen', `127.0.0.1:${this.#port}`, '--data', this.data, '--origins', this.#origins()])
    this.#process = p
    p.stdout.on('data', (b: Buffer) => (this.#printed += b.toString()))
    p.stderr.on('data', (b: Buffer) => (this.#printed += b.toString()))
    for (let i = 0; !this.#printed.includes('In a browser'); i++) {
      if (p.exitCode !== null || i > 1200) throw new Error(`the demo did not start:\n${this.#printed}`)
      await new Promise((go) => setTimeout(go, 100))
    }
  }

  /** The addresses at which browsers see it: those of the network between. */
  #origins(): string {
    const { port } = new URL(this.origin)
    return `http://127.0.0.1:${port},http://localhost:${port}`
  }

  /** Stops the service, as a power cut does or in good order. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    const p = this.#process
    if (p === undefined || p.exitCode !== null) return
    await new Promise<void>((go) => {
      p.once('exit', () => go())
      p.kill(signal)
    })
  }

  /** The address on a guest's letter. */
  letter(display: string): string {
    const line = this.#printed.split('\n').find((l) => l.includes(display) && l.includes('/setup#'))
    const link = line?.match(/http:\S+/)?.[0]
    if (link === undefined) throw new Error(`no letter for ${display}`)
    return link.replace(`:${this.#port}/`, `:${new URL(this.origin).port}/`)
  }

  /** Runs the command line as one of the demo's people; lines are typed as answers. */
  async cli(who: string, args: string[], typed: string[] = []): Promise<string> {
    const p = spawn(this.program, [args[0] ?? '', '--home', join(this.data, 'people', who), ...args.slice(1)])
    let out = ''
    p.stdout.on('data', (b: Buffer) => (out += b.toString()))
    p.stderr.on('data', (b: Buffer) => (out += b.toString()))
    p.stdin.end(typed.map((l) => `${l}\n`).join(''))
    const code = await new Promise<number | null>((go) => p.once('exit', go))
    if (code !== 0) throw new Error(`arcline ${args.join(' ')} as ${who}: exit ${code}\n${out}`)
    return out
  }

  /** A browser of its own, with a profile on disk that outlives it. */
  async browser(profile = mkdtempSync(join(this.folder, 'profile-')), more: { width?: number; height?: number } = {}): Promise<BrowserContext> {
    const executablePath = browser('chromium', 'chromium-browser', 'google-chrome')
    if (executablePath === undefined) throw new Error('Chromium is not installed')
    if (!this.profiles.includes(profile)) this.profiles.push(profile)
    const ctx = await chromium.launchPersistentContext(profile, {
      executablePath, headless: true, viewport: { width: more.width ?? 1280, height: more.height ?? 800 }, locale: 'en-US', timezoneId: 'America/Chicago', acceptDownloads: true,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    })
    ctx.on('page', (page) => this.#watch(page))
    for (const page of ctx.pages()) this.#watch(page)
    await ctx.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`))
    })
    return ctx
  }

  #watch(page: Page): void {
    page.on('console', (m) => {
      if (m.text().startsWith('policy: ')) this.faults.policy.push(m.text())
      // A request while the network is gone is what some stories are about.
      else if (m.type() === 'error' && !m.text().includes('net::ERR_')) this.faults.console.push(m.text())
    })
    page.on('pageerror', (e) => this.faults.console.push(String(e)))
    page.on('request', (r) => {
      const { host, protocol } = new URL(r.url())
      if (protocol.startsWith('http') && !/^(127\.0\.0\.1|localhost):/.test(host)) this.faults.foreign.push(r.url())
    })
  }

  async end(): Promise<void> {
    await this.stop()
    this.network.end()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Shorter needles are found by chance: of one of six bytes only four letters of base64 are sure. */
const leastNeedle = 8

/** A needle in every spelling in which a program could have written it. */
function spellings(needle: string): Buffer[] {
  const b = Buffer.from(needle)
  if (b.length < leastNeedle) throw new Error(`“${needle}” is too short to be looked for`)
  const out = [b, Buffer.from(needle, 'utf16le'), Buffer.from(b.toString('hex')), Buffer.from(b.toString('hex').toUpperCase())]
  for (let skip = 0; skip < 3; skip++) { // base64 depends on where in a group of three bytes the needle begins
    const inner = b.subarray((3 - skip) % 3)
    const whole = inner.subarray(0, Math.floor(inner.length / 3) * 3)
    out.push(Buffer.from(whole.toString('base64')), Buffer.from(whole.toString('base64url')))
  }
  return out
}

/** Files below a folder that hold a needle. */
export function holders(folder: string, needles: readonly string[]): string[] {
  const all = needles.flatMap(spellings)
  const out: string[] = []
  const walk = (dir: string) => {
    for (const name of readdirSync(dir)) {
      const path = join(dir, name)
      const kind = statSync(path, { throwIfNoEntry: false })
      if (kind?.isDirectory() === true) walk(path)
      else if (kind?.isFile() === true) {
        const bytes = readFileSync(path)
        if (all.some((n) => bytes.includes(n))) out.push(path)
      }
    }
  }
  walk(folder)
  return out
}

/**
 * The files of the service and of every browser's profile that hold a planted
 * word, after a search that was seen to find one: there must be none.
 */
export function readableAtRest(world: World, planted: readonly string[]): string[] {
  const places = [join(world.data, 'service'), ...world.profiles]
  const found = places.flatMap((p) => holders(p, planted))
  for (const p of places) {
    const control = join(p, 'planted-control')
    const word = `xx ${planted[0] ?? ''}`
    for (const spelled of [word, Buffer.from(word).toString('base64')]) {
      writeFileSync(control, spelled)
      if (!holders(p, planted).includes(control)) throw new Error(`the search of ${p} is blind`)
    }
    rmSync(control)
  }
  return found
}
