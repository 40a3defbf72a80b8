// Ed25519 public keys and what their signatures are over (sections 2.3 and 2.4).

import { digest, equal, hex, unhex, type Bytes } from '../envelope/bytes.ts'
import { enc } from '../envelope/enc.ts'
import { entryTypes, type EntryType } from '../envelope/entry.ts'
import { linkTypes, type LinkType } from '../envelope/link.ts'
import { refuse } from '../envelope/refusal.ts'
import { keyText, readKeyText, verifyPrefix } from './text.ts'

/** What a signature is for. The list is closed. */
export type SigType = `link/${LinkType}` | 'countersign/account/device-add' | `entry/${EntryType}` | 'credential' | 'access' | 'announcement'

/** Every type there is. */
export const sigTypes: ReadonlySet<string> = new Set<SigType>([
  ...Object.values(linkTypes).flatMap((types) => types.map((t) => `link/${t}` as const)),
  'countersign/account/device-add',
  ...entryTypes.map((t) => `entry/${t}` as const),
  'credential',
  'access',
  'announcement',
])

/** The bytes that a signature of a type over a statement signs. */
export function sigInput(type: SigType, statement: Uint8Array): Bytes {
  return enc(`arc1/sig/${type}`, digest(statement))
}

/** A checked Ed25519 public key. */
export class Verify {
  readonly bytes: Bytes
  #imported: Promise<CryptoKey> | undefined

  private constructor(bytes: Bytes) {
    this.bytes = bytes
  }

  /** Takes 32 bytes that are the one encoding of a point that is not of small order. */
  static from(b: Uint8Array): Verify {
    if (b.length !== 32) refuse('bad-key') // an Ed25519 key has 32 bytes
    checkPoint(b)
    return new Verify(b.slice() as Bytes)
  }

  /** Reads `text`. */
  static read(text: string): Verify {
    return Verify.from(readKeyText(verifyPrefix, text))
  }

  /** The key with its prefix. */
  get text(): string {
    return keyText(verifyPrefix, this.bytes)
  }

  is(b: Uint8Array): boolean {
    return equal(this.bytes, b)
  }

  /** Whether sig is a signature over these very bytes. */
  async verifies(message: Bytes, sig: Bytes): Promise<boolean> {
    if (sig.length !== 64) return false
    this.#imported ??= crypto.subtle.importKey('raw', this.bytes, 'Ed25519', true, ['verify'])
    let key: CryptoKey
    try {
      key = await this.#imported
    } catch (error) {
      // Not a point of the curve: no signature fits it.
      if (error instanceof DOMException && error.name === 'DataError') return false
      throw error
    }
    return crypto.subtle.verify('Ed25519', key, sig, message)
  }

  /** Refuses unless sig is a signature of this type over the statement. */
  async check(type: SigType, statement: Bytes, sig: Bytes): Promise<void> {
    if (!sigTypes.has(type) || !(await this.verifies(sigInput(type, statement), sig))) refuse('bad-signature')
  }
}

/** The y of the points of small order, sign bit cleared (RFC 7748; C2SP CCTV, "ed25519 edge cases"). */
const smallOrder = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]

/** 2^255 - 19, little-endian: y from here on is a second spelling. */
const prime = unhex('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')

function checkPoint(b: Uint8Array): void {
  const y = b.slice()
  y[31] = (y[31] ?? 0) & 0x7f
  if (prime === undefined || !below(y, prime)) refuse('bad-key') // not the canonical encoding of a point
  if (smallOrder.includes(hex(y))) refuse('bad-key') // a point of small order
}

/** Compares little-endian integers of one length. */
function below(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = a.length - 1; i >= 0; i--) {
    const x = a[i] ?? 0
    const y = b[i] ?? 0
    if (x !== y) return x < y
  }
  return false
}
