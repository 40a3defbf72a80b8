// What the screens may ask of the worker. Every call answers with a value or
// fails with a Problem in words for people.

import type { AuthenticatorInfo, PasskeyInfo, PersonRow, RosterDifference } from '../wire/gen.ts'
import type { Answer, CaseCard, DeskCalls, Filled, NewCall, NewConsumer, Rescind } from './desk.ts'
import type { Attachment, DeviceInfo, Id, Line, Outcome, Person, SignInInfo } from './facts.ts'
import type { LineSheet, LogSheet, MadeLetters, OfficeAccount, Return, WaitingEnrolment, WaitingSponsor } from './office.ts'

/** A refusal: what happened and what to do next, never a code alone. */
export interface Problem {
  code: string
  text: string
  hint: string
  /** Number of the line in the service's log, where there is one. */
  number?: string
}

/** A fresh second factor for one act: six digits, or a passkey that the page asks for. */
export type Factor = { code: string } | { passkey: true }

export interface NewThread {
  line: Id
  subject: string
  text: string
  files: Id[]
  sensitive: boolean
  /** A consumer's identifiers are inside: needs a factor. */
  identifiers: boolean
  /** Support staff: the broker for whom they write. */
  broker?: Id
  /** Of the line's desk; the service is told it, and the message says it. */
  topic?: string
  /** Why it goes first: one of wire.urgentReasons. */
  urgent?: string
  form?: Filled
  /** Whom it is about: what identifies them is sealed apart. Needs a factor. */
  consumers?: NewConsumer[]
  call?: NewCall
}

export interface NewMessage {
  thread: Id
  text: string
  files: Id[]
  identifiers: boolean
  /** Milliseconds to hold it back for undo; 0 sends at once. */
  hold: number
  /** Staff: what became of each consumer's question, and where they stand. */
  answers?: Answer[]
  cases?: CaseCard[]
  /** Staff: kinds of private data that it gives out, of wire.disclosures; the service records that, not what. */
  disclosed?: string[]
  /** Authorizations that a consumer has taken back. */
  rescinded?: Rescind[]
}

export interface Letter {
  name: string
  agencyName: string
}

export interface Found {
  thread: Id
  subject: string
  /** The words around the match, and where the match lies in them. */
  excerpt: string
  from: number
  to: number
  at: number
  by: string
}

export interface Calls extends DeskCalls {
  /** Reads the letter's link (the part after #) or the code that was typed. */
  letter(link: string): Letter
  /**
   * Makes this device and account. Answers the app's set-up address and the
   * recovery code; asked again in phase "app", the same ones, so that setting up
   * can be left and taken up again. Both are forgotten once the app is confirmed.
   */
  enrol(input: { link: string; password: string }): { otpauth: string; recovery: string }
  /** First code of the authenticator app. */
  confirmApp(code: string): void
  signIn(input: { password: string; factor: Factor }): void
  signOut(): void
  /** Forgets everything on this browser: keys, history, drafts. For a shared computer. */
  forget(): void

  /** Begins or stops looking at a thread; its facts follow. */
  look(thread: Id | undefined): void
  open(input: NewThread & { factor?: Factor; hold: number }): Id
  send(input: NewMessage & { factor?: Factor }): string
  /** Takes back a message that is still held; its words come back as the draft. */
  undo(key: string): string
  retry(key: string): void
  discard(key: string): void
  /** note: of the note that was begun, which is kept apart. */
  draft(input: { thread: Id; text: string; note: boolean }): void
  /** Writes a note that only staff get. */
  note(input: { thread: Id; text: string }): string
  /** Somebody types: colleagues are told for a few seconds. */
  writing(thread: Id): void
  /** The draft of the thread that does not exist yet. */
  newDraft(text: string): void
  savedNewDraft(): string
  markRead(input: { thread: Id; index: number }): void
  markUnread(thread: Id): void

  claim(input: { thread: Id; factor?: Factor }): void
  /** Hands back to its line, or to another one. An empty reason leaves no note. Answers the act's key, for undo. */
  release(input: { thread: Id; reason: string; hold: number; line?: Id }): string
  transfer(input: { thread: Id; to: Id; reason: string; hold: number }): string
  accept(thread: Id): void
  close(input: { thread: Id; outcome: Outcome; hold: number }): string
  /** An act that has ended need not be shown any more. */
  dismiss(key: string): void
  ask(thread: Id): void
  confirm(input: { thread: Id; factor: Factor }): void

