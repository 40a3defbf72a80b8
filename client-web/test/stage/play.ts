// The calls of the contract, played: facts change as they would, after a moment.

import type { Calls, Later, NewMessage } from '../../src/link/calls.ts'
import type { Act, Facts, Item, MessageItem, Outcome, Row, ThreadFact } from '../../src/link/facts.ts'
import type { ID, PersonRow } from '../../src/wire/gen.ts'
import { DeskPlay } from './desk.ts'
import * as office from './office.ts'
import * as p from './people.ts'
import type { World } from './world.ts'

type Played = { [K in keyof (Calls & Later)]: (...input: Parameters<(Calls & Later)[K]>) => Promise<ReturnType<(Calls & Later)[K]>> | ReturnType<(Calls & Later)[K]> }

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms))
const toPasskey = (n: number) => p.id(n) as ID
const recovery = '7KQ2-MV9D-X3HF-0PTR-6WJC-8NYB-E5GA-4ZSM'

export class Play extends DeskPlay implements Played {
  readonly world: World
  readonly #push: (message: unknown) => void
  readonly #threads = new Map<string, ThreadFact>()
  #open: string | undefined
  #count = 0
  #kept = ''
  /** Whoever was shut out, taken off or answered for since the curtain rose. */
  readonly #out = new Set<string>()
  readonly #in = new Set<string>()
  readonly #reasons = new Map<string, string>()
  readonly #asked = Date.now()

  constructor(world: World, push: (message: unknown) => void) {
    super()
    this.world = world
    this.#push = push
    if (world.lively) setInterval(() => this.#happen(), 4000)
  }

  tellAll(): void {
    for (const name of Object.keys(this.world.facts) as (keyof Facts)[]) this.#tell(name)
  }

  #tell(name: keyof Facts): void {
    this.#push({ fact: name, value: this.world.facts[name] })
  }

