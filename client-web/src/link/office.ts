// What the screens of those who look after people may know: made from the
// roster as the service tells it and from the key log as this device verified it.

import type { Role } from '../wire/gen.ts'
import type { Id } from './facts.ts'

/** A device of somebody, as the log has it. */
export interface OfficeDevice {
  id: Id
  /** When it was added and removed, milliseconds since 1970, by its own clock. */
  added: number
  removed?: number
}

/** What the log says of an account. */
export interface OfficeAccount {
  devices: OfficeDevice[]
  /** Lines on which this person works. */
  lines: { id: Id; name: string; leads: boolean }[]
}

/** A letter that was made here: the code is nowhere else. */
export interface MadeLetter {
  /** Of the person's row in the roster. */
  key: string
  name: string
  login: string
  /** Where to begin, with the code after the #. */
  link: string
  code: string
  /** Milliseconds since 1970. */
  expires: number
}

/** Letters, and the file that the agency's folder needs to know them. */
export interface MadeLetters {
  agency: string
  /** Text of the agency's root key, by which a person can tell whose letter it is. */
  mark: string
  letters: MadeLetter[]
  file: string
}

/** An invitation that waits for somebody who answers for the person. */
export interface WaitingSponsor {
  /** Names it to the service. */
  locator: string
  name: string
  role: Role
  number: string
  organization: string
  by: string
  made: number
  expires: number
}

/** Somebody who has set up an account and is not certified yet. */
export interface WaitingEnrolment {
  account: Id
  login: string
  role: Role
  key: string
  /** Has finished setting up. */
  ready: boolean
}

/** Somebody who is on a line, leads it, or both. */
export interface LinePerson {
  account: Id
  name: string
  role: Role | undefined
  leads: boolean
  works: boolean
  certified: boolean
  /** The person who asks. */
  me: boolean
}

export interface LineSheet {
  id: Id
  name: string
  /** Short name, as the roster has it. */
  slug: string
  /** Its first statement stands in the log. */
  founded: boolean
  /** Whoever asks leads it and holds what is needed to change who works on it. */
  mine: boolean
  people: LinePerson[]
  /** Since when what is sealed to the line is sealed as it is now; absent: nobody has begun. */
  since?: number
  /** Somebody could open what waits who should not, or somebody who should cannot. */
  stale: boolean
}

/** Somebody who lost everything and is brought back by two officers. */
export interface Return {
  id: Id
  name: string
  /** The number on file, to be called back. */
  phone: string
  started: number
  expires: number
  by: string
  proofed: string
  state: string
  /** A new device has come, and waits to be named on the telephone. */
  came: boolean
  released: number
  /** The one who asks holds a share and has not given it. */
  canRelease: boolean
}

export type LogWhat =
  | 'agency/genesis' | 'agency/issuer' | 'agency/issuer-revoke' | 'agency/custodian' | 'agency/policy' | 'agency/credential' | 'agency/credential-revoke'
  | 'account/genesis' | 'account/device-add' | 'account/device-revoke' | 'account/puk-rotate' | 'account/recovery-replace' | 'account/officers'
  | 'line/genesis' | 'line/admin-set' | 'line/member-add' | 'line/member-remove' | 'line/rotate' | 'line/floor'
  | 'build' | 'access'

/** One row of the log. */
export interface LogRow {
  /** Its place, from 0. */
  index: number
  /** Milliseconds since 1970, by the clock of whoever signed it; absent where none is said. */
  at?: number
  what: LogWhat
  /** Who did it; empty: the agency, or the service. */
  by: string
  byAccount?: Id
  /** Whom it is about. */
  about: string
  aboutAccount?: Id
  line: string
  role?: Role
}

/** Why a log is not whole. */
export type LogFault = 'row' | 'order' | 'root' | 'signature' | 'witnesses' | 'seen'

export interface LogSheet {
  rows: LogRow[]
  /** Entries in all, those included that only sum up the ones before. */
  entries: number
  /** Absent: nothing is missing and nothing was changed. */
  fault?: { why: LogFault; at: number }
  /** Entries that this device had seen before and found again as they were. */
  seen: number
  /** How many witnesses of the agency have signed the newest state that people see. */
  witnesses: number
  /** SHA-256 over all of it, as the log signs it. */
  root: string
}
