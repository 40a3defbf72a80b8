// What a client remembers of the key log, and how it moves on (section 6).

import { noHash, type Bytes, type Hash } from '../envelope/bytes.ts'
import { refuse } from '../envelope/refusal.ts'
import { openCheckpoint, type Believed, type Checkpoint } from './checkpoint.ts'
import { dirRootLeaf, leafTable, type DirRootLeaf } from './leaf.ts'
import { checkConsistency, checkInclusion, maxSize } from './tree.ts'

/** How far a time may lie ahead of the client's clock, in milliseconds. */
const maxFuture = 5n * 60n * 1000n

export interface View {
  size: bigint
  root: Hash
  /** Of the newest directory root, Unix milliseconds. */
  time: bigint
  dirRoot: Hash
  dirCount: bigint
}

/** The view that has seen nothing. */
export const noView: Readonly<View> = { size: 0n, root: noHash, time: 0n, dirRoot: noHash, dirCount: 0n }

/** What the service sends to bring a view up to date. */
export interface Update {
  /** A signed note. */
  checkpoint: Bytes
  /** From the view's size to the checkpoint's. */
  consistency: readonly Hash[]
  /** The encoded directory root leaf. */
  dirRoot: Bytes
  /** Where it stands; without it: as the last leaf. */
  index?: bigint
  /** That it stands there. */
  inclusion: readonly Hash[]
}

/** Checks an update against what is pinned and gives the new view. now and maxAge are milliseconds. */
export async function advance(pinned: View, u: Update, believed: Believed, now: bigint, maxAge: bigint): Promise<View> {
  const c = await openCheckpoint(believed, u.checkpoint)
  if (c.size < pinned.size) refuse('log-rollback')
  checkConsistency(pinned.size, pinned.root, c.size, c.root, u.consistency)
  const d = dirRootOf(u, c)
  // Chains do not end and the log's clock does not run backwards.
  if (d.time < pinned.time || d.count < pinned.dirCount) refuse('log-rollback') // its directory is older or smaller than the last one
  if (!ofNow(d.time, now, maxAge)) refuse('log-stale') // the directory is not of now
  // A log writes its own time. It cannot make the witnesses sign anew.
  const fresh = c.times.filter((t) => t <= maxSize && ofNow(t * 1000n, now, maxAge))
  if (fresh.length < believed.quorum) refuse('log-stale')
  return { size: c.size, root: c.root, time: d.time, dirRoot: d.root, dirCount: d.count }
}

/** Whether a time lies within maxAge before now or a little after. */
function ofNow(t: bigint, now: bigint, maxAge: bigint): boolean {
  return t <= now ? now - t <= maxAge : t - now <= maxFuture
}

/** The directory root, which must be the checkpoint's last leaf and describe everything before it. */
function dirRootOf(u: Update, c: Checkpoint): DirRootLeaf {
  if (leafTable(u.dirRoot) !== dirRootLeaf) refuse('log-no-dirroot')
  const d = dirRootLeaf.decode(u.dirRoot)
  const index = u.index ?? c.size - 1n
  if (c.size === 0n || index !== c.size - 1n) refuse('log-not-last')
  if (d.size !== index) refuse('log-prefix')
  if (d.count > d.size) refuse('log-count')
  checkInclusion(c.size, c.root, index, u.dirRoot, u.inclusion)
  return d
}
