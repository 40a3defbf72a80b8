// RFC 6962 trees (sections 2.1 of RFC 6962 and RFC 9162): what is proved to be
// in one, and that one extends another. The checks are those of RFC 9162,
// sections 2.1.3.2 and 2.1.4.2.

import { concat, digest, equal, hashBytes, type Bytes, type Hash } from '../envelope/bytes.ts'
import { refuse } from '../envelope/refusal.ts'

/** The most leaves: the largest integer that JavaScript counts exactly. */
export const maxSize = 2n ** 53n - 1n

/** The hash of a leaf's bytes. */
export function leafHash(leaf: Uint8Array): Bytes {
  return digest(concat(Uint8Array.of(0), leaf))
}

function nodeHash(left: Uint8Array, right: Uint8Array): Bytes {
  return digest(concat(Uint8Array.of(1), left, right))
}

/** Refuses unless the proof shows the leaf at index in the tree of this size and root. */
export function checkInclusion(size: bigint, root: Hash, index: bigint, leaf: Bytes, proof: readonly Hash[]): void {
  checkPath(size, root, index, leafHash(leaf), proof)
}

/** checkInclusion for a leaf whose hash is known. */
export function checkPath(size: bigint, root: Hash, index: bigint, leaf: Bytes, proof: readonly Hash[]): void {
  if (size > maxSize || index >= size) refuse('log-size')
  let at = index
  let last = size - 1n
  let hash = leaf
  for (const p of proof) {
    if (last === 0n) refuse('inclusion') // the proof is too long
    if (at % 2n === 1n || at === last) {
      hash = nodeHash(hashBytes(p), hash)
      while (at % 2n === 0n && at !== 0n) {
        at >>= 1n
        last >>= 1n
      }
    } else {
      hash = nodeHash(hash, hashBytes(p))
    }
    at >>= 1n
    last >>= 1n
  }
  if (last !== 0n || !equal(hash, hashBytes(root))) refuse('inclusion')
}

/** Refuses unless the newer tree is proved to extend the older one. Everything extends the empty tree, without a proof. */
export function checkConsistency(older: bigint, olderRoot: Hash, newer: bigint, newerRoot: Hash, proof: readonly Hash[]): void {
  if (newer > maxSize || older > newer) refuse('log-size')
  if (!extend(older, olderRoot, newer, newerRoot, proof)) refuse('fork')
}

function extend(older: bigint, olderRoot: Hash, newer: bigint, newerRoot: Hash, proof: readonly Hash[]): boolean {
  if (older === 0n) return proof.length === 0
  if (older === newer) return proof.length === 0 && olderRoot === newerRoot
  let at = older - 1n
  let last = newer - 1n
  while (at % 2n === 1n) {
    at >>= 1n
    last >>= 1n
  }
  // A complete older tree is a node of the newer one and not in the proof.
  const path = at === 0n ? [olderRoot, ...proof] : proof
  const [first, ...rest] = path
  if (first === undefined) return false
  let old = hashBytes(first)
  let now = old
  for (const p of rest) {
    if (last === 0n) return false
    const c = hashBytes(p)
    if (at % 2n === 1n || at === last) {
      old = nodeHash(c, old)
      now = nodeHash(c, now)
      while (at % 2n === 0n && at !== 0n) {
        at >>= 1n
        last >>= 1n
      }
    } else {
      now = nodeHash(now, c)
    }
    at >>= 1n
    last >>= 1n
  }
  return last === 0n && equal(old, hashBytes(olderRoot)) && equal(now, hashBytes(newerRoot))
}
