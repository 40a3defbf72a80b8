// What the screens may know. The worker makes these facts from what it has
// verified and opened; a screen never sees a key, a box or a signature.

import type { Role, Work } from '../wire/gen.ts'
import type { Offer, Problem } from './calls.ts'
import type { Told } from './desk.ts'

/** 32 lower-case hex digits. */
export type Id = string

/** Where this browser stands. */
export type Phase =
  | 'starting' // the worker reads what this browser keeps
  | 'unusable' // this browser cannot keep what it must keep; why says it in the catalogue's words
  | 'new' // nobody is set up in this browser
  | 'app' // set up, and the authenticator app's first code is still to come
  | 'signed-out' // why: the sign-in was ended from outside
  | 'signed-in'

/** Who this browser belongs to. */
export interface Me {
  account: Id
  device: Id
  signInName: string
  /** From the credential; the sign-in name until there is one. */
  name: string
  /** Absent until the agency's registrar has certified this person. */
  role?: Role
  organization: string
  /** Leads at least one line. */
  lead: boolean
}

export interface Connection {
  state: 'online' | 'connecting' | 'offline'
  /** Messages that wait on this device. */
  waiting: number
  /** The service's clock minus this device's, in milliseconds. */
  skew: number
}

export interface Line {
  id: Id
  name: string
  /** This person works on it: its queue is theirs to see. */
  works: boolean
  leads: boolean
  /** This person may open threads on it. */
  opens: boolean
}

/** Somebody as the agency certifies them. */
export interface Person {
  account: Id
  name: string
  role: Role
  organization: string
  /** Assister ID, NPN or Admin ID, with its kind, such as "Assister ID A-1001". */
  number: string
  certified: boolean
  /** Milliseconds since 1970: the end of the credential. */
  until: number
}

/** A colleague who is at a thread now. */
export interface Watcher {
  account: Id
  name: string
  writing: boolean
}

/** One row of a list of threads. */
export interface Row {
  id: Id
  line: Id
  lineName: string
  state: 'waiting' | 'taken' | 'closed'
  /** Sealed: absent while this device cannot read it, or has not yet. */
  subject?: string
  /** First words of the newest message. */
  snippet?: string
  opener: Person | undefined
  claimer: Person | undefined
  /** The broker for whom support staff wrote it. */
  onBehalf: Person | undefined
  sensitive: boolean
  mine: boolean // opened or taken by this person
  /** Whose turn it is to write. */
  turn: 'you' | 'them' | 'line' | 'nobody'
  /** Offered to this person by a transfer. */
  offered: boolean
  unread: number
  markedUnread: boolean
  draft: boolean
  /** Messages of this person that have not been sent yet. */
  waiting: number
  /** Colleagues on the line who are at it now; advice, no lock. */
  watchers: Watcher[]
  opened: number // milliseconds since 1970
  changed: number
  /** What the service knows of it as work; absent while it is only on this device. */
  work?: Work
}

export interface Attachment {
  id: Id
  name: string
  mime: string
  size: number
}

export type MessageState = 'held' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed'

export interface MessageItem {
  kind: 'message'
  key: string
  /** Absent until the service has it on disk. */
  index?: number
  at: number
  by: Person | undefined
  mine: boolean
  state: MessageState
  /** held: when it leaves, milliseconds since 1970 by this device's clock. */
  leaves?: number
  /** failed: why. */
  problem?: Problem
  subject?: string
  text: string
  files: Attachment[]
  /** A consumer's identifiers are inside: it came under a second factor. */
  identifiers: boolean
  /** When the second factor was given, milliseconds since 1970. */
  factorAt?: number
  /** A second factor was claimed and does not hold. */
  unproven: boolean
  onBehalf: Person | undefined
  /** What it holds besides words and files. */
  told?: Told
  /** Why its words are not here. */
  unread?: 'removed' | 'before' | 'broken'
}

/** Everything else that happens in a thread. */
export interface EventItem {
  kind: 'event'
  key: string
  index: number
  at: number
  by: Person | undefined
  mine: boolean
  what: 'open' | 'claim' | 'rekey' | 'requeue' | 'transfer-offer' | 'transfer' | 'close' | 'ask' | 'confirm' | 'reveal' | 'outreach' | 'refused'
  /** close: how it ended. */
  outcome?: Outcome
  /** transfer, outreach: to whom. */
  to: Person | undefined
  /** reveal: the card that was opened. */
  card?: Id
  factorAt?: number
  unproven: boolean
  /** Who can read from here on, where that changed. */
  readers?: Reader[]
}

