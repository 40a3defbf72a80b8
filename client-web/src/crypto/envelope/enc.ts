// The one encoding of everything that is signed or sealed (section 2.1).

import { fromUTF8, hashBytes, idBytes, toHash, toID, utf8, type Bytes, type Hash, type ID } from './bytes.ts'
import { refuse } from './refusal.ts'

const maxPart = 1 << 24
const maxParts = 4096

/** The most bytes of a link, a head or a credential. */
const maxStatement = 1 << 20

/** The only suite: X-Wing, HKDF-SHA256, AES-256-GCM, Ed25519 (section 2.2). */
export const suite = 0x01

/** Enc(label, p1, ..., pn). Too long a label or part is a mistake of the caller. */
export function enc(label: string, ...parts: readonly Uint8Array[]): Bytes {
  const name = utf8(label)
  let size = 2 + name.length
  for (const p of parts) size += 4 + p.length
  may(name.length <= 255 && parts.length <= maxParts && parts.every((p) => p.length <= maxPart))
  const out = new Uint8Array(size)
  const words = view(out)
  words.setUint16(0, name.length)
  out.set(name, 2)
  let at = 2 + name.length
  for (const p of parts) {
    words.setUint32(at, p.length)
    out.set(p, at + 4)
    at += 4 + p.length
  }
  return out
}

function view(b: Uint8Array): DataView {
  return new DataView(b.buffer, b.byteOffset, b.byteLength)
}

/** The label of an encoding, whose parts are not looked at. */
export function labelOf(b: Uint8Array): string {
  const size = b.length < 2 ? 256 : view(b).getUint16(0)
  if (size > 255 || size > b.length - 2) refuse('malformed')
  // Any 8-bit reading does: no label of this protocol has other letters than ASCII's.
  return String.fromCharCode(...b.subarray(2, 2 + size))
}

/** The strict inverse of enc. The parts share b's memory. */
export function dec(label: string, b: Bytes): Bytes[] {
  if (labelOf(b) !== label) refuse('malformed')
  const parts: Bytes[] = []
  const words = view(b)
  let at = 2 + label.length
  while (at < b.length) {
    const left = b.length - at - 4
    const size = left < 0 ? 1 : words.getUint32(at)
    if (size > left || size > maxPart || parts.length === maxParts) refuse('malformed')
    parts.push(b.subarray(at + 4, at + 4 + size))
    at += 4 + size
  }
  return parts
}

/** How one part of a statement is written and read. Reading refuses; writing what cannot be is a mistake of the caller. */
export interface Part<T> {
  write(value: T): Bytes
  read(p: Bytes): T
}

/** Refuses a part that is not as it must be. */
export function must(holds: boolean): void {
  if (!holds) refuse('malformed')
}

/** Demands of a caller what no input can break. */
function may(holds: boolean): void {
  if (!holds) throw new RangeError('it cannot be written')
}

/** As many bytes as are given, or from `low` to `high`. */
export function bytes(low: number, high = low): Part<Bytes> {
  const fits = (p: Bytes) => p.length >= low && p.length <= high
  return {
    write(v) {
      may(fits(v))
      return v
    },
    read(p) {
      must(fits(p))
      return p
    },
  }
}

/** Bytes of any number. */
export const anyBytes = bytes(0, maxPart)

/** A part of a fixed size. */
function sized<T>(size: number, write: (v: T) => Bytes, read: (p: Bytes) => T): Part<T> {
  const part = bytes(size)
  return { write, read: (p) => read(part.read(p)) }
}

export const id: Part<ID> = sized(16, idBytes, toID)
export const hash: Part<Hash> = sized(32, hashBytes, toHash)

export const u8: Part<number> = sized(1, (v) => {
  may(v === (v & 0xff))
  return Uint8Array.of(v)
}, (p) => p[0] ?? 0)

export const u32: Part<number> = sized(4, (v) => {
  may(v === v >>> 0)
  const out = new Uint8Array(4)
  view(out).setUint32(0, v)
  return out
}, (p) => view(p).getUint32(0))

