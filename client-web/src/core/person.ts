// Everything that exists once this browser belongs to somebody: what they can
// prove, read and send.

import { newest, type Hash, type ID } from '../crypto/envelope/bytes.ts'
import type { Maker } from '../crypto/seal/keys.ts'
import { deviceOf, type KeptDevice } from '../crypto/seal/device.ts'
import type { Asked, PageCalls, Problem } from '../link/calls.ts'
import type { Facts, Me, Row } from '../link/facts.ts'
import * as wire from '../wire/gen.ts'
import { Access } from './access.ts'
import { Acts } from './acts.ts'
import { Digests } from './digests.ts'
import { Drafts, noteDraft } from './drafts.ts'
import { freshID } from './id.ts'
import { Live } from './live.ts'
import { Log } from './log.ts'
import { Outbox, type Item } from './outbox.ts'
import { Own } from './own.ts'
import { Alarm, isCode, Offline } from './problem.ts'
import { Presence } from './presence.ts'
import type { Requests } from './requests.ts'
import { Secrets } from './secrets.ts'
import { Sender } from './sender.ts'
import type { Socket } from './socket.ts'
import { NoteLog } from './notes.ts'
import { Thread } from './thread.ts'
import { Follows, type Notebook, type Threads } from './threads.ts'
import { Turn } from './turn.ts'
import type { Vault } from './vault.ts'
import { View } from './view.ts'

/** Where the vault keeps who this device is. */
export const meRecord = 'me'

/** Who this device is, as the vault keeps it. */
export interface Identity {
  name: string
  agency: ID
  account: ID
  device: ID
  /** Text of the agency's root key. */
  root: string
  logKey: string
  /** Told by the device that let this one in. */
  genesis?: Hash
}

/** Tells a fact to everybody, or to one viewer. */
export type Push = <K extends keyof Facts>(name: K, value: Facts[K], viewer?: number) => void

export interface Surroundings {
  requests: Requests
  vault: Vault
  now: () => number
  push: Push
  page: () => Asked<PageCalls> | undefined
  /** The sign-in has ended, for the reason of this code. */
  ended: (code: string) => void
}

/** How often lines and people are looked at again, in milliseconds. */
const lookAgainEvery = 30_000
/** The same for staff who are on no line yet: somebody is about to put them there. */
const lookSoon = 5000

export class Person {
  readonly identity: Identity
  readonly access: Access
  readonly log: Log
  readonly secrets: Secrets
  readonly live: Live
  readonly presence: Presence
  readonly threads: Threads
  readonly notebook: Notebook
  readonly acts: Acts
  readonly outbox: Outbox
  readonly own: Own
  readonly digests: Digests
  readonly drafts: Drafts
  readonly view: View
  readonly maker: Maker
  /** Of the service: where letters lead to. */
  readonly origin: string
  readonly #requests: Requests
  readonly #push: Push
  readonly #mine = new Map<ID, wire.Summary>()
  readonly #queues = new Map<ID, Map<ID, wire.Summary>>()
  readonly #background = new Turn()
  /** What was caught, until the page is opened anew. */
  #alarm: string | undefined
  #lines: wire.LineInfo[] = []
  #refresh: ReturnType<typeof setTimeout> | undefined
  #stopped = false
  /** Which thread each viewer looks at. */
  readonly #looked = new Map<number, ID>()
  readonly #whole = new Set<ID>()
  #waiting = new Set<keyof Facts>()

