// The generations that this device has opened: of its account, and of the lines
// it works on. Everything sealed to them is opened here.

import { keysOf } from '../crypto/chain/keys.ts'
import { newest, sum, type Bytes, type Hash, type ID } from '../crypto/envelope/bytes.ts'
import { ctxOf, type Keys, type Purpose, type ReaderKind } from '../crypto/envelope/keys.ts'
import { decodeLink } from '../crypto/envelope/link.ts'
import { reasonOf } from '../crypto/envelope/refusal.ts'
import type { Box } from '../crypto/key/box.ts'
import { openKeys, previous } from '../crypto/seal/keys.ts'
import { Secret } from '../crypto/seal/secret.ts'
import type * as wire from '../wire/gen.ts'
import type { Log, Remembered } from './log.ts'
import { alarming } from './problem.ts'
import type { Vault } from './vault.ts'

const record = 'secrets'

type Generations = Map<number, Secret>

/** Secrets by id and generation, as the vault keeps them. */
interface Kept {
  account: [number, Bytes][]
  line: [ID, [number, Bytes][]][]
  lead: [ID, [number, Bytes][]][]
}

export class Secrets {
  readonly #log: Log
  readonly #vault: Vault
  readonly #account: ID
  readonly #device: ID
  readonly #box: Box
  readonly #fitted = new Set<string>()
  account: Generations = new Map()
  #line = new Map<ID, Generations>()
  #lead = new Map<ID, Generations>()
  #changed = false

  constructor(log: Log, vault: Vault, account: ID, device: ID, box: Box) {
    this.#log = log
    this.#vault = vault
    this.#account = account
    this.#device = device
    this.#box = box
  }

  async restore(): Promise<void> {
    const kept = await this.#vault.load<Kept>(record)
    if (kept === undefined) return
    const read = (list: [number, Bytes][]): Generations => new Map(list.map(([gen, b]) => [gen, Secret.from(b)]))
    this.account = read(kept.account)
    this.#line = new Map(kept.line.map(([id, list]) => [id, read(list)]))
    this.#lead = new Map(kept.lead.map(([id, list]) => [id, read(list)]))
  }

  async save(): Promise<void> {
    const write = (gens: Generations): [number, Bytes][] => [...gens].map(([gen, s]) => [gen, s.bytes()])
    const all = (by: Map<ID, Generations>): [ID, [number, Bytes][]][] => [...by].map(([id, gens]) => [id, write(gens)])
    await this.#vault.save(record, { account: write(this.account), line: all(this.#line), lead: all(this.#lead) } satisfies Kept)
    this.#changed = false
  }

  of(kind: 'line' | 'lead', line: ID): Generations {
    const by = kind === 'line' ? this.#line : this.#lead
    let gens = by.get(line)
    if (gens === undefined) by.set(line, (gens = new Map()))
    return gens
  }

  /** The account's newest generation and its secret. */
  current(): Secret | undefined {
    return this.numbered()?.secret
  }

  /** The same with its number. */
  numbered(): { gen: number; secret: Secret } | undefined {
    const g = this.#log.book.account(this.#account).generation(newest)
    const secret = g === undefined ? undefined : this.account.get(g.gen)
    return g === undefined || secret === undefined ? undefined : { gen: g.gen, secret }
  }