export const u64: Part<bigint> = sized(8, (v) => {
  may(v === BigInt.asUintN(64, v))
  const out = new Uint8Array(8)
  view(out).setBigUint64(0, v)
  return out
}, (p) => view(p).getBigUint64(0))

/** One byte of which only the lowest bit has a meaning. */
export const bit: Part<number> = {
  write: u8.write,
  read(p) {
    const v = u8.read(p)
    must(v <= 1)
    return v
  },
}

export const flag: Part<boolean> = { write: (v) => u8.write(v ? 1 : 0), read: (p) => bit.read(p) === 1 }

/** Control characters and what turns the direction of writing: they could forge a line on a screen. */
const control = /[\u0000-\u001f\u007f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

/** Plain UTF-8 of at most so many bytes. */
export function text(most: number): Part<string> {
  return {
    write: utf8,
    read(p) {
      const v = p.length > most ? undefined : fromUTF8(p)
      return v === undefined || control.test(v) ? refuse('malformed') : v
    },
  }
}

/** One of a few words. */
export function oneOf<T extends string>(allowed: readonly T[]): Part<T> {
  return {
    write: utf8,
    read(p) {
      const v = fromUTF8(p)
      return allowed.find((x) => x === v) ?? refuse('malformed')
    },
  }
}

/** One part holding Enc(label, value, ...). */
export function list<T>(label: string, part: Part<T>): Part<T[]> {
  return { write: (v) => enc(label, ...v.map(part.write)), read: (p) => dec(label, p).map(part.read) }
}

/** At least so many ids in ascending order without repeats, so that one set has one encoding. */
export function ids(least: number): Part<ID[]> {
  const all = list('ids', id)
  return {
    write: all.write,
    read(p) {
      const v = all.read(p)
      must(v.length >= least && v.every((x, i) => i === 0 || (v[i - 1] ?? x) < x))
      return v
    },
  }
}

/** A statement of named parts: a table of PROTOCOL.md. */
export interface Table<T> {
  encode(value: T): Bytes
  decode(b: Bytes): T
}

/** The value of a table. */
export type Of<X> = X extends Table<infer T> ? T : never

export type Parts<T> = { readonly [name in keyof T]: Part<T[name]> }

/** The parts of a value in the order of their names, and back. */
export function columns<T extends object>(parts: Parts<T>): { write(v: T): Bytes[]; read(found: readonly Bytes[]): T } {
  const named = Object.entries(parts) as [keyof T, Part<T[keyof T]>][]
  return {
    write: (v) => named.map(([name, part]) => part.write(v[name])),
    read(found) {
      must(found.length === named.length)
      return Object.fromEntries(found.map((p, i) => [named[i]?.[0], named[i]?.[1].read(p)])) as T
    },
  }
}

/** A statement with exactly these parts in this order. `rule` says of a decoded value whether its parts fit together. */
export function table<T extends object>(label: string, parts: Parts<T>, rule: (v: T) => boolean = () => true): Table<T> {
  const all = columns(parts)
  return {
    encode: (v) => enc(label, ...all.write(v)),
    decode(b) {
      const v = all.read(dec(label, b))
      must(rule(v))
      return v
    },
  }
}

/** table for a link, a head or a credential: bounded, and the suite stands in front. */
export function suited<T extends object>(label: string, parts: Parts<T>, rule: (v: T) => boolean = () => true): Table<T> {
  const all = columns(parts)
  return {
    encode: (v) => enc(label, u8.write(suite), ...all.write(v)),
    decode(b) {
      must(b.length <= maxStatement)
      const [first, ...rest] = dec(label, b)
      must(first !== undefined && u8.read(first) === suite)
      const v = all.read(rest)
      must(rule(v))
      return v
    },
  }
}

/** A table as a part of another. */
export function inner<T>(t: Table<T>): Part<T> {
  return { write: t.encode, read: t.decode }
}
