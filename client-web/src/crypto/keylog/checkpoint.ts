// Checkpoints of the key log (section 6): signed by the log, cosigned by witnesses.

import type { PolicyBody } from '../envelope/agency.ts'
import { fromUTF8, toHash, unbase64, type Bytes, type Hash } from '../envelope/bytes.ts'
import { refuse, refusedAs } from '../envelope/refusal.ts'
import { cosignatureTime, cosigns } from '../key/cosign.ts'
import { algorithms, parseNote, readNoteKey, type Note, type NoteKey } from './note.ts'
import { maxSize } from './tree.ts'

/** The most bytes of a checkpoint. */
const maxCheckpoint = 16 << 10

/** One state of a log. */
export interface Checkpoint {
  origin: string
  /** Leaves. */
  size: bigint
  root: Hash
}

/** Whom a client believes about the log: out of the agency's policy. */
export type Believed = Pick<PolicyBody, 'logKey' | 'witnesses' | 'quorum'>

interface Keys {
  log: NoteKey
  witnesses: NoteKey[]
}

/** Every name and every key is different: one witness under two names would count twice. */
function keysOf(b: Believed): Keys {
  if (b.quorum < 0 || b.quorum > b.witnesses.length) refuse('log-policy') // quorum out of reach
  return refusedAs('log-policy', () => {
    const log = readNoteKey(b.logKey, algorithms.note)
    const witnesses = b.witnesses.map((w) => readNoteKey(w, algorithms.cosignature))
    const all = [log, ...witnesses]
    const distinct = (of: (k: NoteKey) => string) => new Set(all.map(of)).size === all.length
    if (!distinct((k) => k.name) || !distinct((k) => k.key.text)) refuse('log-policy') // a name or key stands twice
    return { log, witnesses }
  })
}

/** Checks a checkpoint's signatures and reads it. times: when each witness signed, in Unix seconds, at least `quorum` of them. */
export async function openCheckpoint(b: Believed, message: Bytes): Promise<Checkpoint & { times: bigint[] }> {
  const keys = keysOf(b)
  const note = message.length > maxCheckpoint ? undefined : parseNote(message)
  if (note === undefined) return refuse('log-checkpoint') // not a signed note
  const times = await checkSignatures(note, keys)
  const c = parseCheckpoint(note.text)
  if (c.origin !== keys.log.name) refuse('log-origin') // the origin is not the name of the key
  if (times.length < b.quorum) refuse('log-quorum')
  return { ...c, times }
}

/** Checks each known key's first signature; lines of other keys are passed over. */
async function checkSignatures(note: Note, keys: Keys): Promise<bigint[]> {
  const find = (k: NoteKey) => note.signatures.find((s) => s.name === k.name && s.id === k.id)
  const byLog = find(keys.log)
  if (byLog === undefined) return refuse('log-signature') // the log did not sign
  const cosigned = keys.witnesses.flatMap((w) => {
    const s = find(w)
    return s === undefined ? [] : [{ key: w.key, blob: s.blob }]
  })
  const holds = await Promise.all([keys.log.key.verifies(note.text, byLog.blob), ...cosigned.map((s) => cosigns(s.key, note.text, s.blob))])
  if (holds.includes(false)) refuse('log-signature') // a wrong signature
  return cosigned.map((s) => cosignatureTime(s.blob))
}

/** Reads a note's text. What would not be written again byte for byte is refused. */
function parseCheckpoint(text: Bytes): Checkpoint {
  const [origin = '', size = '', root = '', end, ...more] = fromUTF8(text)?.split('\n') ?? []
  const hash = unbase64(root)
  if (end !== '' || more.length !== 0 || hash?.length !== 32) return refuse('log-checkpoint') // not three lines
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size) || BigInt(size) > maxSize) refuse('log-checkpoint')
  return { origin, size: BigInt(size), root: toHash(hash) }
}