/** A note that only staff get, in the stream at its time. It has no place in the thread itself. */
export interface NoteItem {
  kind: 'note'
  key: string
  index?: never
  at: number
  by: Person | undefined
  mine: boolean
  /** Why the thread went to somebody else. */
  handover: boolean
  state: MessageState
  /** held: when it leaves, milliseconds since 1970 by this device's clock. */
  leaves?: number
  /** failed: why. */
  problem?: Problem
  text: string
  /** Why its words are not here; waits: for a device of whoever had the thread before, or of a lead. */
  unread?: 'removed' | 'waits' | 'broken'
}

export type Item = MessageItem | EventItem | NoteItem

/** How a thread ended, as whoever closed it said. */
export type Outcome = 'none' | 'answered' | 'no-answer' | 'duplicate' | 'wrong-line' | 'elsewhere'

/** The staff's notes beside a thread, for whoever is staff and may read them. */
export interface NotesFact {
  /** Who reads what is noted now; empty while this person cannot write. */
  readers: Reader[]
  draft: string
  /** Notes of before open only once a device of this person, or of a lead, was on. */
  waitsFor?: string
}

/** An act that is held back for undo, under way, done or refused. */
export interface Act {
  key: string
  what: 'close' | 'release' | 'transfer'
  thread: Id
  subject?: string
  /** transfer: to whom. */
  to?: string
  state: 'held' | 'sending' | 'done' | 'failed'
  /** held: when it leaves, milliseconds since 1970 by this device's clock. */
  leaves?: number
  /** failed: why. */
  problem?: Problem
}

/** Somebody who can read: a fact of the keys. */
export interface Reader {
  kind: 'person' | 'line' | 'leads' | 'records'
  id: Id
  name: string
  person?: Person
}

export interface ThreadFact {
  id: Id
  row: Row
  /** false until the whole thread has been read and verified. */
  whole: boolean
  items: Item[]
  /** Who can read what is sent now. */
  readers: Reader[]
  /** Index of the first item that was unread when the thread was opened. */
  firstUnread?: number
  /** What this person may do now. */
  can: Can
  /** A question "is it you?" that waits. */
  asked?: { index: number; by: string; mine: boolean }
  /** The other side of the conversation, for the verification panel. */
  other: Person | undefined
  draft: string
  /** Absent for the assister's side, which has none. */
  notes?: NotesFact
}

export interface Can {
  write: boolean
  /** Write a note that only staff get. */
  note: boolean
  claim: boolean
  /** Hand back to the line. */
  release: boolean
  transfer: boolean
  accept: boolean // take over what was offered
  close: boolean
  ask: boolean
  confirm: boolean
  /** Why writing is not possible, in the catalogue's words. */
  whyNot?: 'closed' | 'lapsed' | 'not-yours' | 'sealed-away' | 'claim-first'
}

/** A change in the own account that nobody here has confirmed. */
export interface OwnChange {
  id: string
  what: 'device-added' | 'device-removed' | 'sealed-anew' | 'code-replaced' | 'officers-changed'
  at: number
  device: Id
}

export interface DeviceInfo {
  id: Id
  /** When it was added and removed: milliseconds since 1970 by the clock of the device that did it. */
  added: number
  current: boolean
  removed?: number
}

export interface SignInInfo {
  id: Id
  device: Id
  began: number
  used: number
  ends: number
  current: boolean
}

/** What the agency tells everybody about itself. */
export interface House {
  /** As people say it, such as "the exchange". */
  agency: string
  /** For what cannot wait: number and hours, as the agency writes them. */
  urgentPhone: string
  urgentHours: string
  /** IANA name of the zone in which the agency speaks of time, and how people call it. */
  zone: string
  zoneName: string
  /** Passkeys can be added and used here. */
  passkeys: boolean
  /** By line: who reads what is written to it and when they usually answer, in words. */
  promises: Record<Id, { reader: string; reply: string }>
}

/** Everything that is pushed to a screen, by name. Each push replaces the whole value. */
export interface Facts {
  phase: { phase: Phase; why?: 'storage' | 'private' | 'crypto' | 'suspended' | 'removed' }
  me: Me | undefined
  connection: Connection
  lines: Line[]
  /** Threads this person takes part in. */
  rows: Row[]
  /** Threads of the lines this person works on, by line. */
  queues: Record<Id, Row[]>
  /** The open thread. */
  thread: ThreadFact | undefined
  own: OwnChange[]
  /** Something was caught that an honest service does not do. Nothing is sent after it. */
  alarm: string | undefined
  /** What was done and can still be taken back, and how it ended; until it is dismissed. */
  acts: Act[]
  /** Absent until the service has said it: screens then leave these lines out. */
  house: House | undefined
  /** When this sign-in ends if nobody does anything, milliseconds since 1970 by the service's clock. */
  signInEnds: number | undefined
  /** Which of the calls in Later the worker answers. A screen shows no button for the others. */
  offers: Offer[]
}
