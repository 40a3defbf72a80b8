// The leaves of the key log (section 6): digests and random ids, no name.

import { hashBytes, idBytes, type Bytes, type Hash, type ID } from '../envelope/bytes.ts'
import { enc, Fields, labelOf, u64 } from '../envelope/enc.ts'
import { refuse } from '../envelope/refusal.ts'

/** One link of a chain. */
export interface LinkLeaf {
  kind: 'link'
  chain: ID
  /** From 1. */
  seq: bigint
  hash: Hash
}

/** The directory of everything before it. */
export interface DirRootLeaf {
  kind: 'dirroot'
  /** The leaf's own index. */
  size: bigint
  /** Chains in the directory. */
  count: bigint
  /** Unix milliseconds by the log's clock. */
  time: bigint
  root: Hash
}

/** A release: what a monitor compares served code with. */
export interface BuildLeaf {
  kind: 'build'
  manifest: Hash
}

/** A use of the records key, before it happens. */
export interface AccessLeaf {
  kind: 'access'
  statement: Hash
}

export type Leaf = LinkLeaf | DirRootLeaf | BuildLeaf | AccessLeaf

export function encodeLeaf(l: Leaf): Bytes {
  switch (l.kind) {
    case 'link':
      return enc('arc1/kt/link', idBytes(l.chain), u64(l.seq), hashBytes(l.hash))
    case 'dirroot':
      return enc('arc1/kt/dirroot', u64(l.size), u64(l.count), u64(l.time), hashBytes(l.root))
    case 'build':
      return enc('arc1/kt/build', hashBytes(l.manifest))
    case 'access':
      return enc('arc1/kt/access', hashBytes(l.statement))
  }
}

export function decodeLeaf(b: Bytes): Leaf {
  const label = labelOf(b)
  const f = () => new Fields(label, b)
  switch (label) {
    case 'arc1/kt/link':
      return linkLeaf(f())
    case 'arc1/kt/dirroot':
      return dirRootLeaf(f())
    case 'arc1/kt/build': {
      const p = f()
      return p.done({ kind: 'build', manifest: p.hash() })
    }
    case 'arc1/kt/access': {
      const p = f()
      return p.done({ kind: 'access', statement: p.hash() })
    }
    default:
      return refuse('malformed', 'unknown kind of leaf')
  }
}

function linkLeaf(f: Fields): LinkLeaf {
  const l = { kind: 'link' as const, chain: f.id(), seq: f.u64(), hash: f.hash() }
  if (l.seq === 0n) f.fail('links count from 1')
  return f.done(l)
}

function dirRootLeaf(f: Fields): DirRootLeaf {
  return f.done({ kind: 'dirroot', size: f.u64(), count: f.u64(), time: f.u64(), root: f.hash() })
}
