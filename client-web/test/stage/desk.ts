// The desk of the made-up world: how the lines answer, and what people do there.

import example from '../../../server/desk/rules/example.json' with { type: 'json' }
import type { Card, Codes, DeskCalls, Duplicate, GivenCase, SavedReply } from '../../src/link/desk.ts'
import { decodeDeskFile, type DeskInfo, type ID, type Plan, type Shift, type StaffRow, type WorkEvent } from '../../src/wire/gen.ts'
import * as p from './people.ts'
import { givenCases } from './told.ts'

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

export class DeskPlay implements Played {
  #shift: Shift = { state: 'available' }
  readonly #replies = new Map<string, string>([
    ['00'.repeat(15) + '01', 'Need more details\nThank you for your message. To look this up I need {what is missing}. Please send it here.'],
    ['00'.repeat(15) + '02', 'Application received\nThe application came in on {date}. Paper applications take three weeks before we can see them.'],
  ])

  desks(): DeskInfo[] {
    return desks()
  }
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
  wait(): void {}
  urgent(): void {}
  review(): void {}
  suggest(): void {}
  tie(): void {}
  askCall(): void {}
  moveCall(): void {}
  codes(): Codes | undefined {
    return { mine: '4821', theirs: '0937' }
  }
  callNumber(): string {
    return '+1 651 555 0142'
  }
  spoke(): void {}
  shift(): Shift {
    return this.#shift
  }
  setShift(shift: Shift): void {
    this.#shift = shift
  }
  staff(): StaffRow[] {
    const now = Date.now()
    return [
      { account: p.id(90) as ID, name: 'Sam Example', lead: false, state: 'available', since: now - 120 * minute, load: 4, has: 3, skills: ['aor'] },
      { account: p.id(91) as ID, name: 'Sofia Example', lead: false, state: 'away', since: now - 15 * minute, load: 1, has: 1, skills: [] },
      { account: p.id(92) as ID, name: 'Lena Example', lead: true, state: 'off', since: 0, load: 0, has: 0, skills: [] },
    ]
  }
  setSkills(): void {}
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
