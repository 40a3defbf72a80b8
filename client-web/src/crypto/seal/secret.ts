// Secrets: a generation's seed or an epoch's key, 32 bytes, and what comes of them (section 2.5).

import { empty, toHash, type Bytes, type Hash } from '../envelope/bytes.ts'
import { enc } from '../envelope/enc.ts'
import { refuse } from '../envelope/refusal.ts'
import { Box } from '../key/box.ts'
import { hkdf } from '../key/hash.ts'
import { random } from '../key/random.ts'

/** Commit(secret, ctx). */
export function commitment(secret: Bytes, ctx: Bytes): Hash {
  return toHash(hkdf(secret, empty(), enc('arc1/commit', ctx), 32))
}

/** 32 bytes that neither print nor become JSON. */
export class Secret {
  readonly #bytes: Bytes
  #box: Promise<Box> | undefined

  private constructor(bytes: Bytes) {
    if (bytes.length !== 32) throw new RangeError('a secret has 32 bytes')
    this.#bytes = bytes
  }

  static fresh(): Secret {
    return new Secret(random(32))
  }

  /** Takes 32 bytes, as a vault keeps them. */
  static from(bytes: Bytes): Secret {
    return new Secret(bytes.slice())
  }

  /** The 32 bytes, for a vault. */
  bytes(): Bytes {
    return this.#bytes.slice()
  }

  /** HKDF from the secret. */
  derive(salt: Bytes, info: Bytes, n: number): Bytes {
    return hkdf(this.#bytes, salt, info, n)
  }

  /** Binds the secret to its context without showing it. */
  commit(ctx: Bytes): Hash {
    return commitment(this.#bytes, ctx)
  }

  /** The X-Wing key of a generation. */
  box(): Promise<Box> {
    this.#box ??= Box.fromSeed(this.derive(empty(), enc('arc1/gen/kem'), 32))
    return this.#box
  }

  /** The key that wraps the secret before. */
  wrapKey(): Bytes {
    return this.derive(empty(), enc('arc1/gen/prev'), 32)
  }

  /** What a person's drafts are kept under, for their other devices. */
  draftsKey(): Bytes {
    return this.derive(empty(), enc('arc1/gen/drafts'), 32)
  }

  /** What a line's saved replies are kept under, from a generation of the line's key. */
  repliesKey(): Bytes {
    return this.derive(empty(), enc('arc1/gen/replies'), 32)
  }

  /**
   * Checks an opened seed against the public key that its rotation published: a
   * maker could publish a key that only they can open. Whoever finds that makes
   * a new generation.
   */
  async fits(published: Hash): Promise<void> {
    if ((await this.box()).public.hash !== published) refuse('published')
  }
}
