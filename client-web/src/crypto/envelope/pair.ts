// What an old device tells a new one of its person (section 9, pairing).

import { signKey } from './account.ts'
import { hash, id, table, text, type Of } from './enc.ts'

/**
 * Authenticated by the code that the person typed, not signed. root: the
 * agency's; logKey: the agency's policy must confirm it; name: for sign-in;
 * genesis: the account's identity; head: its newest link before the new device's.
 */
export const welcome = table('arc1/pair/welcome', { agency: id, root: signKey, logKey: text(512), name: text(64), account: id, genesis: hash, head: hash })
export type Welcome = Of<typeof welcome>

/** What an invitation says besides its code; believed because the code's MAC fits. name: for sign-in. */
export const letter = table('arc1/invite/letter', { agency: id, root: signKey, name: text(64) })
export type Letter = Of<typeof letter>
