// Signed notes (C2SP signed-note): a text, a blank line, signature lines.

import { concat, digest, fromUTF8, hex, unbase64, utf8, type Bytes } from '../envelope/bytes.ts'
import { refuse } from '../envelope/refusal.ts'
import { Verify } from '../key/verify.ts'

/** Algorithm bytes: Ed25519 over the text; a timestamped cosignature (C2SP tlog-cosignature). */
export const algorithms = { note: 0x01, cosignature: 0x04 } as const

/** A key in its text form: name || "+" || key id in hex || "+" || base64(algorithm || public key). */
export interface NoteKey {
  name: string
  /** Four bytes in hex. */
  id: string
  key: Verify
}

/** One signature line. */
export interface NoteSignature {
  name: string
  /** Key id in hex. */
  id: string
  /** What follows the key id. */
  blob: Bytes
}

export interface Note {
  /** With its last newline. */
  text: Bytes
  signatures: NoteSignature[]
}

/** Reads a key of an algorithm. What would not be written again letter for letter is refused. */
export function readNoteKey(text: string, algorithm: number): NoteKey {
  const parts = text.split('+')
  const [name = '', id = ''] = parts
  // base64 has "+" among its letters.
  const raw = unbase64(parts.slice(2).join('+'))
  if (!validName(name) || raw?.length !== 33 || raw[0] !== algorithm) return refuse('log-policy') // not such a key
  if (hex(digest(concat(utf8(`${name}\n`), raw)).subarray(0, 4)) !== id) refuse('log-policy') // name and key do not fit together
  return { name, id, key: Verify.from(raw.subarray(1)) }
}

function validName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\p{White_Space}+]/u.test(name)
}

/** The most signature lines that are looked at. */
const maxSignatures = 100

/** Takes a note apart; undefined where it is none. */
export function parseNote(message: Bytes): Note | undefined {
  const whole = fromUTF8(message)
  // No control characters but the newline.
  if (whole === undefined || /[\u0000-\u0009\u000b-\u001f]/.test(whole)) return undefined
  const split = whole.lastIndexOf('\n\n')
  if (split < 0 || !whole.endsWith('\n')) return undefined
  const lines = whole.slice(split + 2, -1).split('\n')
  const signatures: NoteSignature[] = []
  for (const line of lines) {
    const s = parseSignature(line)
    if (s === undefined || signatures.length === maxSignatures) return undefined
    signatures.push(s)
  }
  return { text: utf8(whole.slice(0, split + 1)), signatures }
}

function parseSignature(line: string): NoteSignature | undefined {
  const [dash, name = '', text = '', ...more] = line.split(' ')
  const raw = unbase64(text)
  if (dash !== '\u2014' || more.length !== 0 || !validName(name) || raw === undefined || raw.length < 5) return undefined
  return { name, id: hex(raw.subarray(0, 4)), blob: raw.slice(4) }
}


