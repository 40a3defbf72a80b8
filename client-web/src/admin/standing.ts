// What a person may do today, as a name that each language has words for.

import type { PersonRow } from '../wire/gen.ts'

export type StandingName = 'inactivated' | 'suspended' | 'ended' | 'not-yet' | 'lapsed' | 'certified'

export function standingOf(p: Pick<PersonRow, 'state' | 'account' | 'certified'>): StandingName {
  if (p.state === 'inactivated' || p.state === 'suspended' || p.state === 'ended') return p.state
  if (p.account === undefined) return 'not-yet'
  return p.certified ? 'certified' : 'lapsed'
}

const day = 86_400_000

/** Whole days from now until then; negative: that many days ago. */
export function daysTo(then: number, now: number): number {
  return then >= now ? Math.floor((then - now) / day) : -Math.ceil((now - then) / day)
}