  /** Seals a file and brings it to the service; progress comes as facts of the upload. */
  attach(input: { upload: string; thread: Id | undefined; file: File }): Attachment
  cancel(upload: string): void
  download(input: { thread: Id; file: Id }): Blob

  search(text: string): { found: Found[]; threads: number; since: number }
  people(line: Id): Person[]

  /** The roster, for those who may see it. */
  roster(): PersonRow[]
  /** One person's row, with how many threads end for them; undefined: not one of those that may be seen. */
  personRow(key: string): PersonRow | undefined
  /** What the log says of an account. */
  officeAccount(account: Id): OfficeAccount
  inactivate(input: { account: Id; factor: Factor }): void
  /** Ends every sign-in of a person. */
  signOutPerson(account: Id): void
  sponsorships(): WaitingSponsor[]
  sponsor(input: { locators: string[]; approve: boolean; factor: Factor }): void
  enrolments(): WaitingEnrolment[]
  /** Makes letters for people of the roster, by their rows' keys. The codes are made here and kept nowhere. */
  invite(input: { keys: string[]; factor: Factor }): MadeLetters
  compareRoster(csv: string): RosterDifference
  importRoster(input: { csv: string; factor: Factor }): RosterDifference
  lineSheet(line: Id): LineSheet
  addMember(input: { line: Id; account: Id; factor: Factor }): void
  removeMember(input: { line: Id; account: Id; factor: Factor }): void
  returns(): Return[]
  /** Whether the number that was read out is that of the new device. */
  isReturnDevice(input: { id: Id; number: string }): boolean
  /** number: of the new device, as its person read it out; called: the number on file. */
  releaseReturn(input: { id: Id; number: string; called: string; factor: Factor }): void
  cancelReturn(input: { id: Id; factor: Factor }): void
  /** Reads the whole log and goes through it. */
  keyLog(): LogSheet

  lines(): Line[]
  safety(account: Id): { name: string; number: string; qr: string }

  devices(): DeviceInfo[]
  removeDevice(input: { device: Id; factor: Factor }): void
  /** New device: makes a code to type into the old one, and waits. */
  pair(input: { name: string }): { code: string }
  paired(): 'waiting' | 'approved' | 'blocked' | 'expired'
  /** Old device: what asks behind a code. */
  pairing(code: string): { name: string; asked: number }
  approve(input: { code: string; factor: Factor }): void
  confirmOwn(ids: string[]): void
  signIns(): SignInInfo[]
  endSignIn(id: Id): void
  authenticators(): AuthenticatorInfo[]
  passkeys(): PasskeyInfo[]
  addPasskey(input: { name: string; factor: Factor }): void
  removePasskey(input: { passkey: Id; factor: Factor }): void
  changePassword(input: { old: string; next: string; factor: Factor }): void
}

/**
 * Calls that the screens are ready for and the worker may not answer yet. It
 * names those that it answers in the fact "offers"; no screen has a button for
 * the others. A call that is always answered moves up into Calls.
 */
export interface Later {
  /** Somebody is here: the sign-in goes on. */
  stay(): void
  /** "No, block it": the device behind a code is refused, and says so. */
  block(code: string): void
  /** Makes a new recovery code, shown once; the old one stops working. */
  replaceRecovery(factor: Factor): { recovery: string }
  /**
   * In phase "new": comes back with the recovery code, the password and six
   * digits. Every other device is removed. Answers the new recovery code and
   * the sign-in name; asked again, the same ones, until they are noted. The
   * phase is "signed-out" then. Where the answer was lost it fails as offline
   * and can be asked again with the same code.
   */
  recover(input: { recovery: string; password: string; code: string }): { recovery: string; name: string }
  /** What recover answered and its person has not noted yet, for who left and came back. */
  recovered(): { recovery: string; name: string } | undefined
  /** They have the new code: it is forgotten here. */
  noted(): void
}

export type Offer = keyof Later

/** Progress of one upload. */
export interface Upload {
  upload: string
  sent: number
  total: number
}

/** What the worker may ask of a screen: only a page can use a passkey. */
export interface PageCalls {
  passkeyGet(options: string): string
  passkeyMake(options: string): string
}

/** Calls as the page makes them: everything is a promise. */
export type Asked<T> = { [K in keyof T]: T[K] extends (...a: infer A) => infer R ? (...a: A) => Promise<R> : never }
