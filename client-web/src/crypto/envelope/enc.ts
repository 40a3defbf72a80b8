// The one encoding of everything that is signed or sealed (section 2.1).

import { hex, idBytes, fromUTF8, utf8, type Bytes, type Hash, type ID } from './bytes.ts'
import { refuse } from './refusal.ts'

const maxPart = 1 << 24
const maxParts = 4096

/** The most bytes of a link, a head or a credential. */
export const maxStatement = 1 << 20

/** The only suite: X-Wing, HKDF-SHA256, AES-256-GCM, Ed25519 (section 2.2). */
export const suite = 0x01

/** Enc(label, p1, ..., pn). Too long a label or part is a mistake of the caller. */
export function enc(label: string, ...parts: readonly Uint8Array[]): Bytes {
  const name = utf8(label)
  if (name.length > 255 || parts.length > maxParts) throw new RangeError('label or part list too long')
  let size = 2 + name.length
  for (const p of parts) {
    if (p.length > maxPart) throw new RangeError('part too long')
    size += 4 + p.length
  }
  const out = new Uint8Array(size)
  const view = new DataView(out.buffer)
  view.setUint16(0, name.length)
  out.set(name, 2)
  let at = 2 + name.length
  for (const p of parts) {
    view.setUint32(at, p.length)
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
  if (size > 255 || size > b.length - 2) refuse('malformed', 'label cut off')
  // Any 8-bit reading does: no label of this protocol has other letters than ASCII's.
  return String.fromCharCode(...b.subarray(2, 2 + size))
}

/** The strict inverse of enc. The parts share b's memory. */
export function dec(label: string, b: Bytes): Bytes[] {
  if (labelOf(b) !== label) refuse('malformed', `another label than ${label}`)
  const parts: Bytes[] = []
  const words = view(b)
  let at = 2 + label.length
  while (at < b.length) {
    if (b.length - at < 4) refuse('malformed', `${label}: part length cut off`)
    const size = words.getUint32(at)
    if (size > maxPart || size > b.length - at - 4) refuse('malformed', `${label}: part longer than the statement`)
    if (parts.length === maxParts) refuse('malformed', `${label}: too many parts`)
    parts.push(b.subarray(at + 4, at + 4 + size))
    at += 4 + size
  }
  return parts
}

export function u8(v: number): Bytes {
  return Uint8Array.of(v)
}

export function u32(v: number): Bytes {
  if (!Number.isInteger(v) || v < 0 || v > 0xffffffff) throw new RangeError('not a u32')
  const out = new Uint8Array(4)
  view(out).setUint32(0, v)
  return out
}

export function u64(v: bigint): Bytes {
  if (v < 0n || v >> 64n !== 0n) throw new RangeError('not a u64')
  const out = new Uint8Array(8)
  view(out).setBigUint64(0, v)
  return out
}

/** The eight bytes of a u64. */
export function toU64(b: Uint8Array): bigint {
  return view(b).getBigUint64(0)
}

export function flag(v: boolean): Bytes {
  return u8(v ? 1 : 0)
}

/** One part holding Enc("ids", id, ...). */
export function ids(list: readonly ID[]): Bytes {
  return enc('ids', ...list.map(idBytes))
}

/** Control characters and what turns the direction of writing: they could forge a line on a screen. */
const control = /[\u0000-\u001f\u007f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

/** Reads the parts of one statement in order and checks each size. */
export class Fields {
  readonly label: string
  private readonly parts: readonly Bytes[]
  private at = 0

  constructor(label: string, b: Bytes) {
    this.label = label
    this.parts = dec(label, b)
  }

  fail(why: string): never {
    refuse('malformed', `${this.label}: part ${this.at}: ${why}`)
  }

  /** Whether every part was read. */
  get ended(): boolean {
    return this.at === this.parts.length
  }

  part(): Bytes {
    const p = this.parts[this.at]
    if (p === undefined) return this.fail('missing')
    this.at++
    return p
  }

  bytes(low: number, high = low): Bytes {
    const p = this.part()
    if (p.length < low || p.length > high) this.fail('wrong size')
    return p
  }

  id(): ID {
    return hex(this.bytes(16)) as ID
  }

  hash(): Hash {
    return hex(this.bytes(32)) as Hash
  }

  u8(): number {
    return this.bytes(1)[0] ?? 0
  }

  flag(): boolean {
    const v = this.u8()
    if (v > 1) this.fail('a flag is 0 or 1')
    return v === 1
  }

  u32(): number {
    return view(this.bytes(4)).getUint32(0)
  }

  u64(): bigint {
    return toU64(this.bytes(8))
  }

  text(most: number): string {
    const text = fromUTF8(this.bytes(0, most))
    if (text === undefined || control.test(text)) return this.fail('not plain UTF-8 text')
    return text
  }

  /** Ids in ascending order without repeats, so that one set has one encoding. */
  ids(least: number): ID[] {
    const f = new Fields('ids', this.part())
    const list: ID[] = []
    while (!f.ended) {
      const id = f.id()
      const before = list.at(-1)
      if (before !== undefined && before >= id) f.fail('ids out of order or repeated')
      list.push(id)
    }
    if (list.length < least) f.fail('too few ids')
    return list
  }

  suite(): void {
    if (this.u8() !== suite) this.fail('unknown suite')
  }

  /** Every part not yet read. */
  rest(): Bytes[] {
    const p = this.parts.slice(this.at)
    this.at = this.parts.length
    return p
  }

  /** Demands that nothing is left over, and hands on what was read. */
  done<T>(value: T): T {
    if (!this.ended) this.fail('left over')
    return value
  }
}

/** Refuses what is longer than a link, a head or a credential may be. */
export function bounded(b: Bytes): Bytes {
  if (b.length > maxStatement) refuse('malformed', 'longer than a statement may be')
  return b
}