  constructor(identity: Identity, kept: KeptDevice, around: Surroundings) {
    const { requests, vault, now, push, page } = around
    this.identity = identity
    this.#requests = requests
    this.origin = requests.origin
    this.#push = push
    const device = deviceOf(kept)
    requests.proveWith(device.session)
    this.maker = { acct: identity.account, dev: identity.device, sign: device.sign }
    this.access = new Access(requests, vault, now, page)
    this.log = new Log({ ...identity }, this.access, vault, now)
    this.secrets = new Secrets(this.log, vault, identity.account, identity.device, device.box)
    this.log.afterLearning = () => this.secrets.openOwn()
    this.live = new Live(requests.origin, this.access, {
      entries: (thread, notes, entries) => (notes ? this.notebook : this.threads).deliver(thread as ID, entries),
      opened: (socket) => void this.#connected(socket),
      state: () => this.#tell('connection'),
      ends: (at) => this.#push('signInEnds', at),
      present: (line, people) => this.presence.told(line as ID, people),
      ended: (error) => around.ended(error.problem.code),
    })
    this.presence = new Presence(this.live, () => {
      this.#tell('queues')
      this.#tell('rows')
      this.#tell('thread')
    })
    const lost = (id: ID, error: unknown) => this.failed(error, id)
    this.threads = new Follows({ notes: false, record: 'pin/', make: (id, pin) => new Thread(id, this.log, this.secrets, pin) }, this.live, vault, (t) => this.#grown(t), lost)
    this.notebook = new Follows({ notes: true, record: 'notes/', make: (id, pin) => new NoteLog(id, this.log, this.secrets, pin) }, this.live, vault, (l) => this.#noted(l), lost)
    this.own = new Own(this.log, vault, identity.account, identity.device)
    const sender = new Sender(this.access, vault, this.log, this.live, this.threads, this.notebook, this.maker, now, () => this.#undisturbed())
    this.outbox = new Outbox(vault, (item) => this.#watched(() => sender.deliver(item)), (thread) => this.#outboxChanged(thread), (...done) => this.#ended(...done))
    this.acts = new Acts(() => this.outbox, (id) => this.view.nameOf(id), (id) => this.digests.get(id)?.subject, () => this.#tell('acts'))
    this.digests = new Digests(vault, identity.account)
    this.drafts = new Drafts(vault, this.access, this.secrets, () => {
      this.#tell('rows')
      this.#tell('thread')
    })
    this.view = new View(this.log.book, identity.account, this.digests, this.outbox, (line, thread) => this.presence.of(line, thread), now)
  }

  /** Reads what this browser keeps. True where a sign-in may still live. */
  async restore(): Promise<boolean> {
    await this.secrets.restore()
    await this.log.restore()
    await this.digests.restore()
    await this.outbox.restore()
    await this.drafts.restore()
    return this.access.restore()
  }

  /** What every sign-in and every start begins with. */
  async begin(): Promise<void> {
    this.#stopped = false
    this.live.start()
    this.#lookLater()
    try {
      await this.log.learn()
      await this.#tellOwn()
      await this.#learnLines()
      await this.#listQueues(false)
      await this.drafts.meet()
    } catch (error) {
      this.failed(error)
      if (!(error instanceof Offline)) throw error
    }
    this.#tell('me')
    this.#tell('lines')
    this.#tell('rows')
    this.#lookLater()
  }

  stop(): void {
    clearTimeout(this.#refresh)
    this.#stopped = true
    this.presence.stop()
    this.live.stop()
  }

  #lookLater(): void {
    clearTimeout(this.#refresh)
    if (this.#stopped) return
    const { role } = this.me()
    const newcomer = (role === 'specialist' || role === 'lead') && this.#workedLines().length === 0
    this.#refresh = setTimeout(() => void this.lookAgain().finally(() => this.#lookLater()), newcomer ? lookSoon : lookAgainEvery)
  }

  /** Lines and their people change without anybody telling this device: it looks again. */
  async lookAgain(): Promise<void> {
    if (this.live.state !== 'online') return
    try {
      await this.log.learn(...this.log.book.allLines().map((l) => l.id))
      for (const line of [...this.#queues.keys()]) if (!this.#workedLines().includes(line)) this.#queues.delete(line)
      for (const name of ['me', 'lines', 'queues'] as const) this.#tell(name)
      await this.#listQueues(false)
      await this.#tellOwn()
    } catch (error) {
      return this.failed(error)
    }
    // What could not be read when it came, for want of a key or a connection, is tried again.
    void this.#background.take(() => this.#readNews([this.#mine, ...this.#queues.values()].flatMap((rows) => [...rows.values()])))
  }

  /** Keeps the lists of the lines that this person works on: all of them anew, or those that are not kept yet. */
  async #listQueues(anew: boolean): Promise<void> {
    const socket = await this.live.socket()
    for (const line of this.#workedLines()) {
      let rows = this.#queues.get(line)
      if (rows !== undefined && !anew) continue
      if (rows === undefined) this.#queues.set(line, (rows = new Map()))
      await this.#list(socket, line, rows)
    }
  }

  async #learnLines(): Promise<void> {
    this.#lines = (await this.access.call({ method: 'GET', path: '/v1/lines' }, wire.decodeLineList)).lines
    await this.log.learn(...this.#lines.map((l) => l.line as ID))
    await this.tellHouse()
    this.#tell('me')
    this.#tell('lines')
  }

  /** Asked before anything is sealed: after an alarm nothing is. */
  async #undisturbed(): Promise<void> {
    if (this.#alarm !== undefined) throw new Alarm(this.#alarm)
    await this.own.undisturbed()
  }

  /** An act whose alarm everybody must see, whoever waits for it. */
  async #watched<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act()
    } catch (error) {
      this.failed(error)
      throw error
    }
  }

  /** An error that nobody waits for. */
  failed(error: unknown, thread?: ID): void {
    if (error instanceof Alarm) {
      this.#alarm ??= error.message
      this.#push('alarm', this.#alarm)
    }
    if (thread !== undefined && isCode(error, 'not_found')) this.#tell('thread')
  }

  async #connected(socket: Socket): Promise<void> {
    try {
      await this.#list(socket, undefined, this.#mine)
      await this.#listQueues(true)
      await this.threads.again()
      await this.notebook.again()
      await this.outbox.flush()
      await this.drafts.meet()
    } catch (error) {
      this.failed(error)
    }
  }

  /** What the agency says of itself to everybody. */
  async tellHouse(): Promise<void> {
    const { house } = await this.#requests.call({ method: 'GET', path: '/v1/about' }, wire.decodeAbout)
    const promises = Object.fromEntries(this.#lines.map((l) => [l.line, { reader: this.view.lineName(l.line as ID), reply: l.reply }]))
    this.#push('house', {
      agency: this.log.book.agency.name, urgentPhone: house.urgent_phone, urgentHours: house.urgent_hours, zone: house.zone, zoneName: house.zone_name, passkeys: house.passkeys, promises,
    })
  }

  /** Somebody is here: the sign-in goes on. */
  async stay(): Promise<void> {
    await this.#learnLines()
    const socket = await this.live.socket()
    socket.ping()
  }

  #workedLines(): ID[] {
    const { book } = this.log
    return book.allLines().filter((l) => l.isMember(this.identity.account, newest)).map((l) => l.id)
  }

  /** Keeps a list of the service's rows up to date, and reads the threads that grew. */
  async #list(socket: Socket, line: ID | undefined, rows: Map<ID, wire.Summary>): Promise<void> {
    let first = true
    await socket.list(line, (news) => {
      if (first) rows.clear()
      first = false
      for (const s of news.threads) rows.set(s.thread as ID, s)
      for (const id of news.gone ?? []) rows.delete(id as ID)
      this.#tell(line === undefined ? 'rows' : 'queues')
      this.#tell('thread')
      void this.#background.take(() => this.#readNews(news.threads))
    }, () => this.#over(line))
  }

  /** The service shows a line's list no more: somebody was taken off it, and sees that at once. */
  #over(line: ID | undefined): void {
    if (line === undefined) return
    this.#queues.delete(line)
    this.#tell('queues')
    void this.lookAgain()
  }

  /** Who stands in these rows and is not known here yet. */
  #strangers(rows: readonly wire.Summary[]): ID[] {
    const people = rows.flatMap((s) => [s.opener, s.claimer, s.on_behalf, s.line].filter((id) => id !== undefined)) as ID[]
    return [...new Set(people)].filter((id) => !this.log.book.hasAccount(id) && !this.log.book.hasLine(id))
  }

  /** Whether there is more of a thread than was read here, and this person can read it. */
  #isNews(s: wire.Summary): boolean {
    return (s.state === 'open' || [s.opener, s.claimer].includes(this.identity.account)) && (this.digests.get(s.thread as ID)?.next ?? 0) < s.next
  }

