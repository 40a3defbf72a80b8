// Bringing one act to the service: read what is new, seal at the end of the
// thread for exactly the people who may read, and start over when somebody was
// faster or the connection broke. The act's id stays the same.

import { type ID, nobody, utf8 } from '../crypto/envelope/bytes.ts'
import { begins, flagIdentifiers, flagSensitive, headOf, type Entry, type EntryType, type Head, type Place } from '../crypto/envelope/entry.ts'
import { reasonOf } from '../crypto/envelope/refusal.ts'
import { reader, type Maker, type SealedBox, type To } from '../crypto/seal/keys.ts'
import { sealEpoch, sealMessage, signEntry } from '../crypto/seal/message.ts'
import { Secret } from '../crypto/seal/secret.ts'
import type * as wire from '../wire/gen.ts'
import type { Access } from './access.ts'
import { bringCard } from './cards.ts'
import { writeContent } from './content.ts'
import { upload } from './files.ts'
import { freshID } from './id.ts'
import type { Live } from './live.ts'
import type { Log } from './log.ts'
import { NoteSender } from './notesender.ts'
import { toldWith, type Item, type Receipt } from './outbox.ts'
import { Alarm, isCode, Moot, Offline, refusedFor } from './problem.ts'
import type { Thread } from './thread.ts'
import type { Notebook, Threads } from './threads.ts'
import type { Vault } from './vault.ts'

const maxRaces = 20
const maxLost = 3
const firstWait = 200 // milliseconds

export class Sender {
  readonly #access: Access
  readonly #vault: Vault
  readonly #log: Log
  readonly #live: Live
  readonly #threads: Threads
  readonly #notes: NoteSender
  readonly #maker: Maker
  readonly #now: () => number
  /** Throws where something in the own account waits for its person. */
  readonly #undisturbed: () => Promise<void>

  constructor(access: Access, vault: Vault, log: Log, live: Live, threads: Threads, notebook: Notebook, maker: Maker, now: () => number, undisturbed: () => Promise<void>) {
    this.#access = access
    this.#vault = vault
    this.#log = log
    this.#live = live
    this.#threads = threads
    this.#maker = maker
    this.#now = now
    this.#undisturbed = undisturbed
    this.#notes = new NoteSender(log, notebook, maker, now, undisturbed, (thread, id, kind, entry, boxes) => this.#append(thread, id, kind, entry, boxes))
  }

