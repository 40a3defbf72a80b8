// Who somebody is: roles, and what a line or a thread must know about others.

import type { Credential } from '../envelope/agency.ts'
import type { ID } from '../envelope/bytes.ts'
import type { Reader } from '../envelope/keys.ts'
import { refuse } from '../envelope/refusal.ts'
import type { Account } from './account.ts'
import type { Agency } from './agency.ts'
import type { Line } from './line.ts'

/** Roles as credentials spell them (section 1). */
export const roles = {
  navigator: 'navigator', cac: 'cac', broker: 'broker', support: 'support', specialist: 'specialist', lead: 'lead',
  agencyAdmin: 'agency-admin', registrar: 'registrar', records: 'records', auditor: 'auditor',
} as const

/** Whether a role opens threads. */
export function isAssister(role: string): boolean {
  return role === roles.navigator || role === roles.cac || role === roles.broker || role === roles.support
}

/** Whether a role may be put on a line. */
export function isStaff(role: string): boolean {
  return role === roles.specialist || role === roles.lead
}

/** n is the size of the asker's checkpoint. Whoever is not known is refused as `unknown`. */
export interface People {
  /** The size of the newest checkpoint up to which every statement asked about here has been taken in. */
  readonly reach: bigint
  readonly agency: Agency
  account(id: ID): Account
  line(id: ID): Line
  /** The checked credential of an account that is in force at n and at the time; else refused as `credential`. */
  credential(acct: ID, n: bigint, time: bigint): Credential
}

/** Whether a credential lets its person work on a line. */
export function namesLine(c: Credential, line: ID): boolean {
  return isStaff(c.role) && c.lines.includes(line)
}

/** Refuses a person whose credential does not let them work on a line. */
export function staffOf(c: Credential, line: ID): void {
  if (!namesLine(c, line)) refuse('credential') // the person's credential does not name this line
}

/** An account as a reader, under the generation known at n. */
export function accountReader(id: ID, n: bigint, people: People): Reader {
  const g = people.account(id).generation(n)
  if (g === undefined) return refuse('unknown') // the account has no key yet
  return { kind: 'acct', id, gen: g.gen, pk: g.pk }
}