  /** Reads, one after another, the threads of which there is more than we know. */
  async #readNews(rows: readonly wire.Summary[]): Promise<void> {
    const unknown = this.#strangers(rows)
    if (unknown.length === 0 && !rows.some((s) => this.#isNews(s))) return
    try {
      for (let i = 0; i < unknown.length; i += 32) await this.log.learn(...unknown.slice(i, i + 32))
      this.#tell('rows')
      this.#tell('queues')
      for (const s of rows) await this.#readOne(s)
    } catch (error) {
      this.failed(error)
    }
  }

  async #readOne(s: wire.Summary): Promise<void> {
    if (!this.#isNews(s)) return
    try {
      await this.threads.sync(s.thread as ID, true)
    } catch (error) {
      if (!isCode(error, 'not_found') && !isCode(error, 'forbidden')) throw error
    }
  }

  async #grown(t: Thread): Promise<void> {
    await this.digests.take(t)
    this.#tell('rows')
    this.#tell('queues')
    this.#tell('thread')
  }

  async #noted(l: NoteLog): Promise<void> {
    const t = await this.threads.thread(l.id)
    if (t.next > 0) l.fits(t.state)
    if (this.#isLookedAt(l.id)) this.#tell('thread')
  }

  /** What was to be written comes back as what was begun. */
  #ended(item: Item, problem: Problem | undefined, dropped: readonly Item[]): void {
    this.acts.ended(item, problem, dropped)
    const words = dropped.find((i) => i.kind === 'note')?.content?.text
    if (words !== undefined) void this.drafts.keep(noteDraft(item.thread), words).catch((error: unknown) => this.failed(error))
  }

  /**
   * Reads the notes beside a thread and stays on them. Where they still name
   * whoever had it before, and this person may move them along, they are moved.
   */
  async #followNotes(t: Thread): Promise<void> {
    const { role } = this.me()
    if ((role !== 'specialist' && role !== 'lead') || t.state.opener === this.identity.account) return
    try {
      const log = await this.notebook.follow(t.id)
      log.fits(t.state)
      this.#tell('thread')
      if (log.follows(t.state) || log.readersFor(t.state, this.identity.account, BigInt(Date.now())) === undefined) return
      await this.outbox.put({ id: freshID(), kind: 'notes', thread: t.id, line: t.state.line, account: t.state.claimer, made: Date.now() })
    } catch (error) {
      if (!isCode(error, 'not_found') && !isCode(error, 'forbidden') && !(error instanceof Offline)) this.failed(error)
    }
  }

  #outboxChanged(thread: ID): void {
    this.#tell('connection')
    this.#tell('acts')
    this.#tell('rows')
    if (this.#isLookedAt(thread)) this.#tell('thread')
  }

  #isLookedAt(id: ID): boolean {
    return [...this.#looked.values()].includes(id)
  }

  /** A viewer begins or stops looking at a thread. */
  async look(id: ID | undefined, viewer: number): Promise<void> {
    const before = this.#looked.get(viewer)
    if (before === id) return this.#tell('thread')
    if (id === undefined) this.#looked.delete(viewer)
    else this.#looked.set(viewer, id)
    if (before !== undefined && !this.#isLookedAt(before)) {
      this.#whole.delete(before)
      void this.threads.unfollow(before).catch(() => undefined)
      void this.notebook.unfollow(before).catch(() => undefined)
    }
    this.#tell('thread')
    if (id === undefined) {
      this.#push('thread', undefined, viewer)
      return this.#tellColleagues()
    }
    try {
      void this.#followNotes(await this.threads.follow(id))
    } catch (error) {
      this.failed(error, id)
      const unsent = this.outbox.of(id).length > 0
      if (!(error instanceof Offline) && !(unsent && isCode(error, 'not_found'))) throw error
    } finally {
      this.#whole.add(id)
      this.#tell('thread')
      await this.#tellColleagues()
    }
  }

  /** Colleagues are told which thread this person looks at, where it is on a line that they work on. */
  async #tellColleagues(): Promise<void> {
    const id = [...this.#looked.values()].at(-1)
    const line = id === undefined ? undefined : (await this.threads.thread(id)).state.line
    this.presence.at(id !== undefined && line !== undefined && this.#workedLines().includes(line) ? { thread: id, line } : undefined)
  }

  /** Tells a fact soon: what changes many times at once is told once. */
  #tell(name: keyof Facts): void {
    if (this.#waiting.size === 0) setTimeout(() => void this.#flush(), 15)
    this.#waiting.add(name)
  }

  /** Tells at once what waits to be told: whoever hears that an act is done sees what it did. */
  settle(): Promise<void> {
    return this.#flush()
  }

  tellAll(): void {
    for (const name of ['me', 'connection', 'lines', 'rows', 'queues', 'thread', 'acts'] as const) this.#tell(name)
    if (this.#alarm !== undefined) this.#push('alarm', this.#alarm)
    void this.#tellOwn()
  }

  async #flush(): Promise<void> {
    const names = [...this.#waiting]
    this.#waiting.clear()
    for (const name of names) {
      if (name === 'me') this.#push('me', this.me())
      if (name === 'lines') this.#push('lines', this.#lines.map((l) => this.view.line(l.line as ID)))
      if (name === 'rows') this.#push('rows', this.rows())
      if (name === 'queues') this.#push('queues', Object.fromEntries([...this.#queues].map(([line, rows]) => [line, [...rows.values()].map((s) => this.#row(s))])))
      if (name === 'connection') this.#push('connection', { state: this.live.state, waiting: this.outbox.all().filter((i) => i.content !== undefined).length, skew: this.live.skew })
      if (name === 'acts') this.#push('acts', this.acts.all())
      if (name === 'thread') await this.#tellThreads()
    }
  }

  #row(s: wire.Summary): Row {
    const id = s.thread as ID
    return { ...this.view.row(s), draft: this.drafts.of(id) !== '' || this.drafts.of(noteDraft(id)) !== '' }
  }

  rows(): Row[] {
    const unsent = this.outbox.all().filter((i) => i.open !== undefined && !this.#mine.has(i.thread)).map((i) => this.view.unsent(i))
    return [...unsent, ...this.#mine.values()].map((s) => this.#row(s))
  }

  async #tellThreads(): Promise<void> {
    for (const [viewer, id] of this.#looked) {
      const t = await this.threads.thread(id)
      const s = this.#summaryOf(id, t)
      const notes = { log: await this.notebook.thread(id), draft: this.drafts.of(noteDraft(id)) }
      this.#push('thread', s === undefined ? undefined : this.view.thread(t, s, this.#whole.has(id), this.drafts.of(id), notes), viewer)
    }
  }

  /** What the service says of a thread. */
  listed(id: ID): wire.Summary | undefined {
    return this.#mine.get(id) ?? [...this.#queues.values()].map((q) => q.get(id)).find((x) => x !== undefined)
  }

  /** What the service says of a thread, else what was read of it, else what waits here. */
  #summaryOf(id: ID, t: Thread): wire.Summary | undefined {
    const listed = this.listed(id)
    if (listed !== undefined) return listed
    if (t.next > 0) return this.view.summary(t)
    const opening = this.outbox.of(id).find((i) => i.open !== undefined)
    return opening === undefined ? undefined : this.view.unsent(opening)
  }

  async #tellOwn(): Promise<void> {
    this.#push('own', await this.own.changes())
  }

  me(): Me {
    return this.view.me(this.identity)
  }

  async confirmOwn(ids: readonly string[]): Promise<void> {
    await this.own.confirm(ids)
    await this.#tellOwn()
    await this.outbox.flush()
  }
}

