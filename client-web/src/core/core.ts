// What the screens ask, answered. The core holds the person of this browser and
// decides nothing that the rules of the cryptography or the service decide.

import { newest, type ID } from '../crypto/envelope/bytes.ts'
import { safetyNumber } from '../crypto/vault/numbers.ts'
import type { Asked, Calls, Factor, Later, PageCalls } from '../link/calls.ts'
import type { Facts, Phase } from '../link/facts.ts'
import * as wire from '../wire/gen.ts'
import { findLetter } from './letters.ts'
import { meRecord, Person, type Identity, type Push } from './person.ts'
import { isCode, Offline, refusedFor } from './problem.ts'
import { Requests } from './requests.ts'
import { forgetRecovered, recover, recovered } from './recover.ts'
import { enrol, Pairing, type Shown } from './setup.ts'
import { Statements } from './statements.ts'
import { TalkCalls } from './talk.ts'
import { Upkeep } from './upkeep.ts'
import { BrowserVault } from './vault.ts'

const shownRecord = 'setup'

/** Where the vault keeps why the last sign-in was ended from outside. */
const endedRecord = 'ended'

function endedWhy(code: string | undefined): Facts['phase']['why'] {
  return code === 'suspended' ? 'suspended' : code === 'device_revoked' ? 'removed' : undefined
}

export interface Host {
  origin: string
  now: () => number
  push: Push
  uploads: (upload: string, sent: number, total: number) => void
  page: () => Asked<PageCalls> | undefined
}

/** Calls as the core answers them. */
type Answers = { [K in keyof (Calls & Later)]: (...input: Parameters<(Calls & Later)[K]>) => Promise<ReturnType<(Calls & Later)[K]>> }

export class Core extends TalkCalls implements Answers {
  readonly #host: Host
  readonly #requests: Requests
  #vault: BrowserVault | undefined
  #person: Person | undefined
  #statements: Statements | undefined
  #shown: Shown | undefined
  #pairing: Pairing | undefined
  #phase: Facts['phase'] = { phase: 'starting' }

  constructor(host: Host) {
    super()
    this.#host = host
    this.#requests = new Requests(host.origin, host.now)
  }

  /** Reads what this browser keeps and goes on where it was left. */
  async start(): Promise<void> {
    try {
      this.#vault = await BrowserVault.open()
      const me = await this.#vault.load<Identity>(meRecord)
      const kept = await this.#vault.device()
      if (me === undefined || kept === undefined) return this.#become('new')
      this.#shown = await this.#vault.load<Shown>(shownRecord)
      const person = this.#take(me, kept)
      if (await person.restore()) return await this.#signedIn(person)
      this.#become(this.#shown === undefined ? 'signed-out' : 'app', endedWhy(await this.#vault.load<string>(endedRecord)))
      person.tellAll()
      await person.tellHouse().catch(() => undefined) // no connection: it is told after signing in
    } catch (error) {
      if (this.#person !== undefined) return this.#person.failed(error)
      this.#phase = { phase: 'unusable', why: 'storage' }
      this.#host.push('phase', this.#phase)
    }
  }

  /** Tells everything again, to a screen that has just come. */
  tellAll(): void {
    this.#host.push('phase', this.#phase)
    this.#host.push('offers', ['stay', 'replaceRecovery', 'block', 'recover', 'recovered', 'noted'])
    this.#person?.tellAll()
  }

  /** The network came back, or the machine woke. */
  wake(): void {
    this.#person?.live.wake()
  }

  #become(phase: Phase, why?: Facts['phase']['why']): void {
    this.#phase = why === undefined ? { phase } : { phase, why }
    this.#host.push('phase', this.#phase)
  }

