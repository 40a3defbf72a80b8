// What waits on this device to be sent. An act is kept, sealed, until the
// service has confirmed it; its ids make every repeat harmless. It outlives a
// closed tab, a crash and a lost network.

import type { ID } from '../crypto/envelope/bytes.ts'
import type { EntryType } from '../crypto/envelope/entry.ts'
import type { Problem } from '../link/calls.ts'
import type * as wire from '../wire/gen.ts'
import type { SealedCard } from './cards.ts'
import type { Content } from './content.ts'
import { Alarm, isCode, Moot, Offline, Refused, toProblem, WasThisYou } from './problem.ts'
import { Turn } from './turn.ts'
import type { Vault } from './vault.ts'

export interface Item {
  id: ID
  kind: EntryType
  thread: ID
  /** Id of the entry that begins the thread, when this message does. */
  open?: ID
  line?: ID
  account?: ID
  upTo?: number
  /** reveal: the card that is opened. */
  card?: ID
  content?: Content
  /** What the service is told in the clear, with the entry that begins the thread or with the message. */
  told?: wire.Told
  /** Cards that are brought before the message. */
  cards?: SealedCard[]
  /** The service's attestation of a second factor. */
  attest?: string
  identifiers?: boolean
  sensitive?: boolean
  broker?: ID
  /** requeue: hand over what was said so far. */
  history?: boolean
  /** close: the outcome's number. */
  outcome?: number
  /** Acts that are one to their person, and are taken back together. */
  group?: ID
  /** What the group does, on the act of it that does it. */
  does?: Does
  /** Unix milliseconds: the outbox goes out in this order. */
  made: number
  /** Held back for undo until then, Unix milliseconds by this device's clock. */
  leaves?: number
  /** Why it was refused for good. It stays until its person tries again or throws it away. */
  failed?: Problem
}

/** What the service is told in the clear with a message: what was told with the entry that began its thread is not told again. */
export function toldWith({ open, told, content }: Item): wire.Told | undefined {
  const disclosed = content?.disclosed ?? []
  const spoke = content?.spoke
  const out: wire.Told = {
    ...(open === undefined && told?.call_back !== undefined ? { call_back: told.call_back } : {}), ...(disclosed.length === 0 ? {} : { disclosed }),
    ...(spoke === undefined ? {} : { verified: { identifiers: spoke.verified.length, warnings: spoke.warnings.length > 0 } }),
  }
  return Object.keys(out).length === 0 ? undefined : out
}

/** Whether somebody's own words are in it: what asks for a call or records one is made by a form that stays. */
function hasWords({ content }: Item): boolean {
  return content !== undefined && (content.text !== '' || (content.call === undefined && content.spoke === undefined))
}

/** An act that can be taken back for some seconds. */
export interface Does {
  what: 'close' | 'release' | 'transfer'
  to?: ID
}

/** Where an act stands after the service has it on disk. */
export interface Receipt {
  thread: ID
  index: number
}

/** Milliseconds after which what could not be sent is tried again. */
const again = 3000

const prefix = 'outbox/'
const name = (id: ID) => prefix + id

/** Refusals that trying again later may change. */
const passing: readonly wire.Code[] = [
  'sign_in', 'expired', 'rate', 'shutdown', 'unknown_outcome', 'internal', 'not_certified', 'proof', 'replayed', 'ticket', 'locked', 'too_many', 'witness_away',
]

function isFinal(error: unknown): boolean {
  return error instanceof Moot || (error instanceof Refused && !passing.some((code) => isCode(error, code)))
}

