// Files: sealed on this device, brought to the service as one blob, fetched,
// compared with what their message says, and opened.

import type { Bytes, ID } from '../crypto/envelope/bytes.ts'
import { toHash } from '../crypto/envelope/bytes.ts'
import { sealedSize } from '../crypto/chunk/format.ts'
import { openFile } from '../crypto/chunk/open.ts'
import { sealFile } from '../crypto/chunk/seal.ts'
import { startDigest } from '../crypto/key/hash.ts'
import { random } from '../crypto/key/random.ts'
import * as wire from '../wire/gen.ts'
import type { Access } from './access.ts'
import { fileKey, keyText, type FileInfo } from './content.ts'
import { Offline, Refused, refusedFor } from './problem.ts'

/** Pauses between tries of an upload, in milliseconds. */
const pauses = [500, 1500, 4000]

export type Progress = (sent: number, total: number) => void

/** A file is not the one that its message describes. */
export class WrongFile extends Error {}

/** Where the service keeps it: a file, or a card that is handed out only after a reveal. */
type Place = 'files' | 'cards'

function pathOf(place: Place, thread: ID, file: ID): string {
  return `/v1/${place}/${thread}/${file}`
}

/** Seals a file for a thread. The sealed blob is on the browser's disk or in its memory, as the browser likes. */
export async function seal(thread: ID, id: ID, plain: File, progress: Progress): Promise<{ info: FileInfo; sealed: Blob }> {
  const size = sealedSize(plain.size)
  if (size === undefined || size > wire.limits.maxFile) throw refusedFor('too_large')
  const key = random(32)
  const digest = startDigest()
  const parts: Blob[] = []
  let held: Bytes[] = []
  let done = 0
  for await (const piece of sealFile(key, thread, id, plain)) {
    digest.update(piece)
    held.push(piece)
    done += piece.length
    if (held.length === 16) { // a blob for a megabyte: memory holds no more than that
      parts.push(new Blob(held))
      held = []
    }
    progress(Math.floor(done / 2), size * 2)
  }
  const sealed = new Blob([...parts, ...held])
  const info: FileInfo = {
    id, key: keyText(key), size: plain.size, sealed: sealed.size, sha256: toHash(digest.end()), name: plain.name, mime: plain.type === '' ? 'application/octet-stream' : plain.type,
  }
  return { info, sealed }
}

/** Brings a sealed file to the service. The same bytes may be sent again after a lost connection. */
export async function upload(access: Access, thread: ID, info: FileInfo, sealed: Blob, progress: Progress = () => undefined, signal?: AbortSignal, place: Place = 'files'): Promise<void> {
  for (let i = 0; ; i++) {
    try {
      progress(sealed.size / 2, sealed.size)
      await access.send({ method: 'PUT', path: pathOf(place, thread, info.id), body: sealed }, signal)
      return
    } catch (error) {
      const pause = pauses[i]
      const lost = error instanceof Offline || (error instanceof Refused && error.problem.code === 'unknown_outcome')
      if (!lost || pause === undefined || signal?.aborted === true) throw error
      await new Promise((go) => setTimeout(go, pause))
    }
  }
}

/** Fetches a file, checks it against its message and opens it. */
export async function download(access: Access, thread: ID, info: FileInfo, place: Place = 'files'): Promise<Blob> {
  if (info.sealed > wire.limits.maxFile) throw new WrongFile()
  const answer = await access.send({ method: 'GET', path: pathOf(place, thread, info.id) })
  const sealed = await answer.blob()
  const digest = startDigest()
  for (let at = 0; at < sealed.size; at += 1 << 20) digest.update(new Uint8Array(await sealed.slice(at, at + (1 << 20)).arrayBuffer()))
  if (sealed.size !== info.sealed || toHash(digest.end()) !== info.sha256) throw new WrongFile()
  const opened = await openFile(fileKey(info), thread, info.id, sealed)
  if (opened.size !== info.size) throw new WrongFile()
  const pieces: Bytes[] = []
  for await (const piece of opened.pieces()) pieces.push(piece)
  return new Blob(pieces, { type: 'application/octet-stream' }) // never a type that a page would run
}
