// What people do in threads: ask, answer, note, take, hand on, close, attach. An
// act goes into the outbox and is done when the service has confirmed it.

import type { ID } from '../crypto/envelope/bytes.ts'
import { outcomes, type EntryType } from '../crypto/envelope/entry.ts'
import type { Calls, Factor, NewThread } from '../link/calls.ts'
import type { Outcome } from '../link/facts.ts'
import type { Content, FileInfo } from './content.ts'
import { kindsOf, sealCard, type SealedCard } from './cards.ts'
import { DeskCalls, newCall } from './desk.ts'
import { download, seal, upload } from './files.ts'
import { freshID } from './id.ts'
import type { Does, Item } from './outbox.ts'
import { newThreadDraft, noteDraft } from './drafts.ts'
import type { Person } from './person.ts'
import { Moot, refusedFor } from './problem.ts'
import type { BrowserVault } from './vault.ts'

type Fields = Omit<Item, 'id' | 'made'>

/** The entry that does what a person asked for. */
const kindOf: Record<Does['what'], EntryType> = { close: 'close', release: 'requeue', transfer: 'transfer' }

export abstract class TalkCalls extends DeskCalls {
  protected abstract store(): BrowserVault
  /** Tells the screens how far an upload is, in bytes. */
  protected abstract progress(upload: string, sent: number, total: number): void
  /** The thread that the next question opens: its files are sealed for it before it exists. */
  #nextThread = freshID()
  readonly #attached = new Map<ID, { thread: ID; info: FileInfo }>()
  readonly #uploads = new Map<string, AbortController>()

  async open(input: Parameters<Calls['open']>[0]): Promise<string> {
    const person = this.who()
    const thread = this.#nextThread
    this.#nextThread = freshID()
    const content: Content = { type: 'text', subject: input.subject, text: input.text }
    const item = this.#item({ kind: 'open', thread, open: freshID(), line: input.line as ID, content, sensitive: input.sensitive })
    if (input.broker !== undefined) item.broker = input.broker as ID
    const cards = await this.#rules(item, content, input)
    if (cards.length > 0) item.cards = cards
    await this.#hand(person, item, input.files, input.hold, input.identifiers || cards.length > 0, input.factor)
    await person.drafts.keep(newThreadDraft, '')
    return thread
  }

