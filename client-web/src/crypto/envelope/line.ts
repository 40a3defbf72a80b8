// Bodies of a line's links (section 4.4), and of what an account and a line both have: rotations.

import { anyBytes, id, ids, oneOf, table, text, u32, type Table } from './enc.ts'
import type { Bytes } from './bytes.ts'
import type { Purpose } from './keys.ts'

/** Names a line and the leads who run it. */
export const lineGenesisBody = table('arc1/line/genesis', { name: text(64), admins: ids(1) })

export const lineAdminsBody = table('arc1/line/admin-set', { admins: ids(1) })

/** keys: the statement that hands over the current generation. */
export const memberAddBody = table('arc1/line/member-add', { account: id, keys: anyBytes })

/** rotation: the one that omits the member. */
export const memberRemoveBody = table('arc1/line/member-remove', { account: id, rotation: anyBytes })

export interface RotateBody {
  purpose: Purpose
  rotation: Bytes
}

/** An account rotates its account key, a line its line key or its leads' key. */
export const accountRotateBody: Table<RotateBody> = table('arc1/account/puk-rotate', { purpose: oneOf<Purpose>(['puk']), rotation: anyBytes })
export const lineRotateBody: Table<RotateBody> = table('arc1/line/rotate', { purpose: oneOf<Purpose>(['line', 'lead']), rotation: anyBytes })

/** gen: the lowest generation still needed. */
export const floorBody = table('arc1/line/floor', { gen: u32 })
