// The desk of the made-up world: how the lines answer, and what people do there.

import example from '../../../server/desk/rules/example.json' with { type: 'json' }
import type { Card, Codes, DeskCalls, Duplicate, GivenCase, News, SavedReply } from '../../src/link/desk.ts'
import { decodeDeskFile, type Board, type DeskInfo, type ID, type Plan, type Reach, type Report, type Shift, type StaffRow, type Work, type WorkEvent } from '../../src/wire/gen.ts'
import type { Row } from '../../src/link/facts.ts'
import * as p from './people.ts'
import { givenCases } from './told.ts'
import { board, report, staff } from './work.ts'

type Played = { [K in keyof DeskCalls]: (...input: Parameters<DeskCalls[K]>) => Promise<ReturnType<DeskCalls[K]>> | ReturnType<DeskCalls[K]> }

const minute = 60_000

/** The lines as they are shipped, open now. */
export function desks(): DeskInfo[] {
  const now = Date.now()
  return decodeDeskFile(JSON.stringify(example)).desks.map((desk): DeskInfo => ({
    id: (desk.line === 'arc' ? p.arc.id : p.brokerLine.id) as ID, desk, open: true, turns: now + 180 * minute, waiting: 7, expected: { from: now + 25 * minute, to: now + 70 * minute },
    kept: 231, broken: 9, call_backs: true,
    slots: [1, 2, 3, 5, 6].map((n) => ({ from: now - (now % (30 * minute)) + n * 30 * minute, to: now - (now % (30 * minute)) + (n + 1) * 30 * minute, left: n % 3 + 1 })),
  }))
}

export abstract class DeskPlay implements Played {
  protected abstract rowNow(id: string): Row | undefined
  protected abstract change(id: string, x: Partial<Row>): void
  protected abstract queueOf(line: string): Row[]

