// Bytes and the texts that stand for them.

import { sha256 } from '@noble/hashes/sha2.js'

/** Bytes over memory of their own kind, as WebCrypto takes them. */
export type Bytes = Uint8Array<ArrayBuffer>

/** 16 random bytes as 32 lower-case hex digits; the same type as on the wire. */
export type ID = string & { readonly __kind: 'ID' }

/** A SHA-256 digest as 64 lower-case hex digits; the same type as on the wire. */
export type Hash = string & { readonly __kind: 'Hash' }

/** The id that names nobody. */
export const nobody = '0'.repeat(32) as ID

/** The hash before the first statement. */
export const noHash = '0'.repeat(64) as Hash

/** The largest u64: a moment after every other. */
export const newest = 2n ** 64n - 1n

const none: Bytes = new Uint8Array(0)

/** No bytes. */
export function empty(): Bytes {
  return none
}

/** Takes bytes from elsewhere, such as the wire; they are copied only where their memory is shared. */
export function toBytes(b: Uint8Array): Bytes {
  return b.buffer instanceof ArrayBuffer ? (b as Bytes) : b.slice()
}

export function concat(...parts: readonly Uint8Array[]): Bytes {
  let size = 0
  for (const p of parts) size += p.length
  const out = new Uint8Array(size)
  let at = 0
  for (const p of parts) {
    out.set(p, at)
    at += p.length
  }
  return out
}

/** Compares public bytes. Secrets are compared by key/hash.ts. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((c, i) => c === b[i])
}

/** Orders texts by code units; for ids and hashes that is the order of their bytes. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const digits = Array.from({ length: 256 }, (_, c) => c.toString(16).padStart(2, '0'))

export function hex(b: Uint8Array): string {
  let out = ''
  for (const c of b) out += digits[c]
  return out
}

const nibbles = new Map(Array.from('0123456789abcdef', (c, i) => [c.charCodeAt(0), i]))

/** Reads lower-case hex digits; undefined for anything else. */
export function unhex(text: string): Bytes | undefined {
  const out = new Uint8Array(text.length >> 1)
  for (let i = 0; i < out.length; i++) {
    const high = nibbles.get(text.charCodeAt(2 * i))
    const low = nibbles.get(text.charCodeAt(2 * i + 1))
    if (high === undefined || low === undefined) return undefined
    out[i] = (high << 4) | low
  }
  return text.length % 2 === 0 ? out : undefined
}

function fixed(text: string, size: number): Bytes {
  const b = unhex(text)
  if (b?.length !== size) throw new TypeError(`not ${size} bytes in hex`)
  return b
}

export function idBytes(id: ID): Bytes {
  return fixed(id, 16)
}

export function hashBytes(h: Hash): Bytes {
  return fixed(h, 32)
}

/** Takes 16 bytes as an id. */
export function toID(b: Uint8Array): ID {
  if (b.length !== 16) throw new TypeError('an id has 16 bytes')
  return hex(b) as ID
}

/** Takes 32 bytes as a digest. */
export function toHash(b: Uint8Array): Hash {
  if (b.length !== 32) throw new TypeError('a digest has 32 bytes')
  return hex(b) as Hash
}

/** H of section 2.1: SHA-256, as bytes. */
export function digest(b: Uint8Array): Bytes {
  return sha256(b)
}

/** H of section 2.1: SHA-256, as a name. */
export function sum(b: Uint8Array): Hash {
  return hex(sha256(b)) as Hash
}

const encoder = new TextEncoder()
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function utf8(text: string): Bytes {
  return encoder.encode(text) as Bytes
}

/** Reads UTF-8; undefined where it is none. */
export function fromUTF8(b: Uint8Array): string | undefined {
  try {
    return strict.decode(b)
  } catch {
    return undefined
  }
}

/** base64 with padding (RFC 4648 section 4). */
export function base64(b: Uint8Array): string {
  let text = ''
  for (const c of b) text += String.fromCharCode(c)
  return btoa(text)
}

/** Reads base64 in the one spelling that base64() writes; undefined for another. */
export function unbase64(text: string): Bytes | undefined {
  let raw: string
  try {
    raw = atob(text)
  } catch {
    return undefined
  }
  const b = Uint8Array.from(raw, (c) => c.charCodeAt(0))
  return base64(b) === text ? b : undefined
}

/** base64url without padding (RFC 4648 section 5). */
export function base64url(b: Uint8Array): string {
  return base64(b).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** Reads base64url in the one spelling that base64url() writes; undefined for another. */
export function unbase64url(text: string): Bytes | undefined {
  const padded = text.replaceAll('-', '+').replaceAll('_', '/').padEnd(Math.ceil(text.length / 4) * 4, '=')
  const b = unbase64(padded)
  return b !== undefined && base64url(b) === text ? b : undefined
}
