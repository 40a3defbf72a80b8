// Opening a sealed file piece by piece: what is released is authentic and in its place.

import { equal, type Bytes, type ID } from '../envelope/bytes.ts'
import { u64 } from '../envelope/enc.ts'
import { minPadded } from '../envelope/pad.ts'
import { reasonOf, refuse } from '../envelope/refusal.ts'
import { gcmOverhead } from '../key/gcm.ts'
import { equalSecrets } from '../key/hash.ts'
import { derive, headerLen, lengthLen, magic, maxFile, padded, Pieces, pieceSize, stretch } from './format.ts'

/** A file whose header and first piece hold. */
export interface OpenedFile {
  /** Bytes of the file, authenticated by the first piece. */
  size: number
  /** The file's bytes in order. It ends without a refusal only after the marked last piece and its padding. */
  pieces(): AsyncGenerator<Bytes, void, undefined>
}

/** Opens a sealed file with its key for its place. */
export async function openFile(fileKey: Bytes, thread: ID, file: ID, sealed: Blob): Promise<OpenedFile> {
  const header = await stretch(sealed, 0, headerLen)
  if (header.length < headerLen) refuse('file-truncated')
  if (!equal(header.subarray(0, magic.length), magic)) refuse('file-header') // not a sealed file
  const { key, commit } = derive(fileKey, header.slice(magic.length, magic.length + 32), thread, file)
  if (!equalSecrets(commit, header.subarray(magic.length + 32))) refuse('file-key') // another key or place
  const pieces = await Pieces.of(key, header)
  const first = await openFirst(pieces, sealed)
  const size = Number(u64.read(first.subarray(0, lengthLen)))
  return { size, pieces: () => rest(pieces, sealed, size, first) }
}

interface Sealed {
  bytes: Bytes
  /** Whether the source ends with them. */
  end: boolean
}

/** The sealed piece number i, at most `plain` bytes of the stream. */
async function take(sealed: Blob, i: number, plain: number): Promise<Sealed> {
  const from = headerLen + i * (pieceSize + gcmOverhead)
  const to = from + plain + gcmOverhead
  return { bytes: await stretch(sealed, from, to), end: to >= sealed.size }
}

/** Opens a piece; undefined where it is not authentic. */
async function tryOpen(pieces: Pieces, i: number, last: boolean, bytes: Bytes): Promise<Bytes | undefined> {
  try {
    return await pieces.open(i, last, bytes)
  } catch (error) {
    if (reasonOf(error) === undefined) throw error
    return undefined
  }
}

/** Piece 0, which tells the length of everything. Until then only the end of the source says whether it is the last. */
async function openFirst(pieces: Pieces, sealed: Blob): Promise<Bytes> {
  const { bytes, end } = await take(sealed, 0, pieceSize)
  const plain = await tryOpen(pieces, 0, end, bytes)
  if (plain === undefined) return whyNotFirst(pieces, bytes, end)
  const size = plain.length < lengthLen ? undefined : u64.read(plain.subarray(0, lengthLen))
  if (size === undefined || size > BigInt(maxFile)) return refuse('file-padding') // no length that a file can have
  const stream = padded(Number(size))
  if (plain.length !== Math.min(stream, pieceSize) || end !== stream <= pieceSize) refuse('file-padding') // the first piece does not fit the length
  return plain
}

/**
 * Names the reason where it is certain: the piece is authentic but stands where
 * it should not, or is too short for any file. The length of a file of one piece
 * is not known, so that piece cut or extended is `file-piece`.
 */
async function whyNotFirst(pieces: Pieces, bytes: Bytes, end: boolean): Promise<never> {
  const other = await tryOpen(pieces, 0, !end, bytes)
  if ((other !== undefined && end) || bytes.length < minPadded + gcmOverhead) refuse('file-truncated')
  return refuse(other === undefined ? 'file-piece' : 'file-trailing')
}

async function* rest(pieces: Pieces, sealed: Blob, size: number, first: Bytes): AsyncGenerator<Bytes, void, undefined> {
  const stream = padded(size)
  let left = size
  for (let i = 0; i * pieceSize < stream; i++) {
    const plain = i === 0 ? first.subarray(lengthLen) : await openNext(pieces, sealed, i, stream)
    const mine = Math.min(left, plain.length)
    if (plain.subarray(mine).some((c) => c !== 0)) refuse('file-padding') // padding is not zero
    left -= mine
    if (mine > 0) yield plain.subarray(0, mine)
  }
}

/** A piece whose length and mark are known. */
async function openNext(pieces: Pieces, sealed: Blob, i: number, stream: number): Promise<Bytes> {
  const length = Math.min(pieceSize, stream - i * pieceSize)
  const last = (i + 1) * pieceSize >= stream
  const { bytes, end } = await take(sealed, i, length)
  if (bytes.length < length + gcmOverhead || (end && !last)) refuse('file-truncated')
  const plain = await tryOpen(pieces, i, last, bytes)
  if (plain === undefined) return refuse('file-piece')
  if (last && !end) refuse('file-trailing') // something follows the last piece
  return plain
}
