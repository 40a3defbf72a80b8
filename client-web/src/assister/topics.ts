// What one can ask about, by who asks.

import type { Words } from '../words/en.ts'
import type { Role } from '../wire/gen.ts'

export type Topic = keyof Words['topics']

const everybody: readonly Topic[] = ['status', 'life-event', 'account', 'notices', 'enrollment', 'certification', 'portal', 'other']

/** Only brokers are agents of record, so only they and their staff are asked about it. */
export function topicsOf(role: Role | undefined): readonly Topic[] {
  return role === 'broker' || role === 'support' ? ['aor', ...everybody] : everybody
}