export class Outbox {
  readonly #vault: Vault
  readonly #deliver: (item: Item) => Promise<Receipt>
  readonly #changed: (thread: ID) => void
  /** Told of an act that was done, or refused for good with whatever was to follow it. */
  readonly #ended: (item: Item, problem: Problem | undefined, dropped: readonly Item[]) => void
  readonly #turn = new Turn()
  readonly #items = new Map<ID, Item>()
  readonly #sending = new Set<ID>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    vault: Vault, deliver: (item: Item) => Promise<Receipt>, changed: (thread: ID) => void,
    ended: (item: Item, problem: Problem | undefined, dropped: readonly Item[]) => void = () => undefined,
  ) {
    this.#ended = ended
    this.#vault = vault
    this.#deliver = deliver
    this.#changed = changed
  }

  async restore(): Promise<void> {
    for (const key of await this.#vault.list(prefix)) {
      const item = await this.#vault.load<Item>(key)
      if (item !== undefined) this.#items.set(item.id, item)
    }
  }

  /** Everything that waits, oldest first. */
  all(): Item[] {
    return [...this.#items.values()].sort((a, b) => a.made - b.made)
  }

  of(thread: ID): Item[] {
    return this.all().filter((i) => i.thread === thread)
  }

  get(id: ID): Item | undefined {
    return this.#items.get(id)
  }

  isSending(id: ID): boolean {
    return this.#sending.has(id)
  }

  /** Keeps an act. When this returns it is on this device's disk. */
  async keep(item: Item): Promise<void> {
    await this.#vault.save(name(item.id), item)
    this.#items.set(item.id, item)
    this.#changed(item.thread)
  }

  /** Takes back a message that is held, and what was to follow it. */
  async takeBack(id: ID): Promise<Item | undefined> {
    const item = this.#items.get(id)
    if (item?.leaves === undefined || item.leaves <= Date.now() || this.#sending.has(id)) return undefined
    for (const later of this.of(item.thread)) if (later.made >= item.made && (later.content === undefined || later.group === item.id)) await this.remove(later.id)
    await this.remove(id)
    return item
  }

  async remove(id: ID): Promise<Item | undefined> {
    const item = this.#items.get(id)
    if (item === undefined) return undefined
    this.#items.delete(id)
    await this.#vault.delete(name(id))
    this.#changed(item.thread)
    return item
  }

  /** Whether a message of a thread is held back for undo: what is done after it goes out after it. */
  #isHeld(thread: ID): boolean {
    return this.of(thread).some((i) => i.failed === undefined && (i.leaves ?? 0) > Date.now())
  }

  /**
   * Keeps an act, sends everything that may go, and says where it stands;
   * undefined: it goes out behind a message that is held back for undo.
   */
  async put(item: Item): Promise<Receipt | undefined> {
    const held = this.#isHeld(item.thread)
    await this.keep(item)
    if (held) return undefined
    let receipt: Receipt | undefined
    let error: unknown
    await this.flush((id, r, e) => {
      if (id !== item.id) return
      receipt = r
      error = e
    })
    if (receipt !== undefined) return receipt
    // Whoever waits for the answer is told; nobody needs the act to wait as well.
    if (!hasWords(item)) await this.remove(item.id)
    throw error ?? new Offline('it waits on this device')
  }

  /** Sends what waits, oldest first, and keeps the order within each thread. */
  flush(told?: (id: ID, receipt: Receipt | undefined, error: unknown) => void): Promise<void> {
    return this.#turn.take(async () => {
      const blocked = new Set<ID>()
      for (const item of this.all()) {
        if (blocked.has(item.thread)) continue
        if (!this.#items.has(item.id)) continue // thrown away meanwhile
        if (item.failed !== undefined || (item.leaves ?? 0) > Date.now()) {
          blocked.add(item.thread)
          continue
        }
        const error = await this.#sendOne(item, told)
        if (error === undefined) continue
        blocked.add(item.thread)
        if (error instanceof Offline || error instanceof Alarm || error instanceof WasThisYou) break
      }
      this.#wakeLater()
    })
  }

  async #sendOne(item: Item, told?: (id: ID, receipt: Receipt | undefined, error: unknown) => void): Promise<unknown> {
    this.#sending.add(item.id)
    this.#changed(item.thread)
    try {
      const receipt = await this.#deliver(item)
      this.#sending.delete(item.id)
      await this.remove(item.id)
      this.#ended(item, undefined, [])
      told?.(item.id, receipt, undefined)
      return undefined
    } catch (error) {
      this.#sending.delete(item.id)
      if (isFinal(error)) await this.#refused(item, toProblem(error))
      else this.#changed(item.thread)
      told?.(item.id, undefined, error)
      return error
    }
  }

  /** Words wait for their person; an act without words, and all that belongs to it, is given up and told. */
  async #refused(item: Item, problem: Problem): Promise<void> {
    if (hasWords(item) && item.group === undefined) return this.keep({ ...item, failed: problem })
    const dropped = this.of(item.thread).filter((i) => i.id === item.id || (item.group !== undefined && i.group === item.group))
    for (const i of dropped) await this.remove(i.id)
    this.#ended(item, problem, dropped)
  }

  /** What is held back for undo goes out when its time has come; what could not go is tried again after a while. */
  #wakeLater(): void {
    clearTimeout(this.#timer)
    const now = Date.now()
    const times = this.all().flatMap((i) => (i.failed !== undefined ? [] : [i.leaves !== undefined && i.leaves > now ? i.leaves : now + again]))
    if (times.length > 0) this.#timer = setTimeout(() => void this.flush(), Math.min(...times) - now)
  }
}