  /** Brings one act to the service. */
  async deliver(item: Item): Promise<Receipt> {
    let races = 0
    let lost = 0
    for (;;) {
      try {
        return await this.#attempt(item)
      } catch (error) {
        if ((isCode(error, 'conflict') || isCode(error, 'stale_keys')) && races < maxRaces) {
          races++
        } else if (isCode(error, 'taken') && (await this.#alreadyMine(item))) {
          return { thread: item.thread, index: (await this.#threads.thread(item.thread)).next - 1 }
        } else if ((error instanceof Offline || isCode(error, 'unknown_outcome') || isCode(error, 'rate')) && lost < maxLost) {
          await new Promise((go) => setTimeout(go, firstWait * 2 ** lost++))
        } else {
          throw error
        }
      }
    }
  }

  /** Whether a claim that seems lost is in fact our own, from an earlier try whose answer was lost. */
  async #alreadyMine(item: Item): Promise<boolean> {
    try {
      return (await this.#threads.sync(item.thread)).state.claimer === this.#maker.acct
    } catch {
      return false
    }
  }

  async #attempt(item: Item): Promise<Receipt> {
    if (item.kind === 'notes') return this.#notes.follow(item)
    const t = begins(item.kind) ? await this.#opened(item) : await this.#read(item)
    // Before every send: the newest view, and under it the newest keys of
    // everybody who will read.
    const { line, opener, claimer } = t.state
    await this.#log.learn(item.line ?? nobody, item.account ?? nobody, line, opener, claimer)
    await this.#undisturbed()
    switch (item.kind) {
      case 'note':
        return this.#notes.write(t, item)
      case 'open':
      case 'outreach':
      case 'msg':
        await this.#bringFiles(item)
        return this.#sendMessage(t, item)
      case 'ack':
      case 'close':
      case 'transfer-offer':
      case 'ask':
      case 'confirm':
      case 'reveal': {
        const head = headOf(item.kind, this.#place(t, t.state.epoch, item), {
          account: item.account ?? nobody, upTo: BigInt(item.upTo ?? 0), outcome: item.outcome ?? 0, card: item.card ?? nobody,
        })
        return this.#post(t, item.id, item.kind, await signEntry(this.#maker, head), [])
      }
      default:
        return this.#sendEpoch(t, item, item.id, item.kind)
    }
  }

  /** Files of a thread that did not exist when they were sealed are brought now, before the message that names them. */
  async #bringFiles(item: Item): Promise<void> {
    for (const card of item.cards ?? []) await bringCard(this.#access, item.thread, card)
    for (const info of item.content?.files ?? []) {
      const sealed = await this.#vault.file(info.id)
      if (sealed === undefined) continue
      await upload(this.#access, item.thread, info, sealed)
      await this.#vault.dropFile(info.id)
    }
  }

  async #read(item: Item): Promise<Thread> {
    try {
      return await this.#threads.sync(item.thread)
    } catch (error) {
      // It was there, and is no longer served to the line.
      if (item.kind === 'claim' && isCode(error, 'not_found') && (await this.#threads.seen(item.thread))) throw refusedFor('taken')
      throw error
    }
  }

  /** Makes the thread if an earlier try has not. */
  async #opened(item: Item): Promise<Thread> {
    await this.#log.learn(item.line ?? nobody, item.broker ?? nobody, item.account ?? nobody)
    await this.#undisturbed()
    try {
      return await this.#threads.sync(item.thread)
    } catch (error) {
      if (!isCode(error, 'not_found')) throw error
    }
    const t = await this.#threads.thread(item.thread)
    const { attest: _, ...bare } = item // the factor was given for the message
    await this.#sendEpoch(t, bare, item.open ?? item.id, item.kind)
    return this.#threads.sync(item.thread)
  }

  /** Where the next entry of a thread stands, made by us now. */
  #place(t: Thread, epoch: number, item: Pick<Item, 'attest'>): Place {
    const { view } = this.#log
    return {
      thread: t.id, epoch, index: t.state.next, prev: t.state.head, time: BigInt(this.#now()), acct: this.#maker.acct, dev: this.#maker.dev,
      ktSize: view.size, ktRoot: view.root, attest: utf8(item.attest ?? ''),
    }
  }

  /** Seals and posts a message, sealing the thread anew first if somebody's keys have changed. */
  async #sendMessage(t: Thread, item: Item): Promise<Receipt> {
    if (!t.state.isCurrent(this.#log.view.size, this.#log.book)) {
      await this.#sendEpoch(t, { id: item.id, kind: 'rekey', thread: item.thread, made: item.made }, freshID(), 'rekey')
      await this.#threads.sync(item.thread)
    }
    const key = t.key(t.state.epoch)
    if (key === undefined || item.content === undefined) throw new Moot('this thread is sealed to other people')
    const place = this.#place(t, t.state.epoch, item)
    const entry = await sealMessage(this.#maker, key, place, item.identifiers === true ? flagIdentifiers : 0, writeContent(item.content))
    return this.#post(t, item.id, 'msg', entry, [], toldWith(item))
  }

  /** Makes a new epoch for exactly the people who may read after it. */
  async #sendEpoch(t: Thread, item: Item, id: ID, kind: EntryType): Promise<Receipt> {
    const { entry, boxes } = await this.#sealEpoch(t, item, kind)
    return this.#post(t, id, kind, entry, boxes, begins(kind) ? item.told : undefined)
  }

  async #sealEpoch(t: Thread, item: Item, kind: EntryType): Promise<{ entry: Entry; boxes: SealedBox[] }> {
    const { book } = this.#log
    const { state } = t
    const head = headOf(kind, this.#place(t, begins(kind) ? 0 : state.epoch + 1, item), {
      line: item.line ?? nobody, account: item.account ?? nobody, broker: item.broker ?? nobody, flags: kind === 'open' && item.sensitive === true ? flagSensitive : 0,
    })
    const to: To[] = this.#readers(t, head).map((r) => reader(r.kind, r.id, r.gen, book.boxOf(r)))
    let before: Secret | undefined
    if (!begins(kind) && (kind !== 'requeue' || item.history === true)) {
      before = t.key(state.epoch)
      if (before === undefined) throw new Moot('this thread is sealed to other people')
    }
    return sealEpoch(this.#maker, head, Secret.fresh(), before, to)
  }

  #readers(t: Thread, head: Head) {
    const { book } = this.#log
    let credential
    try {
      credential = book.credential(this.#maker.acct, head.ktSize, head.time)
    } catch (error) {
      if (reasonOf(error) === undefined) throw error
      throw refusedFor('not_certified')
    }
    try {
      return t.state.readersAfter(head, credential, book)
    } catch (error) {
      const reason = reasonOf(error)
      if (reason === undefined) throw error
      if (head.type === 'open' && reason === 'credential') throw refusedFor('wrong_line')
      if (head.type === 'outreach' && reason === 'credential') throw refusedFor('not_found') // nobody whom this line serves now
      throw new Moot(error instanceof Error ? error.message : reason)
    }
  }

  /** Sends one sealed entry and waits until it is on disk, and until this device has read it back. */
  async #post(t: Thread, id: ID, kind: EntryType, entry: Entry, boxes: readonly SealedBox[], told?: wire.Told): Promise<Receipt> {
    const receipt = await this.#append(t.id, id, kind, entry, boxes, told)
    await this.#threads.sync(t.id).catch((error: unknown) => {
      // It is on the service's disk: that it cannot be read back now is no failure of sending.
      if (!(error instanceof Offline) && !isCode(error, 'not_found')) throw error
    })
    return receipt
  }

  /** Sends one sealed entry of a thread or of its notes, and waits until it is on disk. */
  async #append(thread: ID, id: ID, kind: EntryType, entry: Entry, boxes: readonly SealedBox[], told?: wire.Told): Promise<Receipt> {
    const socket = await this.#live.socket()
    const answer = await socket.call({
      type: 'append', thread, id, kind, entry: { head: entry.head, sig: entry.sig, ...(entry.body.length === 0 ? {} : { body: entry.body }) },
      ...(boxes.length === 0 ? {} : { boxes: boxes.map((b): wire.Box => ({ kind: b.kind, id: b.id, gen: b.gen, sealed: b.sealed })) }),
      ...(told === undefined ? {} : { told }),
    })
    if (answer.type !== 'posted') throw new Alarm('an answer to another question')
    return { thread, index: answer.index }
  }
}