  /** What the line's rules ask for besides words: topic, form, consumers, a call. */
  async #rules(item: Item, content: Content, input: NewThread): Promise<SealedCard[]> {
    const cards: SealedCard[] = []
    if (input.topic !== undefined) {
      content.topic = input.topic
      item.told = { topic: input.topic, ...(input.urgent === undefined ? {} : { urgent: input.urgent }) }
    }
    if (input.form !== undefined) content.form = input.form
    for (const c of input.consumers ?? []) {
      const card = await sealCard(item.thread, c.card)
      cards.push(card)
      const consumer = { label: c.label, kinds: kindsOf(c.card), card: card.info, ...(c.case === undefined ? {} : { case: c.case }), ...(c.consent === undefined ? {} : { consent: c.consent }) }
      content.consumers = [...(content.consumers ?? []), consumer]
    }
    if (content.consumers !== undefined) item.told = { ...item.told, consumers: content.consumers.length }
    if (input.call !== undefined) {
      const { call, ask, card } = await newCall(item.thread, input.call)
      content.call = call
      item.told = { ...item.told, call_back: ask }
      if (card !== undefined) cards.push(card)
    }
    return cards
  }

  protected async say(fields: Fields, factor?: Factor): Promise<void> {
    const person = this.who()
    const item = this.#item(fields)
    const kind = item.kind === 'outreach' || item.kind === 'open' ? 'msg' : item.kind
    if (item.identifiers === true && factor === undefined) throw refusedFor('step_up_required')
    if (factor !== undefined) item.attest = await person.access.attest(factor, `append ${kind}`, item.thread)
    await person.outbox.put(item)
    await person.settle()
  }

  async send(input: Parameters<Calls['send']>[0]): Promise<string> {
    const person = this.who()
    const { answers, cases, disclosed, rescinded } = input
    const content: Content = {
      type: 'text', text: input.text, ...(answers === undefined ? {} : { answers }), ...(cases === undefined ? {} : { cases }),
      ...(disclosed === undefined ? {} : { disclosed }), ...(rescinded === undefined ? {} : { rescinded }),
    }
    const item = this.#item({ kind: 'msg', thread: input.thread as ID, content })
    await this.#hand(person, item, input.files, input.hold, input.identifiers, input.factor)
    await person.drafts.keep(input.thread as ID, '')
    return item.id
  }

  #item(fields: Fields): Item {
    return { ...fields, id: freshID(), made: Date.now() }
  }

  /** Puts a message into the outbox; the factor is asked for before, since it is bound to this very act. */
  async #hand(person: Person, item: Item, files: readonly string[], hold: number, identifiers: boolean, factor: Factor | undefined): Promise<void> {
    const infos = files.map((f) => this.#attached.get(f as ID)?.info).filter((f) => f !== undefined)
    if (infos.length !== files.length) throw new Moot('a file is not there any more')
    if (infos.length > 0 && item.content !== undefined) item.content.files = infos
    if (identifiers) {
      if (factor === undefined) throw refusedFor('step_up_required')
      item.identifiers = true
      item.attest = await person.access.attest(factor, 'append msg', item.thread)
    }
    if (hold > 0) item.leaves = Date.now() + hold
    await person.outbox.keep(item)
    for (const f of files) this.#attached.delete(f as ID)
    void person.outbox.flush().catch((error: unknown) => person.failed(error))
  }

  async undo(key: string): Promise<string> {
    const person = this.who()
    const item = await person.outbox.takeBack(key as ID)
    if (item === undefined) throw new Moot('it has been sent')
    const text = item.content?.text ?? ''
    if (item.kind === 'msg') await person.drafts.keep(item.thread, text)
    if (item.kind === 'note' && item.group === undefined) await person.drafts.keep(noteDraft(item.thread), text)
    return text
  }

  async retry(key: string): Promise<void> {
    const person = this.who()
    const item = person.outbox.get(key as ID)
    if (item === undefined) return
    const { failed: _, ...again } = item
    await person.outbox.keep(again)
    await person.outbox.flush()
  }

  async discard(key: string): Promise<void> {
    await this.who().outbox.remove(key as ID)
  }

  async draft({ thread, text, note }: { thread: string; text: string; note: boolean }): Promise<void> {
    await this.who().drafts.keep(note ? noteDraft(thread as ID) : (thread as ID), text)
  }

  async note({ thread, text }: { thread: string; text: string }): Promise<string> {
    const person = this.who()
    const item = this.#item({ kind: 'note', thread: thread as ID, content: { type: 'note', text } })
    await this.#leave(person, [item])
    await person.drafts.keep(noteDraft(item.thread), '')
    return item.id
  }

  async dismiss(key: string): Promise<void> {
    this.who().acts.dismiss(key)
  }

  /** Puts acts that are one into the outbox and lets go of them. */
  async #leave(person: Person, items: readonly Item[]): Promise<void> {
    for (const item of items) await person.outbox.keep(item)
    void person.outbox.flush().catch((error: unknown) => person.failed(error))
  }

  /** Acts that leave together after a while, with the reason in front and the notes behind them. */
  async #later(thread: ID, hold: number, reason: string, does: Does, acts: readonly Fields[]): Promise<string> {
    const person = this.who()
    const note: Fields[] = reason === '' ? [] : [{ kind: 'note', thread, content: { type: 'handover', text: reason } }]
    const { id: group, made } = this.#item({ kind: 'ack', thread })
    const items = [...note, ...acts].map((fields, i): Item => ({
      ...fields, id: i === 0 ? group : freshID(), made: made + i, group, ...(hold > 0 ? { leaves: made + hold } : {}), ...(fields.kind === kindOf[does.what] ? { does } : {}),
    }))
    await this.#leave(person, items)
    await person.settle()
    return group
  }

  async writing(thread: string): Promise<void> {
    this.who().presence.writing(thread as ID)
  }

  async newDraft(text: string): Promise<void> {
    await this.who().drafts.keep(newThreadDraft, text)
  }

  async savedNewDraft(): Promise<string> {
    return this.who().drafts.of(newThreadDraft)
  }

  async markRead({ thread, index }: { thread: string; index: number }): Promise<void> {
    const person = this.who()
    const id = thread as ID
    if (!(await person.digests.read(id, index))) return
    const { state } = await person.threads.thread(id)
    const party = state.opener === person.identity.account || state.claimer === person.identity.account
    if (party) await person.outbox.put(this.#item({ kind: 'ack', thread: id, upTo: index }))
    person.tellAll()
  }

  async markUnread(thread: string): Promise<void> {
    const person = this.who()
    await person.digests.markUnread(thread as ID)
    person.tellAll()
  }

  async claim({ thread, factor }: { thread: string; factor?: Factor }): Promise<void> {
    const t = await this.who().threads.sync(thread as ID)
    if (t.state.sensitive && factor === undefined) throw refusedFor('step_up_required')
    const person = this.who()
    const behind = this.#item({ kind: 'notes', thread: t.id, account: person.identity.account })
    await person.outbox.keep({ ...behind, made: behind.made + 1000 })
    await this.say({ kind: 'claim', thread: t.id }, t.state.sensitive ? factor : undefined)
  }

  async release({ thread, reason, hold, line: other }: { thread: string; reason: string; hold: number; line?: string }): Promise<string> {
    const t = await this.who().threads.thread(thread as ID)
    const line = other === undefined ? t.state.line : (other as ID)
    if (other !== undefined) await this.who().log.learn(line)
    return this.#later(t.id, hold, reason, { what: 'release' }, [
      { kind: 'requeue', thread: t.id, line, history: true }, { kind: 'notes', thread: t.id, line },
    ])
  }

  async transfer({ thread, to, reason, hold }: { thread: string; to: string; reason: string; hold: number }): Promise<string> {
    const id = thread as ID
    const account = to as ID
    return this.#later(id, hold, reason, { what: 'transfer', to: account }, [
      { kind: 'transfer-offer', thread: id, account }, { kind: 'transfer', thread: id, account }, { kind: 'notes', thread: id, account },
    ])
  }

  /** A lead takes a thread from somebody who cannot go on with it, and gives it back to the line with its history. It keeps its place. */
  async bringBack(thread: string): Promise<void> {
    const person = this.who()
    const t = await person.threads.sync(thread as ID)
    const { account } = person.identity
    const { line } = t.state
    await this.#later(t.id, 0, '', { what: 'release' }, [
      { kind: 'transfer-offer', thread: t.id, account }, { kind: 'transfer', thread: t.id, account },
      { kind: 'requeue', thread: t.id, line, history: true }, { kind: 'notes', thread: t.id, line },
    ])
  }

  async accept(thread: string): Promise<void> {
    const t = await this.who().threads.sync(thread as ID)
    const account = t.state.offer
    const { role } = this.who().me()
    const behind = this.#item({ kind: 'notes', thread: t.id, account })
    if (role === 'specialist' || role === 'lead') await this.who().outbox.keep({ ...behind, made: behind.made + 1000 })
    await this.say({ kind: 'transfer', thread: t.id, account })
  }

  async close({ thread, outcome, hold }: { thread: string; outcome: Outcome; hold: number }): Promise<string> {
    return this.#later(thread as ID, hold, '', { what: 'close' }, [{ kind: 'close', thread: thread as ID, outcome: outcomes.indexOf(outcome) }])
  }

  async ask(thread: string): Promise<void> {
    await this.say({ kind: 'ask', thread: thread as ID })
  }

  async confirm({ thread, factor }: { thread: string; factor: Factor }): Promise<void> {
    const t = await this.who().threads.sync(thread as ID)
    if (t.state.asked === 0n) throw new Moot('nobody asks')
    await this.say({ kind: 'confirm', thread: t.id, upTo: Number(t.state.asked) - 1 }, factor)
  }

  async attach({ upload: name, thread, file }: { upload: string; thread: string | undefined; file: File }) {
    const person = this.who()
    const id = freshID()
    const place = (thread ?? this.#nextThread) as ID
    const abort = new AbortController()
    this.#uploads.set(name, abort)
    try {
      const progress = (sent: number, total: number) => this.progress(name, sent, total)
      const { info, sealed } = await seal(place, id, file, progress)
      // A thread that does not exist yet takes no file: it waits here for the message that opens it.
      if (thread === undefined) await this.store().keepFile(id, sealed)
      else await upload(person.access, place, info, sealed, progress, abort.signal)
      this.#attached.set(id, { thread: place, info })
      this.progress(name, 1, 1)
      return { id, name: info.name, mime: info.mime, size: info.size }
    } finally {
      this.#uploads.delete(name)
    }
  }

  async cancel(name: string): Promise<void> {
    this.#uploads.get(name)?.abort()
  }

  async download({ thread, file }: { thread: string; file: string }): Promise<Blob> {
    const person = this.who()
    const t = await person.threads.thread(thread as ID)
    const info = t.events.flatMap((e) => e.content?.files ?? []).find((f) => f.id === file)
    if (info === undefined) throw refusedFor('not_found')
    return download(person.access, t.id, info)
  }
}
