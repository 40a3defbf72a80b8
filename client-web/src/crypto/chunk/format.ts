// Sealed files (section 7): pieces of 64 KiB, each with its number, the last one marked.

import { concat, digest, idBytes, utf8, type Bytes, type ID } from '../envelope/bytes.ts'
import { enc, suite, u64, u8 } from '../envelope/enc.ts'
import { minPadded, padme } from '../envelope/pad.ts'
import { gcmKey, gcmOpen, gcmOverhead, gcmSeal } from '../key/gcm.ts'
import { hkdf } from '../key/hash.ts'

/** "arc1f" || suite || log2 of a piece's size. */
export const magic = concat(utf8('arc1f'), Uint8Array.of(suite, 0x10))

/** Bytes of the plain stream in a piece. */
export const pieceSize = 1 << 16

/** Bytes of the header: magic, salt, commitment. */
export const headerLen = magic.length + 32 + 32

/** Bytes of the file's length at the beginning of the plain stream. */
export const lengthLen = 8

/** The largest file in bytes. */
export const maxFile = 2 ** 20 * pieceSize - lengthLen

/** Length of the plain stream of a file. */
export function padded(size: number): number {
  return padme(Math.max(minPadded, size + lengthLen))
}

/** The exact size of a sealed file; undefined for a size that cannot be sealed. */
export function sealedSize(size: number): number | undefined {
  if (!Number.isInteger(size) || size < 0 || size > maxFile) return undefined
  const n = padded(size)
  return headerLen + n + Math.ceil(n / pieceSize) * gcmOverhead
}

/** key || commit of a file key at its place. */
export function derive(fileKey: Bytes, salt: Bytes, thread: ID, file: ID): { key: Bytes; commit: Bytes } {
  const out = hkdf(fileKey, salt, enc('arc1/file', idBytes(thread), idBytes(file)), 64)
  return { key: out.slice(0, 32), commit: out.slice(32) }
}

/** Seals and opens the pieces of one file. */
export class Pieces {
  readonly #key: CryptoKey
  readonly #head: Bytes

  private constructor(key: CryptoKey, head: Bytes) {
    this.#key = key
    this.#head = head
  }

  static async of(key: Bytes, header: Bytes): Promise<Pieces> {
    return new Pieces(await gcmKey(key), digest(header))
  }

  #aad(i: number, last: boolean): Bytes {
    return enc('arc1/chunk', this.#head, u64.write(BigInt(i)), u8.write(last ? 1 : 0))
  }

  seal(i: number, last: boolean, plain: Bytes): Promise<Bytes> {
    return gcmSeal(this.#key, this.#aad(i, last), plain)
  }

  open(i: number, last: boolean, sealed: Bytes): Promise<Bytes> {
    return gcmOpen(this.#key, this.#aad(i, last), sealed)
  }
}

/** Reads a stretch of a file into memory. */
export async function stretch(source: Blob, from: number, to: number): Promise<Bytes> {
  return new Uint8Array(await source.slice(from, to).arrayBuffer())
}
