// A line's saved replies (section 9): records at rest under a key of the line
// (Secret.repliesKey). Whoever works on it can read and write them, and the
// service keeps them unread.

import { fromUTF8, utf8, type Bytes, type ID } from '../envelope/bytes.ts'
import { pad, unpad } from '../envelope/pad.ts'
import { refuse } from '../envelope/refusal.ts'
import { openRecord, sealRecord } from './record.ts'

const nameOf = (line: ID, reply: ID) => `reply/${line}/${reply}`

/** Seals the words of one saved reply under a generation's key. version is the reply's, counted up by whoever writes. */
export function sealReply(key: CryptoKey, line: ID, reply: ID, version: bigint, words: string): Promise<Bytes> {
  return sealRecord(key, nameOf(line, reply), version, pad(utf8(words)))
}

/** Opens what sealReply has sealed. What is another line's, another reply or another version of it is refused as `record`, what is no text as `malformed`. */
export async function openReply(key: CryptoKey, line: ID, reply: ID, version: bigint, sealed: Bytes): Promise<string> {
  const words = fromUTF8(unpad(await openRecord(key, nameOf(line, reply), version, sealed)))
  return words ?? refuse('malformed') // no text
}