  #work(id: string, change: (w: Work) => Work): void {
    const row = this.rowNow(id)
    if (row?.work !== undefined) this.change(id, { work: change(row.work) })
  }

  #shift: Shift = { state: 'available' }
  readonly #back = new Set<string>()
  readonly #replies = new Map<string, string>([
    ['00'.repeat(15) + '01', 'Need more details\nThank you for your message. To look this up I need {what is missing}. Please send it here.'],
    ['00'.repeat(15) + '02', 'Application received\nThe application came in on {date}. Paper applications take three weeks before we can see them.'],
  ])

  desks(): DeskInfo[] {
    return desks()
  }
  announcements(): News[] {
    const now = Date.now()
    return [
      { id: p.id(0x71), by: 'Lena Example', from: now - 60 * minute, until: now + 5 * 24 * 60 * minute, roles: [], organization: '', title: 'Report life events before November', text: 'Changes that reach us before open enrollment are done before it.\nAddress changes go by phone.', read: false, reads: 212, withdrawn: false },
      { id: p.id(0x72), by: 'Rolf Example', from: now - 24 * 60 * minute, until: now + 24 * 60 * minute, roles: ['broker', 'support'], organization: '', title: 'Passwords: change what you share', text: 'Nobody of the exchange asks for your password.', read: true, reads: 64, withdrawn: false },
    ]
  }
  readAnnouncement(): void {}
  announce(): void {}
  withdrawAnnouncement(): void {}
  reach(): Reach {
    return { mail: true, quiet_from: '21:00', quiet_to: '07:00', out: 0, push: false, push_key: 'BExample' }
  }
  setReach(): void {}
  setPush(): void {}
  sameCase(reference: string): Duplicate[] {
    return reference === '123456' ? [{ thread: p.id(1), subject: 'A notice that does not fit', opened: Date.now() - 26 * 60 * minute }] : []
  }
  cases(): GivenCase[] {
    return givenCases()
  }
  openCard(): Card {
    return { name: "Maya O'Neil-Vang", birth: '1987-04-12', address: '12 Example Street, Saint Paul', ssn4: '4321' }
  }
  workHistory(): WorkEvent[] {
    const now = Date.now()
    return [{ at: now - 90 * minute, what: 'opened' }, { at: now - 40 * minute, what: 'taken' }]
  }
  wait({ thread, ...wait }: { thread: string; for: string; until?: number }): void {
    this.#work(thread, ({ wait: _, ...w }) => (wait.for === '' ? w : { ...w, wait }))
  }
  urgent({ thread, reason }: { thread: string; reason: string }): void {
    this.#work(thread, ({ urgent: _, ...w }) => (reason === '' ? { ...w, lane: 'normal' } : { ...w, lane: 'urgent', urgent: { reason, review: 'waits' } }))
  }
  review({ thread, agree }: { thread: string; agree: boolean }): void {
    this.#work(thread, (w) => ({ ...w, lane: agree ? 'urgent' : 'normal', urgent: { reason: w.urgent?.reason ?? '', review: agree ? 'agreed' : 'refused' } }))
  }
  async suggest({ thread, to }: { thread: string; to: string | undefined }): Promise<void> {
    await new Promise((done) => setTimeout(done, 60))
    if (thread === p.id(0x1000)) throw new Error('state')
    this.#work(thread, ({ for: _, ...w }) => (to === undefined ? w : { ...w, for: to as ID }))
  }
  tie({ thread, other, kind }: { thread: string; other: string; kind: 'link' | 'merge' | 'none' }): void {
    const rest = (w: Work) => (w.linked ?? []).filter((l) => l.thread !== other)
    this.#work(thread, (w) => ({ ...w, linked: kind === 'none' ? rest(w) : [...rest(w), { thread: other as ID, kind: kind === 'merge' ? 'merged' : 'link' }] }))
  }
  askCall(): void {}
  moveCall({ thread, act }: { thread: string; act: string }): void {
    this.#work(thread, (w) => {
      const c = w.call_back
      if (c === undefined) return w
      if (act === 'begin') return { ...w, call_back: { ...c, state: 'now', attempt: c.attempt + 1, by: p.sam.account as ID } }
      if (act === 'reached') return { ...w, call_back: { ...c, state: 'reached' } }
      return { ...w, call_back: c.attempt >= c.attempts ? { ...c, state: 'given-up' } : { ...c, state: 'missed', not_until: Date.now() + 15 * minute } }
    })
  }
  codes(): Codes | undefined {
    return { mine: '4821', theirs: '0937' }
  }
  callNumber(): string {
    return '+1 651 555 0142'
  }
  spoke({ thread }: { thread: string }): void {
    this.#work(thread, (w) => ({ ...w, verified: true }))
  }
  shift(): Shift {
    return this.#shift
  }
  setShift(shift: Shift): void {
    this.#shift = shift
  }
  staff(): StaffRow[] {
    return staff()
  }
  board(line: string): Board {
    const now = board(line, this.queueOf(line))
    return { ...now, stranded: now.stranded.filter((id) => !this.#back.has(id)) }
  }
  report({ from, to, every }: { from: number; to: number; every: number }): Report {
    return report(from, to, every)
  }
  reportRows(): string {
    return 'thread,topic\r\n'
  }
  setSkills(): void {}
  bringBack(thread: string): void {
    this.#back.add(thread)
  }
  replies(): SavedReply[] {
    return [...this.#replies].map(([id, text]) => ({ id, text }))
  }
  keepReply({ id, text }: { id: string; text: string }): void {
    const name = id === '' ? (this.#replies.size + 16).toString(16).padStart(32, '0') : id
    if (text === '') this.#replies.delete(name)
    else this.#replies.set(name, text)
  }
  plan(): Plan {
    return { traffic: 5_000_000, staff: 8, paid: 12, waits: 167_267, level: 858_412, average: 20_072_000, occupancy: 625_000, assumes: 'This assumes that nobody gives up waiting, so it shows more staff than are really needed.' }
  }
  outreach(): string {
    return p.id(1)
  }
}
