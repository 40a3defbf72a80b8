// What a list shows of a thread, and what the search looks through: made from
// verified threads, kept sealed, so that a list is there at once.

import type { ID } from '../crypto/envelope/bytes.ts'
import type { Found } from '../link/calls.ts'
import type { Thread } from './thread.ts'
import type { Vault } from './vault.ts'

const prefix = 'digest/'

/** A message as the search sees it. */
export interface Said {
  index: number
  at: number
  by: ID
  text: string
}

export interface Digest {
  thread: ID
  /** Entries it was made from. */
  next: number
  subject?: string
  said: Said[]
  /** Number of all messages, also of those that this device cannot open. */
  messages: number[]
  lastBy?: ID
  /** Highest message that this person has read, by their own acknowledgements. */
  acked: number
  /** The same on this device alone. */
  read: number
  markedUnread: boolean
}

/** Words around a match, in characters. */
const around = 60

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{Mn}/gu, '').toLocaleLowerCase('en')
}

export class Digests {
  readonly #vault: Vault
  readonly #account: ID
  readonly #all = new Map<ID, Digest>()
  /** Text without marks and capitals, for searching, made when it is first needed. */
  readonly #plain = new WeakMap<Said, string>()

  constructor(vault: Vault, account: ID) {
    this.#vault = vault
    this.#account = account
  }

  async restore(): Promise<void> {
    for (const name of await this.#vault.list(prefix)) {
      const d = await this.#vault.load<Digest>(name)
      if (d !== undefined) this.#all.set(d.thread, d)
    }
  }

  get(thread: ID): Digest | undefined {
    return this.#all.get(thread)
  }

  /** Makes a thread's digest anew. */
  async take(t: Thread): Promise<Digest> {
    const before = this.#all.get(t.id)
    const d: Digest = { thread: t.id, next: t.next, said: [], messages: [], acked: -1, read: before?.read ?? -1, markedUnread: before?.markedUnread ?? false }
    for (const e of t.events) {
      if (e.refused !== undefined) continue
      if (e.type === 'ack' && e.acct === this.#account) d.acked = Math.max(d.acked, e.upTo ?? -1)
      if (e.type !== 'msg') continue
      d.lastBy = e.acct
      if (e.acct === this.#account) d.acked = Math.max(d.acked, e.index)
      else d.messages.push(e.index)
      if (e.content === undefined) continue
      if (e.content.subject !== undefined) d.subject ??= e.content.subject
      d.said.push({ index: e.index, at: e.at, by: e.acct, text: e.content.text })
    }
    this.#all.set(t.id, d)
    await this.#save(d)
    return d
  }

  async #save(d: Digest): Promise<void> {
    await this.#vault.save(prefix + d.thread, d)
  }

  unread(thread: ID): number {
    const d = this.#all.get(thread)
    return d === undefined ? 0 : d.messages.filter((i) => i > Math.max(d.acked, d.read)).length
  }

  /** Index of the first message that this person has not read. */
  firstUnread(thread: ID): number | undefined {
    const d = this.#all.get(thread)
    return d?.messages.find((i) => i > Math.max(d.acked, d.read))
  }

  /** Notes that everything up to an index was read; true where others should be told. */
  async read(thread: ID, index: number): Promise<boolean> {
    const d = this.#all.get(thread)
    if (d === undefined) return false
    const news = d.messages.some((i) => i > d.acked && i <= index)
    if (index > d.read || d.markedUnread) {
      d.read = Math.max(d.read, index)
      d.markedUnread = false
      await this.#save(d)
    }
    return news
  }

  async markUnread(thread: ID): Promise<void> {
    const d = this.#all.get(thread)
    if (d === undefined) return
    d.markedUnread = true
    await this.#save(d)
  }

  async drop(thread: ID): Promise<void> {
    this.#all.delete(thread)
    await this.#vault.delete(prefix + thread)
  }

  /** Every place where all the words are, newest first; words may be parts of words. */
  search(text: string, nameOf: (id: ID) => string): { found: Found[]; threads: number; since: number } {
    const words = plain(text).split(/\s+/).filter((w) => w !== '')
    const found: Found[] = []
    let since = Date.now()
    for (const d of this.#all.values()) {
      for (const s of d.said) {
        since = Math.min(since, s.at)
        const hay = this.#plainOf(s, s === d.said[0] ? d.subject : undefined) // a subject is one match, not one for each message
        if (words.length > 0 && words.every((w) => hay.includes(w))) found.push(hit(d, s, words, nameOf(s.by)))
      }
    }
    found.sort((a, b) => b.at - a.at)
    return { found, threads: this.#all.size, since }
  }

  #plainOf(s: Said, subject: string | undefined): string {
    let text = this.#plain.get(s)
    if (text === undefined) this.#plain.set(s, (text = plain(`${s.text}\n${subject ?? ''}`)))
    return text
  }
}

function hit(d: Digest, s: Said, words: readonly string[], by: string): Found {
  const low = plain(s.text)
  const same = low.length === s.text.length // else places in it are not places in the text
  const at = same ? Math.max(low.indexOf(words[0] ?? ''), 0) : 0
  const from = Math.max(at - around, 0)
  const excerpt = s.text.slice(from, at + around * 2)
  const start = at - from
  const length = same && low.includes(words[0] ?? '') ? (words[0] ?? '').length : 0
  return { thread: d.thread, subject: d.subject ?? '', excerpt, from: start, to: start + length, at: s.at, by }
}

