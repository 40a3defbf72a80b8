// Bringing staff notes to the service: into the log as it stands where it is
// sealed to exactly those who may read now, else after saying who they are.

import { Notes } from '../crypto/chain/notes.ts'
import { nobody, empty, type ID } from '../crypto/envelope/bytes.ts'
import type { Entry, EntryType, Place } from '../crypto/envelope/entry.ts'
import { reasonOf } from '../crypto/envelope/refusal.ts'
import { reader, type Maker, type SealedBox } from '../crypto/seal/keys.ts'
import { sealEpoch, sealNote } from '../crypto/seal/message.ts'
import { Secret } from '../crypto/seal/secret.ts'
import { writeContent } from './content.ts'
import { freshID } from './id.ts'
import type { Log } from './log.ts'
import type { NoteLog } from './notes.ts'
import type { Item, Receipt } from './outbox.ts'
import { isCode, Moot, Offline, Refused, refusedFor } from './problem.ts'
import type { Thread } from './thread.ts'
import type { Notebook } from './threads.ts'

type Append = (thread: ID, id: ID, kind: EntryType, entry: Entry, boxes: readonly SealedBox[]) => Promise<Receipt>

/** Refusals of an entry that only follows another act: the thread has gone on, or the notes are a colleague's to move. */
const over = ['not_found', 'stale_keys', 'forbidden', 'wrong_state', 'wrong_readers'] as const

export class NoteSender {
  readonly #log: Log
  readonly #notebook: Notebook
  readonly #maker: Maker
  readonly #now: () => number
  readonly #undisturbed: () => Promise<void>
  readonly #append: Append

  constructor(log: Log, notebook: Notebook, maker: Maker, now: () => number, undisturbed: () => Promise<void>, append: Append) {
    this.#log = log
    this.#notebook = notebook
    this.#maker = maker
    this.#now = now
    this.#undisturbed = undisturbed
    this.#append = append
  }

  /** Writes one note. */
  async write(t: Thread, item: Item): Promise<Receipt> {
    if (item.content === undefined) throw new Moot('a note without words')
    let log = await this.#notebook.sync(t.id)
    log.fits(t.state)
    if (!log.begun || !log.follows(t.state) || log.state?.isCurrent(this.#log.view.size, this.#log.book) !== true) {
      await this.#hand(log, freshID(), t.state.line, t.state.claimer)
      log = await this.#notebook.sync(t.id)
    }
    const { state } = log
    const key = state === undefined ? undefined : log.key(state.epoch)
    if (state === undefined || key === undefined) throw new Moot('these notes are sealed to other people')
    const entry = await sealNote(this.#maker, key, this.#place(state, state.epoch), writeContent(item.content))
    const receipt = await this.#append(t.id, item.id, 'note', entry, [])
    await this.#readBack(t.id)
    return receipt
  }

  /** Makes a thread's notes follow it. Where there are none, or they are somebody else's to move, nothing is to be done. */
  async follow(item: Item): Promise<Receipt> {
    await this.#undisturbed()
    const done = { thread: item.thread, index: 0 }
    try {
      const log = await this.#notebook.sync(item.thread, true)
      const { state } = log
      if (state === undefined || !state.begun) return done
      const line = item.line ?? state.line
      const holder = item.account ?? nobody
      if (state.line === line && state.holder === holder) return done
      const receipt = await this.#hand(log, item.id, line, holder)
      await this.#readBack(item.thread)
      return receipt
    } catch (error) {
      if (error instanceof Moot || (error instanceof Refused && over.some((code) => isCode(error, code)))) return done
      throw error
    }
  }

  /** That it cannot be read back now is no failure of sending. */
  async #readBack(thread: ID): Promise<void> {
    await this.#notebook.sync(thread, true).catch((error: unknown) => {
      if (!(error instanceof Offline) && !isCode(error, 'not_found')) throw error
    })
  }

  #place(state: Notes, epoch: number): Place {
    const { view } = this.#log
    return {
      thread: state.id, epoch, index: state.next, prev: state.head, time: BigInt(this.#now()), acct: this.#maker.acct, dev: this.#maker.dev,
      ktSize: view.size, ktRoot: view.root, attest: empty(),
    }
  }

  /** Says who may read from here on. */
  async #hand(log: NoteLog, id: ID, line: ID, holder: ID): Promise<Receipt> {
    const state = log.state ?? new Notes(freshID())
    await this.#log.learn(line, holder, state.line, state.holder)
    const before = state.begun ? log.key(state.epoch) : undefined
    if (state.begun && before === undefined) throw new Moot('these notes wait for whoever had the thread before')
    const { book } = this.#log
    const head = log.handing(this.#place(state, state.begun ? state.epoch + 1 : 0), line, holder)
    let readers
    try {
      readers = state.readersAfter(head, book.credential(this.#maker.acct, head.ktSize, head.time), book)
    } catch (error) {
      const reason = reasonOf(error)
      if (reason === undefined) throw error
      if (reason === 'credential') throw refusedFor('not_certified')
      throw new Moot(error instanceof Error ? error.message : reason)
    }
    const { entry, boxes } = await sealEpoch(this.#maker, head, Secret.fresh(), before, readers.map((x) => reader(x.kind, x.id, x.gen, book.boxOf(x))))
    return this.#append(log.id, id, 'notes', entry, boxes)
  }
}
