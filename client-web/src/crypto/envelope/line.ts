// Bodies of a line's links (section 4.4), and of what an account and a line both have: rotations.

import { idBytes, utf8, type Bytes, type ID } from './bytes.ts'
import { enc, Fields, ids, u32 } from './enc.ts'
import type { Purpose } from './keys.ts'

/** Names a line and the leads who run it. */
export interface LineGenesisBody {
  name: string
  admins: ID[]
}

export function encodeLineGenesis(b: LineGenesisBody): Bytes {
  return enc('arc1/line/genesis', utf8(b.name), ids(b.admins))
}

export function decodeLineGenesis(p: Bytes): LineGenesisBody {
  const f = new Fields('arc1/line/genesis', p)
  return f.done({ name: f.text(64), admins: f.ids(1) })
}

export function encodeLineAdmins(admins: readonly ID[]): Bytes {
  return enc('arc1/line/admin-set', ids(admins))
}

export function decodeLineAdmins(p: Bytes): ID[] {
  const f = new Fields('arc1/line/admin-set', p)
  return f.done(f.ids(1))
}

type MemberType = 'line/member-add' | 'line/member-remove'

/** Adds a member (keys: the statement that hands over the current generation) or removes one (keys: the rotation). */
export interface LineMemberBody {
  account: ID
  keys: Bytes
}

export function encodeLineMember(type: MemberType, b: LineMemberBody): Bytes {
  return enc(`arc1/${type}`, idBytes(b.account), b.keys)
}

export function decodeLineMember(type: MemberType, p: Bytes): LineMemberBody {
  const f = new Fields(`arc1/${type}`, p)
  return f.done({ account: f.id(), keys: f.part() })
}

type RotateType = 'account/puk-rotate' | 'line/rotate'

/** An account rotates its account key, a line its line key or its leads' key. */
const rotates: { readonly [type in RotateType]: readonly Purpose[] } = { 'account/puk-rotate': ['puk'], 'line/rotate': ['line', 'lead'] }

export interface RotateBody {
  purpose: Purpose
  rotation: Bytes
}

export function encodeRotate(type: RotateType, b: RotateBody): Bytes {
  return enc(`arc1/${type}`, utf8(b.purpose), b.rotation)
}

export function decodeRotate(type: RotateType, p: Bytes): RotateBody {
  const f = new Fields(`arc1/${type}`, p)
  const name = f.text(8)
  const purpose = rotates[type].find((x) => x === name)
  if (purpose === undefined) return f.fail('a key that this chain does not rotate')
  return f.done({ purpose, rotation: f.part() })
}

/** The lowest generation still needed. */
export function encodeFloor(gen: number): Bytes {
  return enc('arc1/line/floor', u32(gen))
}

export function decodeFloor(p: Bytes): number {
  const f = new Fields('arc1/line/floor', p)
  return f.done(f.u32())
}
