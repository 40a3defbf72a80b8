// ML-KEM-768 (FIPS 203): the platform's where it has one, else in JavaScript,
// from a chunk that is loaded only then.

import type { Bytes } from '../envelope/bytes.ts'
import { random } from './random.ts'

/** A private key: the platform's, or the expanded key of 2400 bytes. */
export type MLKEMKey = CryptoKey | Bytes

export interface MLKEM {
  /** The key of a seed d || z of 64 bytes, with its public half of 1184 bytes. */
  fromSeed(seed: Bytes): Promise<{ key: MLKEMKey; public: Bytes }>
  /** A fresh shared secret of 32 bytes and its ciphertext of 1088 bytes. */
  encapsulate(pub: Bytes): Promise<{ shared: Bytes; ciphertext: Bytes }>
  decapsulate(key: MLKEMKey, ciphertext: Bytes): Promise<Bytes>
}

/** The part of WebCrypto that TypeScript does not describe yet (Modern Algorithms in the Web Cryptography API). */
interface KEMSubtle {
  importKey(format: 'raw-seed' | 'raw-public', data: Bytes, algorithm: string, extractable: boolean, usages: string[]): Promise<CryptoKey>
  exportKey(format: 'raw-public', key: CryptoKey): Promise<ArrayBuffer>
  getPublicKey(key: CryptoKey, usages: string[]): Promise<CryptoKey>
  encapsulateBits(algorithm: string, key: CryptoKey): Promise<{ sharedKey: ArrayBuffer; ciphertext: ArrayBuffer }>
  decapsulateBits(algorithm: string, key: CryptoKey, ciphertext: Bytes): Promise<ArrayBuffer>
}

const algorithm = 'ML-KEM-768'

function subtle(): KEMSubtle {
  return crypto.subtle as unknown as KEMSubtle
}

export const nativeMLKEM: MLKEM = {
  async fromSeed(seed) {
    const key = await subtle().importKey('raw-seed', seed, algorithm, false, ['decapsulateBits'])
    const pub = await subtle().getPublicKey(key, ['encapsulateBits'])
    return { key, public: new Uint8Array(await subtle().exportKey('raw-public', pub)) }
  },
  async encapsulate(pub) {
    const key = await subtle().importKey('raw-public', pub, algorithm, true, ['encapsulateBits'])
    const { sharedKey, ciphertext } = await subtle().encapsulateBits(algorithm, key)
    return { shared: new Uint8Array(sharedKey), ciphertext: new Uint8Array(ciphertext) }
  },
  async decapsulate(key, ciphertext) {
    return new Uint8Array(await subtle().decapsulateBits(algorithm, key as CryptoKey, ciphertext))
  },
}

async function load() {
  return (await import('@noble/post-quantum/ml-kem.js')).ml_kem768
}

export const scriptMLKEM: MLKEM = {
  async fromSeed(seed) {
    const { secretKey, publicKey } = (await load()).keygen(seed)
    return { key: secretKey, public: publicKey }
  },
  async encapsulate(pub) {
    const { sharedSecret, cipherText } = (await load()).encapsulate(pub, random(32))
    return { shared: sharedSecret, ciphertext: cipherText }
  },
  async decapsulate(key, ciphertext) {
    return (await load()).decapsulate(ciphertext, key as Bytes)
  },
}

interface Supports {
  supports?(operation: string, algorithm: string): boolean
}

/** Whether this platform's WebCrypto has ML-KEM-768. */
export function hasNativeMLKEM(): boolean {
  return typeof SubtleCrypto !== 'undefined' && (SubtleCrypto as Supports).supports?.('encapsulateBits', algorithm) === true
}

/** The better one of this platform. */
export function platformMLKEM(): MLKEM {
  return hasNativeMLKEM() ? nativeMLKEM : scriptMLKEM
}

/** Which of the two made a private key. */
export function mlkemOf(key: MLKEMKey): MLKEM {
  return key instanceof Uint8Array ? scriptMLKEM : nativeMLKEM
}
