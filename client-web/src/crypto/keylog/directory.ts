// The directory (section 6): a tree over the newest link of every chain, sorted
// by chain id. A proof answers "this is the newest" or "there is no such chain".

import { empty, hashBytes, idBytes, sum, type Hash, type ID } from '../envelope/bytes.ts'
import { enc, u64 } from '../envelope/enc.ts'
import { refuse, refusedAs } from '../envelope/refusal.ts'
import { checkPath, leafHash } from './tree.ts'

/** One leaf of a directory with the path that proves its place. */
export interface DirEntry {
  index: bigint
  chain: ID
  /** The chain's length. */
  seq: bigint
  /** Its newest link. */
  hash: Hash
  path: readonly Hash[]
}

/** Either found, or the neighbours between which the chain would stand, one of them missing at an edge. */
export interface LookupProof {
  found?: DirEntry
  before?: DirEntry
  after?: DirEntry
}

/** The chain's newest link in a directory of this root and count; undefined where its absence is proved. */
export function lookup(p: LookupProof, chain: ID, root: Hash, count: bigint): { seq: bigint; hash: Hash } | undefined {
  const { found, before, after } = p
  if (found === undefined) {
    absent(before, after, chain, root, count)
    return undefined
  }
  if (before !== undefined || after !== undefined) refuse('lookup') // it says both present and absent
  if (found.chain !== chain) refuse('lookup') // it speaks about another chain
  checkEntry(found, root, count)
  return { seq: found.seq, hash: found.hash }
}

function absent(before: DirEntry | undefined, after: DirEntry | undefined, chain: ID, root: Hash, count: bigint): void {
  if (count === 0n) {
    // The root of an empty tree is the digest of nothing (RFC 6962, 2.1).
    if (before !== undefined || after !== undefined || root !== sum(empty())) {
      refuse('lookup') // an empty directory has no neighbours and the empty root
    }
    return
  }
  let next = 0n // where `after` must stand
  if (before !== undefined) {
    if (before.chain >= chain) refuse('lookup') // the neighbour before does not stand before
    checkEntry(before, root, count)
    next = before.index + 1n
  }
  if (after === undefined) {
    if (next !== count) refuse('lookup') // the neighbour before is not the last entry
    return
  }
  if (after.chain <= chain) refuse('lookup') // the neighbour after does not stand after
  if (after.index !== next) refuse('lookup') // the neighbours are not next to each other
  checkEntry(after, root, count)
}

function checkEntry(e: DirEntry, root: Hash, count: bigint): void {
  // Another label than any leaf of the log has: a path of one tree proves nothing in the other.
  const leaf = leafHash(enc('arc1/kt/dir', idBytes(e.chain), u64.write(e.seq), hashBytes(e.hash)))
  refusedAs('lookup', () => checkPath(count, root, e.index, leaf, e.path))
}
