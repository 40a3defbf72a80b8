// X-Wing keys for boxes: a secret of 32 bytes for one reader (section 2.5).

import { boxLen } from '../envelope/account.ts'
import { sum, utf8, type Bytes, type Hash } from '../envelope/bytes.ts'
import { refuse } from '../envelope/refusal.ts'
import { freshGCMKey, gcmOpen, gcmSeal } from './gcm.ts'
import { hpkeOpen, hpkeSeal } from './hpke.ts'
import { hasNativeMLKEM, nativeMLKEM, platformMLKEM, scriptMLKEM, type MLKEM } from './mlkem.ts'
import { random } from './random.ts'
import { boxPrefix, readKeyText } from './text.ts'
import { goodXWing, xwingFromSeed, type XWingKey } from './xwing.ts'

/** The most bytes that a box may be bound to. */
const maxInfo = 4096

/** A checked X-Wing public key. */
export class BoxPublic {
  readonly bytes: Bytes
  /** Names the key in rosters. */
  readonly hash: Hash

  private constructor(bytes: Bytes) {
    this.bytes = bytes
    this.hash = sum(bytes)
  }

  /** Takes 1216 bytes that pass the full check of both halves. */
  static from(b: Uint8Array): BoxPublic {
    if (!goodXWing(b)) refuse('bad-key')
    return new BoxPublic(b.slice() as Bytes)
  }

  /** Seals 32 bytes. Everything that the box is bound to is in info. */
  async seal(info: Bytes, secret: Bytes, kem?: MLKEM): Promise<Bytes> {
    if (secret.length !== 32 || info.length > maxInfo) throw new RangeError('a box holds 32 bytes and has at most 4096 bytes of info')
    return hpkeSeal(this.bytes, info, secret, kem)
  }
}

/**
 * A private key as a device keeps it; both forms can be put into IndexedDB.
 * keys: both halves as CryptoKeys that nobody can read.
 * seed: the seed under an AES key that nobody can read, where the platform has
 * no ML-KEM or does not store its keys.
 */
export type KeptBox =
  | { form: 'keys'; public: Bytes; mlkem: CryptoKey; x25519: CryptoKey }
  | { form: 'seed'; public: Bytes; wrap: CryptoKey; sealed: Bytes }

/** A private X-Wing key, made from a 32-byte seed and from nothing else. */
export class Box {
  readonly public: BoxPublic
  readonly #key: () => Promise<XWingKey>

  private constructor(pub: BoxPublic, key: () => Promise<XWingKey>) {
    this.public = pub
    this.#key = key
  }

  /** The key of a seed, in memory. */
  static async fromSeed(seed: Bytes, kem: MLKEM = platformMLKEM()): Promise<Box> {
    const made = await xwingFromSeed(seed, kem)
    return new Box(BoxPublic.from(made.public), () => Promise.resolve(made.key))
  }

  /** Reads a private key's text from a file. */
  static read(text: string): Promise<Box> {
    return Box.fromSeed(readKeyText(boxPrefix, text))
  }

  /** A key that a device has kept. */
  static fromKept(kept: KeptBox): Box {
    const pub = BoxPublic.from(kept.public)
    if (kept.form === 'seed') return new Box(pub, async () => (await unseal(kept)).key)
    const key = { mlkem: kept.mlkem, x25519: kept.x25519, x25519Public: pub.bytes.slice(-32) }
    return new Box(pub, () => Promise.resolve(key))
  }

  /** Opens what BoxPublic.seal sealed. */
  async open(info: Bytes, box: Bytes): Promise<Bytes> {
    if (box.length !== boxLen || info.length > maxInfo) refuse('not-opened')
    return hpkeOpen(await this.#key(), info, box)
  }
}

const place = utf8('arc1 box seed of this device')

async function unseal(kept: { wrap: CryptoKey; sealed: Bytes }) {
  const seed = await gcmOpen(kept.wrap, place, kept.sealed)
  const made = await xwingFromSeed(seed)
  seed.fill(0)
  return made
}

/** Makes a device's key. Without a wish, its form is the stronger one that the platform has. */
export async function freshKeptBox(form: KeptBox['form'] = hasNativeMLKEM() ? 'keys' : 'seed'): Promise<KeptBox> {
  const seed = random(32)
  const made = await xwingFromSeed(seed, form === 'keys' ? nativeMLKEM : scriptMLKEM)
  let kept: KeptBox
  if (form === 'keys') {
    kept = { form, public: made.public, mlkem: made.key.mlkem as CryptoKey, x25519: made.key.x25519 }
  } else {
    const wrap = await freshGCMKey()
    kept = { form, public: made.public, wrap, sealed: await gcmSeal(wrap, place, seed) }
  }
  seed.fill(0)
  return kept
}