  #take(me: Identity, kept: NonNullable<Awaited<ReturnType<BrowserVault['device']>>>): Person {
    const person = new Person(me, kept, {
      requests: this.#requests, vault: this.store(), now: this.#host.now, push: this.#host.push, page: this.#host.page, ended: (why) => void this.#ended(why),
    })
    this.#person = person
    this.#statements = new Statements(person, this.#host.now)
    return person
  }

  async #signedIn(person: Person): Promise<void> {
    this.#become('signed-in')
    person.tellAll()
    await person.begin()
    const statements = this.says()
    await statements.auditBoxes().catch((error: unknown) => person.failed(error))
    void new Upkeep(person, statements).run().catch((error: unknown) => person.failed(error))
  }

  /** The sign-in has ended; where the service said why, the reason is kept until somebody signs in again. */
  async #ended(why?: string): Promise<void> {
    await this.#person?.access.drop()
    this.#person?.stop()
    if (why === 'suspended' || why === 'device_revoked') await this.store().save(endedRecord, why)
    this.#become('signed-out', endedWhy(why))
  }

  protected progress(upload: string, sent: number, total: number): void {
    this.#host.uploads(upload, sent, total)
  }

  protected store(): BrowserVault {
    if (this.#vault === undefined) throw new TypeError('nothing is open')
    return this.#vault
  }

  protected who(): Person {
    if (this.#person === undefined) throw refusedFor('sign_in')
    return this.#person
  }

  protected page(): Asked<PageCalls> {
    const page = this.#host.page()
    if (page === undefined) throw new Offline('no page is open')
    return page
  }

  protected says(): Statements {
    if (this.#statements === undefined) throw refusedFor('sign_in')
    return this.#statements
  }

  async letter(link: string): Promise<{ name: string; agencyName: string }> {
    const { name, agencyName } = await findLetter(this.#requests, link)
    return { name, agencyName }
  }

  async enrol({ link, password }: { link: string; password: string }): Promise<{ otpauth: string; recovery: string }> {
    if (this.#shown !== undefined) return this.#shown
    const vault = this.store()
    const made = await enrol(this.#requests, vault, this.#host.now, link, password)
    await vault.save(meRecord, made.identity)
    await vault.save(shownRecord, made.shown)
    this.#shown = made.shown
    const person = this.#take(made.identity, made.kept)
    person.secrets.account.set(1, made.secret)
    await person.secrets.save()
    this.#become('app')
    person.tellAll()
    return made.shown
  }

  /** What was shown once and not yet put away, for who left the set-up and came back. */
  async setup(): Promise<{ otpauth: string; recovery: string } | undefined> {
    return this.#shown
  }

  async confirmApp(code: string): Promise<void> {
    const shown = this.#shown
    if (shown === undefined) throw refusedFor('wrong_state')
    await this.#requests.tell({ method: 'POST', path: '/v1/enroll/confirm', body: wire.encodeConfirm({ locator: shown.locator, code }) })
    await this.store().delete(shownRecord)
    this.#shown = undefined
    this.#become('signed-out')
  }

  async signIn({ password, factor }: { password: string; factor: Factor }): Promise<void> {
    const person = this.who()
    person.stop()
    try {
      await person.access.signIn(person.identity.name, person.identity.device, password, factor)
    } catch (error) {
      if (isCode(error, 'suspended') || isCode(error, 'device_revoked')) this.#become('signed-out') // the refusal says it
      throw error
    }
    await this.store().delete(endedRecord)
    await this.#signedIn(person)
  }

  async signOut(): Promise<void> {
    const person = this.who()
    try {
      await person.access.send({ method: 'DELETE', path: '/v1/session' })
    } catch (error) {
      if (!(error instanceof Offline) && !isCode(error, 'sign_in')) throw error
    }
    await this.#ended()
  }

  async forget(): Promise<void> {
    if (this.#phase.phase === 'signed-in') await this.signOut()
    this.#person = undefined
    this.#statements = undefined
    this.#shown = undefined
    this.#requests.proveWith(undefined)
    await this.store().forget()
    this.#host.push('me', undefined)
    this.#host.push('rows', [])
    this.#host.push('queues', {})
    this.#host.push('thread', undefined)
    await this.start()
  }

  async look(thread: string | undefined, viewer = 0): Promise<void> {
    await this.who().look(thread as ID | undefined, viewer)
  }

  /** A viewer has gone. */
  leave(viewer: number): void {
    void this.#person?.look(undefined, viewer)
  }

  async search(text: string) {
    const person = this.who()
    return person.digests.search(text, (id) => person.view.nameOf(id))
  }

  async people(line: string) {
    const person = this.who()
    await person.log.learn(line as ID)
    return person.log.book.line(line as ID).members(newest).map((id) => person.view.person(id)).filter((p) => p !== undefined)
  }

  async lines() {
    const person = this.who()
    return person.log.book.allLines().map((l) => person.view.line(l.id))
  }

  async safety(account: string) {
    const { log, identity, view } = this.who()
    await log.learn(account as ID)
    const mine = log.book.account(identity.account).genesis
    const theirs = log.book.account(account as ID).genesis
    const [a = '', b = ''] = [mine, theirs].map((h) => h.toUpperCase()).sort()
    return { name: view.nameOf(account as ID), number: safetyNumber(mine, theirs, [identity.agency]), qr: `ARCLINE SAFETY 1 ${a} ${b}` }
  }

  /** Comes back with the recovery code, where this browser belongs to nobody yet. */
  async recover(input: Parameters<Later['recover']>[0]): Promise<{ recovery: string; name: string }> {
    const vault = this.store()
    const before = await recovered(this.#requests, vault)
    if (typeof before === 'object') return before
    if (before === undefined && this.#person !== undefined) throw refusedFor('wrong_state')
    const own = before === 'unsure' ? await vault.device() : undefined
    try {
      const back = await recover(this.#requests, vault, this.#host.now, input, own)
      const person = this.#take(back.identity, back.kept)
      this.#become('signed-out')
      person.tellAll()
      if (back.lost !== undefined) throw back.lost
      return back.shown
    } catch (error) {
      if (own !== undefined && (await vault.load<Identity>(meRecord)) === undefined) { // the try before did not arrive either
        this.#person = undefined
        this.#become('new')
      }
      throw error
    }
  }

  /** What recover has shown and its person has not put away, for who left and came back. */
  async recovered(): Promise<{ recovery: string; name: string } | undefined> {
    const kept = await recovered(this.#requests, this.store())
    return typeof kept === 'object' ? kept : undefined
  }

  async noted(): Promise<void> {
    await forgetRecovered(this.store())
  }

  async pair({ name }: { name: string }): Promise<{ code: string }> {
    this.#pairing = await Pairing.begin(this.#requests, this.store(), name)
    return { code: this.#pairing.code }
  }

  async paired() {
    const pairing = this.#pairing
    if (pairing === undefined) return 'expired' as const
    try {
      const done = await pairing.collect()
      if (done === undefined) return 'waiting' as const
      if (done === 'refused') {
        this.#pairing = undefined
        return 'blocked' as const
      }
      await this.store().save(meRecord, done.identity)
      this.#pairing = undefined
      this.#take(done.identity, done.kept).tellAll()
      this.#become('signed-out')
      return 'approved' as const
    } catch (error) {
      if (error instanceof Offline) return 'waiting' as const
      this.#pairing = undefined
      if (isCode(error, 'not_found') || isCode(error, 'expired')) return 'expired' as const
      throw error
    }
  }
}
