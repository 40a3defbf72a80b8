// What a message says: the plaintext inside a sealed body, in JSON. Type,
// subject and file names are inside too.

import { base64, unbase64, type Bytes, type Hash, type ID } from '../crypto/envelope/bytes.ts'
import { readParts, writeParts, type Parts } from './told.ts'

/** A sealed file; its key travels in the message. */
export interface FileInfo {
  id: ID
  /** 32 bytes, in base64. */
  key: string
  /** Of the file itself, in bytes. */
  size: number
  /** Of what is stored. */
  sealed: number
  sha256: Hash
  name: string
  mime: string
}

export interface Content extends Parts {
  /** A message; a note of the staff; the reason of a hand-over. */
  type: 'text' | 'note' | 'handover'
  subject?: string
  text: string
  files?: FileInfo[]
}

export function isRecord(v: unknown): v is Record<string, unknown> {
  return typeof v === 'object' && v !== null && !Array.isArray(v)
}

const hex32 = /^[0-9a-f]{32}$/
const hex64 = /^[0-9a-f]{64}$/

function isCount(v: unknown): v is number {
  return typeof v === 'number' && Number.isSafeInteger(v) && v >= 0
}

/** Reads how a sealed file is described; undefined where it is not of this form. */
export function readFile(v: unknown): FileInfo | undefined {
  if (!isRecord(v)) return undefined
  const { id, key, size, sealed, sha256, name, mime } = v
  if (typeof id !== 'string' || !hex32.test(id) || typeof sha256 !== 'string' || !hex64.test(sha256)) return undefined
  if (typeof key !== 'string' || unbase64(key)?.length !== 32 || !isCount(size) || !isCount(sealed)) return undefined
  if (typeof name !== 'string' || typeof mime !== 'string') return undefined
  return { id: id as ID, key, size, sealed, sha256: sha256 as Hash, name, mime }
}

/** Reads what another person's program wrote; undefined where it is none of these types or not of this form. */
export function readContent(plain: Uint8Array, types: readonly Content['type'][]): Content | undefined {
  let v: unknown
  try {
    v = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plain))
  } catch {
    return undefined
  }
  if (!isRecord(v) || typeof v['text'] !== 'string') return undefined
  const type = types.find((t) => t === v['type'])
  if (type === undefined) return undefined
  const parts = readParts(v)
  if (parts === undefined) return undefined
  const out: Content = { type, text: v['text'], ...parts }
  if (typeof v['subject'] === 'string') out.subject = v['subject']
  if (v['files'] !== undefined) {
    if (!Array.isArray(v['files'])) return undefined
    const files = v['files'].map(readFile)
    if (files.includes(undefined)) return undefined
    out.files = files.filter((f) => f !== undefined)
  }
  return out
}

export function writeContent(c: Content): Bytes {
  return new TextEncoder().encode(JSON.stringify({ ...c, ...writeParts(c) })) as Bytes
}

export function fileKey(f: FileInfo): Bytes {
  return unbase64(f.key) ?? new Uint8Array(0)
}

export function keyText(key: Bytes): string {
  return base64(key)
}
