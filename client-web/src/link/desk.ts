// What the screens may know and ask of a thread as work, of a line's desk, and of
// what a line's rules demand: forms, consumers, answers, call-backs.

import type * as wire from '../wire/gen.ts'
import type { Factor } from './calls.ts'
import type { Id } from './facts.ts'

export type {
  Band, Board, CallBack, Clock, Column, Countdown, Deadline, Desk, DeskInfo, Expected, Field, Form, Hours, Linked, Numbers, PhoneKind, Plan, Portion, Report, Shift, ShiftState, Slot, Span,
  Reach, StaffRow, Topic, Urgent, Wait, Work, WorkEvent,
} from '../wire/gen.ts'

/** What identifies a consumer. It is shown only after it was opened, and kept nowhere on this device. */
export interface Card {
  /** Exactly as the consumer writes it. */
  name?: string
  /** 2006-01-02. */
  birth?: string
  address?: string
  email?: string
  /** The last four digits. */
  ssn4?: string
  /** Of a call-back. */
  phone?: string
}

/** The identifiers that count, in the order in which a card asks for them. */
export const cardKinds = ['name', 'birth', 'address', 'email', 'ssn4'] as const
export type CardKind = (typeof cardKinds)[number]

/** Why a thread may go first, as the service names the reasons. */
export const urgentReasons = ['care-now', 'coverage-ends', 'newborn', 'deadline-today'] as const
export type UrgentReason = (typeof urgentReasons)[number]

export interface Consent {
  scope: string
  purpose: string
  /** Dates as 2006-01-02. */
  given: string
  /** Empty: until it is taken back. */
  until: string
  /** How it is taken back. */
  rescind: string
}

/** Somebody whom a new thread is about. */
export interface NewConsumer {
  label: string
  case?: string
  card: Card
  consent?: Consent
}

/** Somebody whom a thread is about: what identifies them is closed. */
export interface Consumer {
  /** Of the card. */
  id: Id
  label: string
  case?: string
  kinds: string[]
  consent?: Consent
}

export const answerStates = ['answered', 'needs-more', 'not-found', 'waits-office'] as const
export type AnswerState = (typeof answerStates)[number]

/** What became of one consumer's question. */
export interface Answer {
  card: Id
  state: AnswerState
  text: string
}

/** Where a consumer stands, as a specialist saw it. */
export interface CaseCard {
  card: Id
  case?: string
  status: string
  notices: string[]
  missing: string[]
  /** 2006-01-02. */
  asOf: string
}

/** An answer to one question of a form: a text, several choices, or the rows of a table. */
export interface Value {
  field: string
  text?: string
  many?: string[]
  rows?: string[][]
}

export interface Filled {
  form: wire.Form
  values: Value[]
}

/** The consumer was on the line. */
export interface Spoke {
  verified: CardKind[]
  warnings: string[]
}

export interface Rescind {
  card: Id
  /** 2006-01-02. */
  on: string
  why: string
}

/** What a message holds besides words and files. */
export interface Told {
  topic?: string
  form?: Filled
  consumers?: Consumer[]
  rescinded?: Rescind[]
  answers?: Answer[]
  cases?: CaseCard[]
  /** It asks for a call-back: to a number of its own, or to the one on file. */
  call?: 'file' | 'sealed'
  spoke?: Spoke
  /** Kinds of private data that it gives out, of wire.disclosures. */
  disclosed?: string[]
}

/** Somebody asks for a call-back. Without a number it is the one on file. */
export interface NewCall {
  number?: string
  /** Start of the slot, milliseconds since 1970; absent: as soon as it is its turn. */
  slot?: number
}

/** The codes of one attempt to call: each side reads out its own and hears the other's. */
export interface Codes {
  mine: string
  theirs: string
}

export interface SavedReply {
  id: Id
  /** Its first line is its title; {words in braces} are fields to fill in. */
  text: string
}

/** Another thread of the same person about the same case. */
export interface Duplicate {
  thread: Id
  subject: string
  opened: number
}

/** A case card that this person was given, with where it was given. */
export interface GivenCase {
  thread: Id
  subject: string
  /** Place of its message in the thread. */
  index: number
  at: number
  /** Of the consumer, as whoever asked called them; empty: the thread does not say. */
  label: string
  found: CaseCard
}

/** What the agency tells its assisters: signed, checked on this device, and no secret. */
export interface NewAnnouncement {
  /** Shown in this time, milliseconds since 1970. */
  from: number
  until: number
  /** None: all assisters. */
  roles: wire.Role[]
  /** Empty: of every organization. */
  organization: string
  title: string
  text: string
}

export interface News extends Omit<NewAnnouncement, 'roles'> {
  id: Id
  by: string
  roles: string[]
  read: boolean
  /** By how many; for whoever may make announcements. */
  reads: number
  withdrawn: boolean
}

export interface DeskCalls {
  announcements(): News[]
  readAnnouncement(id: Id): void
  announce(input: { news: NewAnnouncement; factor: Factor }): void
  withdrawAnnouncement(input: { id: Id; factor: Factor }): void
  /** How this person wants to hear that something came. */
  reach(): wire.Reach
  setReach(reach: wire.Reach): void
  /** Where this browser is told by push; empty: not any more. */
  setPush(endpoint: string): void
  desks(): wire.DeskInfo[]
  /** All case cards in the threads that this person opened, newest first. */
  cases(): GivenCase[]
  /** Threads of this person that are not closed and name this case, for the notice before a second one is sent. */
  sameCase(reference: string): Duplicate[]
  /** Says in the thread that this person opens a card, and opens it. */
  openCard(input: { thread: Id; card: Id; factor: Factor }): Card
  workHistory(thread: Id): wire.WorkEvent[]
  wait(input: { thread: Id } & wire.WaitAct): void
  /** An empty reason takes it back. */
  urgent(input: { thread: Id; reason: string }): void
  review(input: { thread: Id; agree: boolean }): void
  suggest(input: { thread: Id; to: Id | undefined }): void
  tie(input: { thread: Id; other: Id; kind: 'link' | 'merge' | 'none' }): void
  askCall(input: { thread: Id; call: NewCall; factor?: Factor }): void
  moveCall(input: { thread: Id; act: 'accept' | 'snooze' | 'cancel' | 'begin' | 'reached' | 'missed'; until?: number }): void
  /** Of the attempt that is under way; undefined: none is. */
  codes(thread: Id): Codes | undefined
  /** While an attempt is under way: the number to call, on file or sealed. */
  callNumber(input: { thread: Id; factor: Factor }): string
  spoke(input: { thread: Id; spoke: Spoke }): void
  shift(): wire.Shift
  setShift(shift: wire.Shift): void
  staff(line: Id): wire.StaffRow[]
  /** For a lead: takes a thread from somebody who cannot go on with it, and gives it back to the line. */
  bringBack(thread: Id): void
  setSkills(input: { line: Id; account: Id; skills: string[] }): void
  replies(line: Id): SavedReply[]
  /** An empty id makes a new one; an empty text takes it away. */
  keepReply(input: { line: Id; id: Id | ''; text: string }): void
  /** What a lead sees of a line now, and of today. */
  board(line: Id): wire.Board
  report(input: { line: Id } & wire.ReportAsk): wire.Report
  /** One row for each thread that was opened in a stretch of time, as a CSV file. */
  reportRows(input: { line: Id; from: number; to: number }): string
  plan(ask: wire.PlanAsk): wire.Plan
  /** Writes to an assister first: a new thread, split off from another or not. Answers its id. */
  outreach(input: { line: Id; account: Id; subject: string; text: string; topic: string; from?: Id }): Id
}
