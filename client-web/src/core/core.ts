// What the screens ask, answered. The core holds the person of this browser and
// decides nothing that the rules of the cryptography or the service decide.

import { newest, type ID } from '../crypto/envelope/bytes.ts'
import { outcomes, type EntryType } from '../crypto/envelope/entry.ts'
import { safetyNumber } from '../crypto/vault/numbers.ts'
import type { Asked, Calls, Factor, Later, PageCalls } from '../link/calls.ts'
import type { Facts, Outcome, Phase } from '../link/facts.ts'
import * as wire from '../wire/gen.ts'
import { AccountCalls } from './account.ts'
import type { Content, FileInfo } from './content.ts'
import { download, seal, upload } from './files.ts'
import { findLetter } from './letters.ts'
import type { Does, Item } from './outbox.ts'
import { meRecord, noteDraft, Person, type Identity, type Push } from './person.ts'
import { isCode, Moot, Offline, refusedFor } from './problem.ts'
import { Requests } from './requests.ts'
import { forgetRecovered, recover, recovered } from './recover.ts'
import { enrol, freshID, Pairing, type Shown } from './setup.ts'
import { Statements } from './statements.ts'
import { Upkeep } from './upkeep.ts'
import { BrowserVault } from './vault.ts'

const shownRecord = 'setup'
const newDraftRecord = 'new-draft'

type Fields = Omit<Item, 'id' | 'made'>

/** The entry that does what a person asked for. */
const kindOf: Record<Does['what'], EntryType> = { close: 'close', release: 'requeue', transfer: 'transfer' }

export interface Host {
  origin: string
  now: () => number
  push: Push
  uploads: (upload: string, sent: number, total: number) => void
  page: () => Asked<PageCalls> | undefined
}

/** Calls as the core answers them. */
type Answers = { [K in keyof (Calls & Later)]: (...input: Parameters<(Calls & Later)[K]>) => Promise<ReturnType<(Calls & Later)[K]>> }

export class Core extends AccountCalls implements Answers {
  readonly #host: Host
  readonly #requests: Requests
  #vault: BrowserVault | undefined
  #person: Person | undefined
  #statements: Statements | undefined
  #shown: Shown | undefined
  #pairing: Pairing | undefined
  #phase: Facts['phase'] = { phase: 'starting' }
  /** The thread that the next question opens: its files are sealed for it before it exists. */
  #nextThread = freshID()
  readonly #attached = new Map<ID, { thread: ID; info: FileInfo }>()
  readonly #uploads = new Map<string, AbortController>()

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
      this.#become(this.#shown === undefined ? 'signed-out' : 'app')
      person.tellAll()
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

