// The codes of people (section 9). Each carries enough random bits that it
// cannot be searched, so nothing here is derived slowly. A code does not print;
// its text is asked for by name.

import { empty, utf8, type Bytes } from '../envelope/bytes.ts'
import { enc } from '../envelope/enc.ts'
import { Box } from '../key/box.ts'
import { hkdf, hmac } from '../key/hash.ts'
import { random } from '../key/random.ts'
import { Signing } from '../key/sign.ts'
import { readCode, writeCode } from './crockford.ts'

const recovery = { bytes: 20, checks: 2 }
const short = { bytes: 10, checks: 1 }

/** The paper that brings an account back: 160 random bits. */
export class RecoveryCode {
  readonly #bits: Bytes

  private constructor(bits: Bytes) {
    this.#bits = bits
  }

  static fresh(): RecoveryCode {
    return new RecoveryCode(random(recovery.bytes))
  }

  static read(text: string): RecoveryCode {
    return new RecoveryCode(readCode(text, recovery.bytes, recovery.checks))
  }

  /** Eight groups of four and two check characters. */
  text(): string {
    return writeCode(this.#bits, recovery.checks)
  }

  /** The recovery pair whose public halves stand in the account's chain. */
  async keys(): Promise<{ sign: Signing; box: Box }> {
    const [sign, box] = await Promise.all([Signing.fromSeed(this.#derive('arc1/recovery/sign')), Box.fromSeed(this.#derive('arc1/recovery/box'))])
    return { sign, box }
  }

  /** Finds the letter that goes with the code on the service, which stores only its digest. */
  locator(): Bytes {
    return this.#derive('arc1/recovery/locator')
  }

  /** Authenticates the letter that goes with the code, so that the code alone says which agency to believe. */
  mac(letter: Bytes): Bytes {
    return hmac(this.#derive('arc1/recovery/mac'), letter)
  }

  #derive(use: string): Bytes {
    return hkdf(this.#bits, empty(), enc(use), 32)
  }
}

/** What the agency hands a person out of band: 80 random bits for one enrolment within a week. */
export class InviteCode {
  readonly #bits: Bytes

  private constructor(bits: Bytes) {
    this.#bits = bits
  }

  static fresh(): InviteCode {
    return new InviteCode(random(short.bytes))
  }

  static read(text: string): InviteCode {
    return new InviteCode(readCode(text, short.bytes, short.checks))
  }

  /** Four groups of four, the last with its check character. */
  text(): string {
    return writeCode(this.#bits, short.checks)
  }

  /** Finds the invitation on the service, which stores only its digest. */
  locator(): Bytes {
    return derive('arc1/invite/code', this.#bits, 'arc1/invite/locator')
  }

  /** Authenticates an account's first link, encoded with 32 zero bytes as its MAC. */
  mac(genesis: Bytes): Bytes {
    return hmac(derive('arc1/invite/code', this.#bits, 'arc1/invite/mac'), genesis)
  }
}

/**
 * What a new device shows and its person types into an old one: 80 random bits,
 * alive for ten minutes. Each side proves to the other that it knows them.
 */
export class PairCode {
  readonly #bits: Bytes

  private constructor(bits: Bytes) {
    this.#bits = bits
  }

  static fresh(): PairCode {
    return new PairCode(random(short.bytes))
  }

  static read(text: string): PairCode {
    return new PairCode(readCode(text, short.bytes, short.checks))
  }

  /** Written like an invitation's. */
  text(): string {
    return writeCode(this.#bits, short.checks)
  }

  /** Under what the service keeps the messages of a pairing. */
  locator(): Bytes {
    return derive('arc1/pair/code', this.#bits, 'arc1/pair/locator')
  }

  /** The new device's proof over the sign-in name and its keys. */
  macNew(name: string, keys: Bytes): Bytes {
    return this.#mac(enc('arc1/pair/new', utf8(name), keys))
  }

  /** The old device's proof over its welcome and over the statement that the new device is asked to accept. */
  macOld(welcome: Bytes, link: Bytes): Bytes {
    return this.#mac(enc('arc1/pair/old', welcome, link))
  }

  #mac(message: Bytes): Bytes {
    return hmac(derive('arc1/pair/code', this.#bits, 'arc1/pair/mac'), message)
  }
}

/** The label in front of the bits adds length, which HKDF's input needs, and no strength. */
function derive(code: string, bits: Bytes, use: string): Bytes {
  return hkdf(enc(code, bits), empty(), enc(use), 32)
}
