// The leaves of the key log (section 6): digests and random ids, no name.

import type { Bytes } from '../envelope/bytes.ts'
import { hash, id, labelOf, table, u64, type Of, type Table } from '../envelope/enc.ts'
import { refuse } from '../envelope/refusal.ts'

/** One link of a chain; seq counts from 1. */
export const linkLeaf = table('arc1/kt/link', { chain: id, seq: u64, hash }, ({ seq }) => seq > 0n)

/** The directory of everything before it. size: the leaf's own index; count: chains; time: Unix milliseconds by the log's clock. */
export const dirRootLeaf = table('arc1/kt/dirroot', { size: u64, count: u64, time: u64, root: hash })
export type DirRootLeaf = Of<typeof dirRootLeaf>

const leaves = new Map<string, Table<object>>([
  ['arc1/kt/link', linkLeaf as Table<object>],
  ['arc1/kt/dirroot', dirRootLeaf as Table<object>],
  // A release: what a monitor compares served code with.
  ['arc1/kt/build', table('arc1/kt/build', { manifest: hash }) as Table<object>],
  // A use of the records key, before it happens.
  ['arc1/kt/access', table('arc1/kt/access', { statement: hash }) as Table<object>],
])

/** The table of a leaf; refuses a kind that there is not. */
export function leafTable(b: Bytes): Table<object> {
  return leaves.get(labelOf(b)) ?? refuse('malformed')
}
