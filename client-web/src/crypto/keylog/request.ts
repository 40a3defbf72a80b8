// A log's request to a witness (C2SP tlog-witness, add-checkpoint): to sign a
// checkpoint that is proved to extend the log of an older size.

import { base64, concat, equal, fromUTF8, hashBytes, toHash, unbase64, utf8, type Bytes, type Hash } from '../envelope/bytes.ts'
import { refuse } from '../envelope/refusal.ts'
import { maxSize } from './tree.ts'

/** The most lines of proof that C2SP tlog-witness allows. */
const maxProofLines = 63

/** The most bytes of a request. */
const maxRequest = 64 + maxProofLines * 45 + (16 << 10)

export interface AddCheckpoint {
  old: bigint
  proof: Hash[]
  /** A signed note, unread. */
  checkpoint: Bytes
}

export function encodeAddCheckpoint(a: AddCheckpoint): Bytes {
  const proof = a.proof.map((h) => `${base64(hashBytes(h))}\n`).join('')
  return concat(utf8(`old ${a.old}\n${proof}\n`), a.checkpoint)
}

/** Reads a request. Only what encodeAddCheckpoint writes is read. */
export function parseAddCheckpoint(body: Bytes): AddCheckpoint {
  if (body.length > maxRequest) refuse('log-request') // too long
  const blank = body.findIndex((c, i) => c === 0x0a && body[i + 1] === 0x0a)
  const [first = '', ...lines] = blank < 0 ? [] : (fromUTF8(body.subarray(0, blank))?.split('\n') ?? [])
  const size = /^old ([0-9]{1,16})$/.exec(first)?.[1]
  if (size === undefined || BigInt(size) > maxSize) return refuse('log-request') // its first line names no old size
  if (lines.length > maxProofLines) refuse('log-request') // too many lines of proof
  const proof = lines.map((line) => {
    const h = unbase64(line)
    return h?.length === 32 ? toHash(h) : refuse('log-request') // a line of proof
  })
  const a = { old: BigInt(size), proof, checkpoint: body.slice(blank + 2) }
  if (!equal(encodeAddCheckpoint(a), body)) refuse('log-request') // not the only spelling
  return a
}
