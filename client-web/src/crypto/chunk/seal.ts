// Sealing a file piece by piece; never more than two pieces are in memory.

import { concat, type Bytes, type ID } from '../envelope/bytes.ts'
import { u64 } from '../envelope/enc.ts'
import { refuse } from '../envelope/refusal.ts'
import { random } from '../key/random.ts'
import { derive, lengthLen, magic, padded, Pieces, pieceSize, sealedSize, stretch } from './format.ts'

/**
 * Seals a file for one place: first the header, then the pieces in order. The
 * key is fresh for each file.
 */
export async function* sealFile(fileKey: Bytes, thread: ID, file: ID, plain: Blob): AsyncGenerator<Bytes, void, undefined> {
  if (sealedSize(plain.size) === undefined) refuse('file-size')
  const salt = random(32)
  const { key, commit } = derive(fileKey, salt, thread, file)
  const header = concat(magic, salt, commit)
  yield header
  const pieces = await Pieces.of(key, header)
  const size = padded(plain.size)
  for (let i = 0; i * pieceSize < size; i++) {
    const end = Math.min((i + 1) * pieceSize, size)
    yield pieces.seal(i, end === size, await streamPart(plain, i * pieceSize, end))
  }
}

/** A part of the plain stream u64 length || file || zeros. */
async function streamPart(plain: Blob, from: number, to: number): Promise<Bytes> {
  const out = new Uint8Array(to - from)
  const start = Math.min(Math.max(from - lengthLen, 0), plain.size)
  const end = Math.min(to - lengthLen, plain.size)
  if (from === 0) out.set(u64.write(BigInt(plain.size)))
  if (start < end) out.set(await stretch(plain, start, end), start + lengthLen - from)
  return out
}
