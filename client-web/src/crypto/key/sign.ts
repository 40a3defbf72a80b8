// Private Ed25519 keys: CryptoKeys whose bytes nobody can read.

import { concat, unbase64url, unhex, type Bytes } from '../envelope/bytes.ts'
import { readKeyText, signingPrefix } from './text.ts'
import { sigInput, Verify, type SigType } from './verify.ts'

const algorithm = 'Ed25519'

/** What stands in front of a seed in PKCS #8 (RFC 8410). */
const pkcs8 = unhex('302e020100300506032b657004220420')

/** A signing key as a device keeps it: it can be put into IndexedDB. */
export interface KeptSigning {
  private: CryptoKey
  /** 32 bytes. */
  public: Bytes
}

/** A private Ed25519 key. It signs nothing but statements of the closed list. */
export class Signing {
  readonly public: Verify
  readonly #key: CryptoKey

  constructor(kept: KeptSigning) {
    this.#key = kept.private
    this.public = Verify.from(kept.public)
  }

  /** Makes a key from the platform's randomness. */
  static async fresh(): Promise<Signing> {
    const pair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
    return new Signing({ private: pair.privateKey, public: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)) })
  }

  /** The key whose RFC 8032 seed is given, for codes and key files. */
  static async fromSeed(seed: Bytes): Promise<Signing> {
    if (pkcs8 === undefined || seed.length !== 32) throw new RangeError('a seed has 32 bytes')
    const der = concat(pkcs8, seed)
    // WebCrypto tells the public half in a JWK, and only of a key that may be read.
    const readable = await crypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign'])
    const { x } = await crypto.subtle.exportKey('jwk', readable)
    const key = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
    der.fill(0)
    const pub = unbase64url(x ?? '')
    if (pub === undefined) throw new TypeError('the platform gives no public half')
    return new Signing({ private: key, public: pub })
  }

  /** Reads a private key's text from a file. */
  static read(text: string): Promise<Signing> {
    return Signing.fromSeed(readKeyText(signingPrefix, text))
  }

  /** What a device stores of the key. */
  keep(): KeptSigning {
    return { private: this.#key, public: this.public.bytes }
  }

  /** Sign(type, statement) of section 2.3. */
  async sign(type: SigType, statement: Bytes): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.sign(algorithm, this.#key, sigInput(type, statement)))
  }
}

/**
 * A device's session key (Ed25519): it proves possession at sign-in and signs
 * nothing of this protocol, so it is a type of its own.
 */
export class Session {
  readonly public: Verify
  readonly #key: CryptoKey

  constructor(kept: KeptSigning) {
    this.#key = kept.private
    this.public = Verify.from(kept.public)
  }

  static async fresh(): Promise<Session> {
    return new Session((await Signing.fresh()).keep())
  }

  /** What a device stores of the key. */
  keep(): KeptSigning {
    return { private: this.#key, public: this.public.bytes }
  }

  /** Signs a proof of possession, whose form the service's API gives. */
  async prove(proof: Bytes): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.sign(algorithm, this.#key, proof))
  }
}