  #set<K extends keyof Facts>(name: K, value: Facts[K]): void {
    this.world.facts[name] = value
    this.#tell(name)
  }

  protected rowNow(id: string): Row | undefined {
    return this.#row(id)
  }
  protected change(id: string, x: Partial<Row>): void {
    this.#change(id, x)
  }
  protected queueOf(line: string): Row[] {
    return this.world.facts.queues[line] ?? []
  }

  #row(id: string): Row | undefined {
    return [...(this.world.facts.rows ?? []), ...Object.values(this.world.facts.queues).flat()].find((r) => r.id === id)
  }

  #change(id: string, x: Partial<Row>): void {
    const change = (list: Row[]) => list.map((r) => (r.id === id ? { ...r, ...x, changed: Date.now() } : r))
    if (this.world.facts.rows !== undefined) this.#set('rows', change(this.world.facts.rows))
    this.#set('queues', Object.fromEntries(Object.entries(this.world.facts.queues).map(([line, list]) => [line, change(list)])))
    if (this.#open === id) this.#show()
  }

  #items(id: string, change: (items: Item[]) => Item[]): void {
    const t = this.#threads.get(id)
    if (t === undefined) return
    this.#threads.set(id, { ...t, items: change(t.items) })
    if (this.#open === id) this.#show()
  }

  #show(): void {
    const row = this.#open === undefined ? undefined : this.#row(this.#open)
    if (row === undefined) return this.#set('thread', undefined)
    const known = this.#threads.get(row.id)
    const made = this.world.thread(row)
    const t = known === undefined ? made : { ...made, items: known.items, ...(known.asked === undefined ? {} : { asked: known.asked }) }
    this.#threads.set(row.id, t)
    this.#set('thread', t)
  }

  /** A new thread, a new message, a colleague who takes something. */
  #happen(): void {
    const n = 3000 + this.#count++
    const { rows, queues } = this.world.facts
    const queue = queues[p.arc.id]
    if (queue !== undefined) {
      const taken = queue.find((r) => r.state === 'waiting')
      this.#set('queues', { ...queues, [p.arc.id]: [...queue.map((r) => (r === taken ? { ...r, state: 'taken' as const, claimer: p.ruth, turn: 'them' as const } : r)), p.row(n, { unread: 1, opened: Date.now(), changed: Date.now() })] })
    } else if (rows?.[1] !== undefined) this.#change(rows[1].id, { unread: 1, state: 'taken', claimer: p.ruth, turn: 'you' })
    if (this.#open !== undefined) this.#items(this.#open, (l) => [...l, p.message(l.length, this.world.viewer === p.sam ? p.mai : p.sam, false, Date.now())])
  }

  async letter(link: string) {
    await wait(400)
    if (link.includes('bad')) throw new Error('invitation')
    return { name: 'Mai Vang', agencyName: 'the exchange' }
  }
  async enrol() {
    await wait(500)
    return { otpauth: 'otpauth://totp/arcline:mai.vang?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=arcline&period=30&digits=6', recovery }
  }
  confirmApp(code: string) {
    if (code === '000000') throw new Error('sign_in_failed')
    const { role: _, ...me } = { ...this.world.facts.me, account: p.mai.account, device: p.id(0xd1), signInName: 'mai.vang', name: 'Mai Vang', organization: '', lead: false }
    this.#set('me', me)
    this.#set('phase', { phase: 'signed-in' })
  }
  async signIn({ factor }: { factor: unknown }) {
    await wait(300)
    if (typeof factor === 'object' && factor !== null && 'code' in factor && factor.code === '000000') throw new Error('sign_in_failed')
    this.#set('phase', { phase: 'signed-in' })
  }
  signOut() {
    this.#set('phase', { phase: 'signed-out' })
  }
  forget() {
    this.#set('me', undefined)
    this.#set('phase', { phase: 'new' })
  }

  async look(thread: string | undefined) {
    this.#open = thread
    await wait(30)
    this.#show()
  }
  async open({ subject, text, line }: { subject: string; text: string; line: string }) {
    await wait(200)
    const r = p.row(5000 + this.#count++, { mine: true, subject, snippet: text, opener: this.world.viewer, line, opened: Date.now(), changed: Date.now(), waiting: 1 })
    this.#set('rows', [r, ...this.world.facts.rows])
    this.#threads.set(r.id, { ...this.world.thread(r), items: [] })
    this.#post({ thread: r.id, text, files: [], identifiers: false, hold: 8000 })
    return r.id
  }
  #post({ thread, text, identifiers, hold, files, rescinded, answers, cases, disclosed }: NewMessage): string {
    const key = `out-${this.#count++}`
    const now = Date.now()
    const item: MessageItem = {
      kind: 'message', key, at: now, by: this.world.viewer, mine: true, state: hold > 0 ? 'held' : 'sending', ...(hold > 0 ? { leaves: now + hold } : {}), text, identifiers, unproven: false, onBehalf: undefined,
      files: files.map((id) => ({ id, name: 'file.pdf', mime: 'application/pdf', size: 90_000 })), ...(identifiers ? { factorAt: now } : {}),
      told: {
        ...(answers === undefined ? {} : { answers }), ...(cases === undefined ? {} : { cases }), ...(disclosed === undefined ? {} : { disclosed }), ...(rescinded === undefined ? {} : { rescinded }),
      },
    }
    this.#items(thread, (l) => [...l, item])
    const state = (s: MessageItem['state']) => this.#items(thread, (l) => l.map((i) => (i.kind === 'message' && i.key === key ? { ...i, state: s } : i)))
    setTimeout(() => state('sending'), hold)
    setTimeout(() => state('sent'), hold + 700)
    setTimeout(() => state('delivered'), hold + 1600)
    return key
  }
  send(m: NewMessage) {
    return this.#post(m)
  }
  undo(key: string) {
    let text = this.#reasons.get(key) ?? ''
    if (this.world.facts.acts.some((a) => a.key === key)) {
      this.dismiss(key)
      return text
    }
    if (this.#open !== undefined) {
      this.#items(this.#open, (l) => l.filter((i) => {
        if (i.kind !== 'message' || i.key !== key) return true
        text = i.text
        return false
      }))
    }
    return text
  }
  retry(key: string) {
    if (this.#open !== undefined) this.#items(this.#open, (l) => l.map((i) => (i.kind === 'message' && i.key === key ? { ...i, state: 'sent' } : i)))
  }
  discard(key: string) {
    if (this.#open !== undefined) this.#items(this.#open, (l) => l.filter((i) => i.key !== key))
  }
  draft({ thread, text }: { thread: string; text: string; note: boolean }) {
    this.#change(thread, { draft: text !== '' })
  }
  writing() {
    return undefined
  }
  newDraft(text: string) {
    this.#kept = text
  }
  savedNewDraft() {
    return this.#kept
  }
  markRead({ thread }: { thread: string }) {
    this.#change(thread, { unread: 0, markedUnread: false })
  }
  markUnread(thread: string) {
    this.#change(thread, { markedUnread: true })
  }

  async claim({ thread }: { thread: string }) {
    await wait(120)
    this.#threads.delete(thread)
    this.#change(thread, { state: 'taken', claimer: this.world.viewer, mine: true, turn: 'you' })
  }
  release({ thread, reason, hold }: { thread: string; reason: string; hold: number }) {
    return this.#later(thread, { what: 'release' }, hold, reason, () => this.#change(thread, { state: 'waiting', claimer: undefined, mine: false, turn: 'line' }))
  }
  transfer({ thread, to, reason, hold }: { thread: string; to: string; reason: string; hold: number }) {
    const who = [p.sam, p.ruth, p.jo, p.grace].find((x) => x.account === to)
    return this.#later(thread, { what: 'transfer', to: who?.name ?? '' }, hold, reason, () => this.#change(thread, { claimer: who, mine: false, turn: 'them' }))
  }
  /** An act that leaves after the time for undo. */
  #later(thread: string, act: Pick<Act, 'what' | 'to'>, hold: number, reason: string, done: () => void): string {
    const key = `act-${this.#count++}`
    const subject = this.#row(thread)?.subject
    const one: Act = { key, thread, ...act, ...(subject === undefined ? {} : { subject }), state: hold > 0 ? 'held' : 'sending', leaves: Date.now() + hold }
    this.#set('acts', [...this.world.facts.acts, one])
    if (reason !== '') this.#reasons.set(key, reason)
    setTimeout(() => {
      if (!this.world.facts.acts.some((a) => a.key === key)) return
      this.#set('acts', this.world.facts.acts.map((a) => (a.key === key ? { ...a, state: 'done' as const } : a)))
      done()
    }, hold + 200)
    return key
  }
  dismiss(key: string) {
    this.#set('acts', this.world.facts.acts.filter((a) => a.key !== key))
  }
  note({ thread, text }: { thread: string; text: string }) {
    const key = `note-${this.#count++}`
    this.#items(thread, (l) => [...l, p.note(key, this.world.viewer, true, Date.now(), text, { state: 'sending' })])
    setTimeout(() => this.#items(thread, (l) => l.map((i) => (i.kind === 'note' && i.key === key ? { ...i, state: 'sent' } : i))), 500)
    return key
  }
  accept(thread: string) {
    this.#change(thread, { state: 'taken', claimer: this.world.viewer, mine: true, offered: false, turn: 'you' })
  }
  close({ thread, outcome, hold }: { thread: string; outcome: Outcome; hold: number }) {
    return this.#later(thread, { what: 'close' }, hold, '', () => {
      this.#items(thread, (l) => [...l, p.event(l.length, 'close', this.world.viewer, true, Date.now(), { outcome })])
      this.#change(thread, { state: 'closed', turn: 'nobody' })
    })
  }
  ask(thread: string) {
    this.#items(thread, (l) => [...l, p.event(l.length, 'ask', this.world.viewer, true, Date.now())])
  }
  confirm({ thread }: { thread: string }) {
    this.#items(thread, (l) => [...l, p.event(l.length, 'confirm', this.world.viewer, true, Date.now(), { factorAt: Date.now() })])
  }

  async attach({ upload, file }: { upload: string; file: File }) {
    const steps = 10
    for (let i = 1; i <= steps; i++) {
      await wait(150)
      this.#push({ upload: { upload, sent: (file.size * i) / steps, total: file.size } })
    }
    return { id: p.id(0xf00 + this.#count++), name: file.name, mime: file.type, size: file.size }
  }
  cancel() {
    return undefined
  }
  download() {
    return new Blob(['a file of the stage'], { type: 'text/plain' })
  }

  async search(text: string) {
    await wait(60)
    if (text === 'zzz') return { found: [], threads: 412, since: Date.now() - 400 * p.day }
    const excerpt = `The consumer sent the pay stubs on the 2nd, and the case still waits for ${text} from the county.`
    const from = excerpt.indexOf(text)
    return { found: [0, 1, 2, 3, 4].map((n) => ({ thread: p.id(0x1000 + n), subject: p.subjects[n] ?? '', excerpt, from, to: from + text.length, at: Date.now() - n * p.day, by: p.openers[n]?.name ?? '' })), threads: 412, since: Date.now() - 400 * p.day }
  }
  people() {
    return [p.sam, p.ruth, p.jo, p.grace]
  }
  async roster() {
    await wait(100)
    return p.roster(this.world.people).map((r) => this.#rowNow(r))
  }
  lines() {
    return this.world.facts.lines
  }

  #rowNow(r: PersonRow): PersonRow {
    return this.#out.has(r.account ?? '') ? { ...r, state: 'inactivated', certified: false } : r
  }
  async personRow(key: string) {
    await wait(60)
    const row = p.roster(this.world.people).find((r) => r.key === key)
    return row === undefined ? undefined : { ...this.#rowNow(row), ...(row.account === undefined ? {} : { threads: 14 }) }
  }
  async officeAccount() {
    await wait(60)
    return office.account()
  }
  inactivate({ account }: { account: string }) {
    this.#out.add(account)
  }
  signOutPerson() {
    return undefined
  }
  sponsorships() {
    return office.sponsors().filter((x) => !this.#out.has(x.locator))
  }
  sponsor({ locators }: { locators: string[] }) {
    for (const l of locators) this.#out.add(l)
  }
  enrolments() {
    return office.enrolments()
  }
  invite({ keys }: { keys: string[] }) {
    return office.letters(p.roster(this.world.people), keys)
  }
  async compareRoster(csv: string) {
    await wait(60)
    return office.difference(csv, false)
  }
  importRoster({ csv }: { csv: string }) {
    return office.difference(csv, true)
  }
  async lineSheet(line: string) {
    await wait(60)
    return office.line(line, this.world.viewer.role === 'lead' && line === p.arc.id, this.#out, this.#in)
  }
  addMember({ account }: { account: string }) {
    this.#in.add(account)
  }
  removeMember({ account }: { account: string }) {
    this.#out.add(account)
  }
  returns() {
    return this.world.people === 0 ? [] : office.returns()
  }
  isReturnDevice({ number }: { number: string }) {
    return number.toUpperCase().startsWith('H7K2')
  }
  releaseReturn() {
    return undefined
  }
  cancelReturn() {
    return undefined
  }
  async keyLog() {
    await wait(60)
    return office.log(this.world.fails['log'] !== undefined)
  }
  safety() {
    return { name: 'Mai Vang', number: '30412 88127 01948 55310 72264 90157 11840 66029 37715 20483 94602 58831', qr: 'arcline:safety:3041288127019485531072264901571184066029377152048394602588' }
  }

  devices() {
    const now = Date.now()
    return [{ id: p.id(0xd1), added: now - 90 * p.day, current: true }, { id: 'd2b7c1'.padEnd(32, '0'), added: now - 30 * p.day, current: false }, { id: '0fe14a'.padEnd(32, '0'), added: now - 300 * p.day, current: false, removed: now - 31 * p.day }]
  }
  removeDevice() {
    return undefined
  }
  async pair() {
    await wait(200)
    return { code: 'H7K2-M9QD-4XVF' }
  }
  paired() {
    const age = Date.now() - this.#asked
    return age > 60_000 ? ('approved' as const) : ('waiting' as const)
  }
  pairing(code: string) {
    if (code.includes('bad')) throw new Error('not_found')
    return { name: '7QK2-M9QD-4XVF-0PTR', asked: Date.now() - p.minute }
  }
  approve() {
    return undefined
  }
  block() {
    return undefined
  }
  stay() {
    this.#set('signInEnds', Date.now() + p.hour)
  }
  replaceRecovery() {
    return { recovery }
  }
  recover() {
    this.#set('phase', { phase: 'signed-out' })
    return { recovery, name: 'nina' }
  }
  recovered() {
    return undefined
  }
  noted() {
    return undefined
  }
  confirmOwn() {
    this.#set('own', [])
  }
  signIns() {
    const now = Date.now()
    return [{ id: p.id(1), device: p.id(0xd1), began: now - 2 * p.hour, used: now, ends: now + 8 * p.hour, current: true }, { id: p.id(2), device: 'd2b7c1'.padEnd(32, '0'), began: now - 26 * p.hour, used: now - 3 * p.hour, ends: now + p.hour, current: false }]
  }
  endSignIn() {
    return undefined
  }
  authenticators() {
    return []
  }
  passkeys() {
    const now = Date.now()
    return [{ id: toPasskey(7), name: 'Work laptop', added: now - 80 * p.day, used: now - p.day }, { id: toPasskey(8), name: 'Phone', added: now - 8 * p.day, used: 0 }]
  }
  addPasskey() {
    return undefined
  }
  removePasskey() {
    return undefined
  }
  changePassword() {
    return undefined
  }
}