  #become(phase: Phase): void {
    this.#phase = { phase }
    this.#host.push('phase', this.#phase)
  }

  #take(me: Identity, kept: NonNullable<Awaited<ReturnType<BrowserVault['device']>>>): Person {
    const person = new Person(me, kept, {
      requests: this.#requests, vault: this.#store(), now: this.#host.now, push: this.#host.push, page: this.#host.page, ended: () => void this.#ended(),
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

  async #ended(): Promise<void> {
    await this.#person?.access.drop()
    this.#person?.stop()
    this.#become('signed-out')
  }

  #store(): BrowserVault {
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
    const { name } = await findLetter(this.#requests, link)
    return { name, agencyName: '' }
  }

  async enrol({ link, password }: { link: string; password: string }): Promise<{ otpauth: string; recovery: string }> {
    if (this.#shown !== undefined) return this.#shown
    const vault = this.#store()
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
    await this.#store().delete(shownRecord)
    this.#shown = undefined
    this.#become('signed-out')
  }

  async signIn({ password, factor }: { password: string; factor: Factor }): Promise<void> {
    const person = this.who()
    person.stop()
    await person.access.signIn(person.identity.name, person.identity.device, password, factor)
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
    await this.#store().forget()
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

  async open(input: Parameters<Calls['open']>[0]): Promise<string> {
    const person = this.who()
    const thread = this.#nextThread
    this.#nextThread = freshID()
    const content: Content = { type: 'text', subject: input.subject, text: input.text }
    const item = this.#item({ kind: 'open', thread, open: freshID(), line: input.line as ID, content, sensitive: input.sensitive })
    if (input.broker !== undefined) item.broker = input.broker as ID
    await this.#hand(person, item, input.files, input.hold, input.identifiers, input.factor)
    await person.keepDraft(newDraftRecord as ID, '')
    return thread
  }

  async send(input: Parameters<Calls['send']>[0]): Promise<string> {
    const person = this.who()
    const item = this.#item({ kind: 'msg', thread: input.thread as ID, content: { type: 'text', text: input.text } })
    await this.#hand(person, item, input.files, input.hold, input.identifiers, input.factor)
    await person.keepDraft(input.thread as ID, '')
    return item.id
  }

  #item(fields: Fields): Item {
    return { ...fields, id: freshID(), made: Date.now() }
  }

  /** Puts a message into the outbox; the factor is asked for before, since it is bound to this very act. */
  async #hand(person: Person, item: Item, files: readonly string[], hold: number, identifiers: boolean, factor: Factor | undefined): Promise<void> {
    const infos = files.map((f) => this.#attached.get(f as ID)?.info).filter((f) => f !== undefined)
    if (infos.length !== files.length) throw new Moot('a file is not there any more')
    if (infos.length > 0 && item.content !== undefined) item.content.files = infos
    if (identifiers) {
      if (factor === undefined) throw refusedFor('step_up_required')
      item.identifiers = true
      item.attest = await person.access.attest(factor, 'append msg', item.thread)
    }
    if (hold > 0) item.leaves = Date.now() + hold
    await person.outbox.keep(item)
    for (const f of files) this.#attached.delete(f as ID)
    void person.outbox.flush().catch((error: unknown) => person.failed(error))
  }

  async undo(key: string): Promise<string> {
    const person = this.who()
    const item = await person.outbox.takeBack(key as ID)
    if (item === undefined) throw new Moot('it has been sent')
    const text = item.content?.text ?? ''
    if (item.kind === 'msg') await person.keepDraft(item.thread, text)
    if (item.kind === 'note' && item.group === undefined) await person.keepDraft(noteDraft(item.thread), text)
    return text
  }

  async retry(key: string): Promise<void> {
    const person = this.who()
    const item = person.outbox.get(key as ID)
    if (item === undefined) return
    const { failed: _, ...again } = item
    await person.outbox.keep(again)
    await person.outbox.flush()
  }

  async discard(key: string): Promise<void> {
    await this.who().outbox.remove(key as ID)
  }

  async draft({ thread, text, note }: { thread: string; text: string; note: boolean }): Promise<void> {
    await this.who().keepDraft(note ? noteDraft(thread as ID) : (thread as ID), text)
  }

  async note({ thread, text }: { thread: string; text: string }): Promise<string> {
    const person = this.who()
    const item = this.#item({ kind: 'note', thread: thread as ID, content: { type: 'note', text } })
    await this.#leave(person, [item])
    await person.keepDraft(noteDraft(item.thread), '')
    return item.id
  }

  async dismiss(key: string): Promise<void> {
    this.who().acts.dismiss(key)
  }

  /** Puts acts that are one into the outbox and lets go of them. */
  async #leave(person: Person, items: readonly Item[]): Promise<void> {
    for (const item of items) await person.outbox.keep(item)
    void person.outbox.flush().catch((error: unknown) => person.failed(error))
  }

  /** Acts that leave together after a while, with the reason in front and the notes behind them. */
  async #later(thread: ID, hold: number, reason: string, does: Does, acts: readonly Fields[]): Promise<string> {
    const person = this.who()
    const note: Fields[] = reason === '' ? [] : [{ kind: 'note', thread, content: { type: 'handover', text: reason } }]
    const { id: group, made } = this.#item({ kind: 'ack', thread })
    const items = [...note, ...acts].map((fields, i): Item => ({
      ...fields, id: i === 0 ? group : freshID(), made: made + i, group, ...(hold > 0 ? { leaves: made + hold } : {}), ...(fields.kind === kindOf[does.what] ? { does } : {}),
    }))
    await this.#leave(person, items)
    await person.settle()
    return group
  }

  async writing(thread: string): Promise<void> {
    this.who().presence.writing(thread as ID)
  }

  async newDraft(text: string): Promise<void> {
    await this.who().keepDraft(newDraftRecord as ID, text)
  }

  async savedNewDraft(): Promise<string> {
    return this.who().draftOf(newDraftRecord as ID)
  }

  async markRead({ thread, index }: { thread: string; index: number }): Promise<void> {
    const person = this.who()
    const id = thread as ID
    if (!(await person.digests.read(id, index))) return
    const { state } = await person.threads.thread(id)
    const party = state.opener === person.identity.account || state.claimer === person.identity.account
    if (party) await person.outbox.put(this.#item({ kind: 'ack', thread: id, upTo: index }))
    person.tellAll()
  }

  async markUnread(thread: string): Promise<void> {
    const person = this.who()
    await person.digests.markUnread(thread as ID)
    person.tellAll()
  }

  async #act(fields: Fields, factor?: Factor): Promise<void> {
    const person = this.who()
    const item = this.#item(fields)
    if (factor !== undefined) item.attest = await person.access.attest(factor, `append ${fields.kind}`, fields.thread)
    await person.outbox.put(item)
    await person.settle()
  }

  async claim({ thread, factor }: { thread: string; factor?: Factor }): Promise<void> {
    const t = await this.who().threads.sync(thread as ID)
    if (t.state.sensitive && factor === undefined) throw refusedFor('step_up_required')
    const person = this.who()
    const behind = this.#item({ kind: 'notes', thread: t.id, account: person.identity.account })
    await person.outbox.keep({ ...behind, made: behind.made + 1000 })
    await this.#act({ kind: 'claim', thread: t.id }, t.state.sensitive ? factor : undefined)
  }

  async release({ thread, reason, hold }: { thread: string; reason: string; hold: number }): Promise<string> {
    const t = await this.who().threads.thread(thread as ID)
    const { line } = t.state
    return this.#later(t.id, hold, reason, { what: 'release' }, [
      { kind: 'requeue', thread: t.id, line, history: true }, { kind: 'notes', thread: t.id, line },
    ])
  }

  async transfer({ thread, to, reason, hold }: { thread: string; to: string; reason: string; hold: number }): Promise<string> {
    const id = thread as ID
    const account = to as ID
    return this.#later(id, hold, reason, { what: 'transfer', to: account }, [
      { kind: 'transfer-offer', thread: id, account }, { kind: 'transfer', thread: id, account }, { kind: 'notes', thread: id, account },
    ])
  }

  async accept(thread: string): Promise<void> {
    const t = await this.who().threads.sync(thread as ID)
    const account = t.state.offer
    const { role } = this.who().me()
    const behind = this.#item({ kind: 'notes', thread: t.id, account })
    if (role === 'specialist' || role === 'lead') await this.who().outbox.keep({ ...behind, made: behind.made + 1000 })
    await this.#act({ kind: 'transfer', thread: t.id, account })
  }

  async close({ thread, outcome, hold }: { thread: string; outcome: Outcome; hold: number }): Promise<string> {
    return this.#later(thread as ID, hold, '', { what: 'close' }, [{ kind: 'close', thread: thread as ID, outcome: outcomes.indexOf(outcome) }])
  }

  async ask(thread: string): Promise<void> {
    await this.#act({ kind: 'ask', thread: thread as ID })
  }

  async confirm({ thread, factor }: { thread: string; factor: Factor }): Promise<void> {
    const t = await this.who().threads.sync(thread as ID)
    if (t.state.asked === 0n) throw new Moot('nobody asks')
    await this.#act({ kind: 'confirm', thread: t.id, upTo: Number(t.state.asked) - 1 }, factor)
  }

  async attach({ upload: name, thread, file }: { upload: string; thread: string | undefined; file: File }) {
    const person = this.who()
    const id = freshID()
    const place = (thread ?? this.#nextThread) as ID
    const abort = new AbortController()
    this.#uploads.set(name, abort)
    try {
      const progress = (sent: number, total: number) => this.#host.uploads(name, sent, total)
      const { info, sealed } = await seal(place, id, file, progress)
      // A thread that does not exist yet takes no file: it waits here for the message that opens it.
      if (thread === undefined) await this.#store().keepFile(id, sealed)
      else await upload(person.access, place, info, sealed, progress, abort.signal)
      this.#attached.set(id, { thread: place, info })
      this.#host.uploads(name, 1, 1)
      return { id, name: info.name, mime: info.mime, size: info.size }
    } finally {
      this.#uploads.delete(name)
    }
  }

  async cancel(name: string): Promise<void> {
    this.#uploads.get(name)?.abort()
  }

  async download({ thread, file }: { thread: string; file: string }): Promise<Blob> {
    const person = this.who()
    const t = await person.threads.thread(thread as ID)
    const info = t.events.flatMap((e) => e.content?.files ?? []).find((f) => f.id === file)
    if (info === undefined) throw refusedFor('not_found')
    return download(person.access, t.id, info)
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

  async roster(): Promise<wire.PersonRow[]> {
    const out: wire.PersonRow[] = []
    for (let after = ''; ;) {
      const page = await this.who().access.call({ method: 'GET', path: `/v1/people?after=${encodeURIComponent(after)}` }, wire.decodePeopleList)
      out.push(...page.people)
      const last = page.people.at(-1)
      if (!page.more || last === undefined) return out
      after = last.key
    }
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
    const vault = this.#store()
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
    const kept = await recovered(this.#requests, this.#store())
    return typeof kept === 'object' ? kept : undefined
  }

  async noted(): Promise<void> {
    await forgetRecovered(this.#store())
  }

  async pair({ name }: { name: string }): Promise<{ code: string }> {
    this.#pairing = await Pairing.begin(this.#requests, this.#store(), name)
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
      await this.#store().save(meRecord, done.identity)
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