  /**
   * Opens every secret that was handed to this device or to its account and is
   * not yet held: first the account's generations, then, with those, the lines'.
   */
  async openOwn(): Promise<void> {
    const mine = this.#log.chain(this.#account)
    if (mine !== undefined) await this.#openAccount(mine)
    for (const [id, mem] of this.#log.chains()) {
      if (mem.kind !== 'line') continue
      await this.#openLine(id, mem, 'line')
      await this.#openLine(id, mem, 'lead')
    }
    if (this.#changed) await this.save()
  }

  async #openAccount(mem: Remembered): Promise<void> {
    const { byGen, byBox } = statements(mem, 'puk')
    for (const b of mem.boxes) {
      const k = byBox.get(sum(b.sealed))
      if (b.kind !== 'dev' || k === undefined || this.account.has(b.gen)) continue
      this.account.set(b.gen, await openKeys(k, 'dev', this.#device, this.#box, b.sealed))
      this.#changed = true
    }
    await this.#fillHistory(this.account, byGen)
    await this.#fits('acct', this.#account, this.account)
  }

  async #openLine(line: ID, mem: Remembered, purpose: 'line' | 'lead'): Promise<void> {
    const { byGen, byBox } = statements(mem, purpose)
    const gens = this.of(purpose, line)
    for (const b of mem.boxes) {
      const k = byBox.get(sum(b.sealed))
      if (b.kind !== 'acct' || k === undefined || gens.has(b.gen)) continue
      const s = await this.openAsAccount(k, b.sealed)
      if (s === undefined) continue
      gens.set(b.gen, s)
      this.#changed = true
    }
    await this.#fillHistory(gens, byGen)
    await this.#fits(purpose, line, gens)
  }

  /** Opens a box that is sealed to this account; undefined: not one that we hold a key for. */
  async openAsAccount(k: Keys, box: Bytes): Promise<Secret | undefined> {
    const r = k.recipients.find((x) => x.kind === 'acct' && x.id === this.#account)
    const own = r === undefined ? undefined : this.account.get(r.gen)
    return own === undefined ? undefined : orNothing(async () => openKeys(k, 'acct', this.#account, await own.box(), box))
  }

  /** Opens an epoch's key from whichever of its boxes are ours. */
  async openEpoch(k: Keys, boxes: readonly wire.Box[]): Promise<Secret | undefined> {
    for (const b of boxes) {
      const sealed = b.sealed as Bytes
      if (b.kind === 'acct' && b.id === this.#account) {
        const s = await this.openAsAccount(k, sealed)
        if (s !== undefined) return s
      }
      if (b.kind !== 'line' && b.kind !== 'lead') continue
      const id = b.id as ID
      const r = k.recipients.find((x) => x.kind === b.kind && x.id === id)
      const own = r === undefined ? undefined : this.of(b.kind, id).get(r.gen)
      if (own === undefined) continue
      const kind: ReaderKind = b.kind
      const s = await orNothing(async () => openKeys(k, kind, id, await own.box(), sealed))
      if (s !== undefined) return s
    }
    return undefined
  }

  /** Opens older generations from newer ones, as far as they were handed over. */
  async #fillHistory(have: Generations, byGen: ReadonlyMap<number, Keys>): Promise<void> {
    for (const gen of [...byGen.keys()].sort((a, b) => b - a)) {
      const newer = have.get(gen + 1)
      const newerKeys = byGen.get(gen + 1)
      const older = byGen.get(gen)
      if (have.has(gen) || newer === undefined || newerKeys === undefined || older === undefined) continue
      const s = await orNothing(() => previous(newerKeys, newer, older))
      if (s === undefined) continue
      have.set(gen, s)
      this.#changed = true
    }
  }

  /** Every generation held is the one whose public half was published. */
  async #fits(kind: 'acct' | 'line' | 'lead', id: ID, gens: Generations): Promise<void> {
    for (const [gen, s] of gens) {
      const name = `${kind}/${id}/${gen}`
      if (this.#fitted.has(name)) continue
      const published = this.#log.book.boxOf({ kind, id, gen })
      await alarming(() => s.fits(sum(published)))
      this.#fitted.add(name)
    }
  }
}

/** The key statements of a chain by number, and by the digest of each box. */
export function statements(mem: Remembered, purpose: Purpose): { byGen: Map<number, Keys>; byBox: Map<Hash, Keys> } {
  const byGen = new Map<number, Keys>()
  const byBox = new Map<Hash, Keys>()
  for (const s of mem.links) {
    const k = keysOf(decodeLink(s.link))
    if (k?.purpose !== purpose) continue
    const { gen } = ctxOf(k)
    if (!byGen.has(gen)) byGen.set(gen, k)
    for (const r of k.recipients) byBox.set(r.box, k)
  }
  return { byGen, byBox }
}

/** Undefined where a box is not for us or no history was handed over. */
async function orNothing<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act()
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === 'not-for-me' || reason === 'no-history') return undefined
    throw error
  }
}
