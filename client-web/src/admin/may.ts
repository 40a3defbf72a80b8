// Which places and acts are somebody's, by the service's own table: what is not
// has no button.

import { acts } from '../wire/acts.ts'
import type { Role } from '../wire/gen.ts'
import type { OfficePage } from '../state/route.ts'

export type Act = keyof typeof acts

export function may(role: Role | undefined, act: Act): boolean {
  const roles: readonly Role[] = acts[act].roles
  return role !== undefined && roles.includes(role)
}

/** The places of a role, in the order of their tabs. */
export function placesOf(role: Role | undefined): OfficePage[] {
  const places: OfficePage[] = []
  if (may(role, 'GET /v1/people')) places.push('people')
  if (may(role, 'GET /v1/sponsorships')) places.push('invitations')
  if (may(role, 'POST /v1/roster/compare')) places.push('roster')
  if (role === 'registrar' || role === 'lead' || role === 'auditor') places.push('lines')
  if (may(role, 'POST /v1/announcements')) places.push('announcements')
  if (may(role, 'GET /v1/reissues')) places.push('returns')
  if (may(role, 'GET /v1/log')) places.push('log')
  return places
}
