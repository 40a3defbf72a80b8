// The keys of one log, a thread's or a note log's, as far as this device has
// them, and what could be opened with them.

import type { Bytes } from '../crypto/envelope/bytes.ts'
import type { Head } from '../crypto/envelope/entry.ts'
import { decodeKeys, type Keys } from '../crypto/envelope/keys.ts'
import { reasonOf } from '../crypto/envelope/refusal.ts'
import { openMessage } from '../crypto/seal/message.ts'
import { previous } from '../crypto/seal/keys.ts'
import type { Secret } from '../crypto/seal/secret.ts'
import type * as wire from '../wire/gen.ts'
import { readContent, type Content } from './content.ts'
import type { Secrets } from './secrets.ts'

/** Why the words of a message or a note are not here. */
export type Unread = 'removed' | 'before' | 'broken'

/** What a sealed body becomes once it is read. */
export interface Words {
  content?: Content
  unread?: Unread
}

interface Sealed {
  head: Head
  body: Bytes
  words: Words
}

export class Epochs {
  readonly #secrets: Secrets
  readonly #types: readonly Content['type'][]
  readonly #keys = new Map<number, Secret>()
  readonly #statements = new Map<number, Keys>()
  readonly #sealed: Sealed[] = []

  /** types: what a content of this log may call itself. */
  constructor(secrets: Secrets, types: readonly Content['type'][]) {
    this.#secrets = secrets
    this.#types = types
  }

  /** The key of an epoch, if this device has it. */
  key(epoch: number): Secret | undefined {
    return this.#keys.get(epoch)
  }

  /** Takes the statement of a new epoch, and reads again what could not be read before its history came. */
  async begin(h: Head, boxes: readonly wire.Box[]): Promise<void> {
    const k = decodeKeys('epoch', h.keys)
    this.#statements.set(h.epoch, k)
    const s = await this.#secrets.openEpoch(k, boxes)
    if (s === undefined) return
    this.#keys.set(h.epoch, s)
    await this.#handedOver(h.epoch)
    for (const m of this.#sealed) if (m.words.unread === 'before') await this.#read(m)
  }

  /** Reads a body into what is to hold its words, now or once its key has come. */
  async said(head: Head, body: Bytes, words: Words): Promise<void> {
    const sealed = { head, body, words }
    this.#sealed.push(sealed)
    await this.#read(sealed)
  }

  /** Opens older epochs from newer ones, as far as history was handed over. */
  async #handedOver(epoch: number): Promise<void> {
    for (let e = epoch; e > 0; e--) {
      if (this.#keys.has(e - 1)) continue
      const newer = this.#statements.get(e)
      const key = this.#keys.get(e)
      const older = this.#statements.get(e - 1)
      if (newer === undefined || key === undefined || older === undefined) return
      try {
        this.#keys.set(e - 1, await previous(newer, key, older))
      } catch (error) {
        if (reasonOf(error) === undefined) throw error
        return
      }
    }
  }

  async #read({ head, body, words }: Sealed): Promise<void> {
    delete words.unread
    if (body.length === 0) return void (words.unread = 'removed')
    const key = this.#keys.get(head.epoch)
    if (key === undefined) return void (words.unread = 'before')
    try {
      const content = readContent(await openMessage(key, head, body), this.#types)
      if (content === undefined) words.unread = 'broken'
      else words.content = content
    } catch (error) {
      if (reasonOf(error) === undefined) throw error
      words.unread = 'broken'
    }
  }
}
