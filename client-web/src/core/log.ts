// What this device has verified of the key log: its pin, and every chain it
// deals with. The service is not believed; what it sends is proved or refused.

import { Book } from '../crypto/chain/book.ts'
import { keysOf } from '../crypto/chain/keys.ts'
import type { SignedCredential } from '../crypto/chain/agency.ts'
import { newest, nobody, utf8, type Bytes, type Hash, type ID } from '../crypto/envelope/bytes.ts'
import { lineAdminsBody, lineGenesisBody, memberAddBody, memberRemoveBody } from '../crypto/envelope/line.ts'
import { ctxOf } from '../crypto/envelope/keys.ts'
import { decodeLink, linkHash, type ChainKind, type Link, type Logged, type SignedLink } from '../crypto/envelope/link.ts'
import type { PolicyBody } from '../crypto/envelope/agency.ts'
import { openCheckpoint, type Believed } from '../crypto/keylog/checkpoint.ts'
import { lookup, type LookupProof } from '../crypto/keylog/directory.ts'
import { linkLeaf } from '../crypto/keylog/leaf.ts'
import { checkConsistency, checkInclusion } from '../crypto/keylog/tree.ts'
import { advance, noView, type View } from '../crypto/keylog/view.ts'
import * as wire from '../wire/gen.ts'
import type { Access } from './access.ts'
import { Alarm, alarming, Offline } from './problem.ts'
import { Turn } from './turn.ts'
import type { Vault } from './vault.ts'

/** How old a checkpoint may be for sending under it: a day, in milliseconds. */
const maxAge = 86_400_000n

/** How often one learning asks while others keep writing into the log. */
const maxRounds = 16

const record = 'log'

/** A box that is ours, under the number of the secret inside. */
export interface OwnBox {
  kind: wire.BoxKind
  gen: number
  sealed: Bytes
}

/** What is remembered of one chain. */
export interface Remembered {
  kind: ChainKind
  links: Logged[]
  boxes: OwnBox[]
  creds: SignedCredential[]
}

interface Known {
  view: View
  chains: Record<ID, Remembered>
}

/** Whom this device was set up to believe. */
export interface Trust {
  agency: ID
  account: ID
  /** Text of the agency's root key, from the invitation. */
  root: string
  /** Learned at set-up; the agency's policy must confirm it. */
  logKey: string
  /** Of the account, told by the device that let this one in; absent: none did. */
  genesis?: Hash
}

interface Batch {
  links: Logged[]
  creds: SignedCredential[]
}

export class Log {
  readonly book: Book
  readonly #trust: Trust
  readonly #access: Access
  readonly #vault: Vault
  readonly #now: () => number
  readonly #turn = new Turn()
  /** Size of the log up to which each chain was asked for. */
  readonly #learnedAt = new Map<ID, bigint>()
  readonly #seenRoots = new Map<bigint, Hash>()
  #view: View = noView
  #chains: Record<ID, Remembered> = {}
  #pending = new Map<ID, Remembered>()
  /** Opens what became readable; set by whoever holds the secrets. */
  afterLearning: () => Promise<void> = () => Promise.resolve()

  constructor(trust: Trust, access: Access, vault: Vault, now: () => number) {
    this.#trust = trust
    this.#access = access
    this.#vault = vault
    this.#now = now
    this.book = new Book(trust.agency)
  }

  get view(): View {
    return this.#view
  }

  chain(id: ID): Remembered | undefined {
    return this.#chains[id]
  }

  chains(): [ID, Remembered][] {
    return Object.entries(this.#chains) as [ID, Remembered][]
  }

  /** Replays what the vault holds. */
  async restore(): Promise<void> {
    const known = await this.#vault.load<Known>(record)
    this.book.reached(known?.view.size ?? 0n)
    if (known === undefined) return
    this.#view = known.view
    this.#chains = known.chains
    const all = Object.values(known.chains)
    if (all.length > 0) await this.#apply({ links: all.flatMap((c) => c.links), creds: all.flatMap((c) => c.creds) })
  }

  /**
   * Brings the view up to date and verifies the given chains, and every chain
   * they depend on, up to their newest statement at that view: whatever is
   * sealed under the view afterwards is sealed to nobody's replaced key.
   */
  learn(...ids: ID[]): Promise<void> {
    return this.#turn.take(async () => {
      this.#pending.clear()
      const want = new Set<ID>([this.#trust.agency, this.#trust.account, ...ids])
      want.delete(nobody)
      const asked = new Map<ID, bigint>() // and the size of the log at which it was answered
      const fresh: Batch = { links: [], creds: [] }
      for (let round = 0; round < maxRounds; round++) {
        const chains = [...want].filter((id) => asked.get(id) !== this.#view.size).slice(0, wire.limits.maxDirectory)
        if (chains.length === 0) break
        for (const dep of await this.#ask(chains, fresh)) want.add(dep)
        want.delete(nobody)
        for (const id of chains) asked.set(id, this.#view.size)
      }
      await this.#apply(fresh)
      for (const [id, size] of asked) this.#learnedAt.set(id, size)
      await this.afterLearning()
      await this.#vault.save(record, { view: this.#view, chains: this.#chains } satisfies Known)
    })
  }

  /**
   * Whether every one of some chains was asked for at a view of at least a size.
   * A chain that is older may lack a device or a key that an entry made under
   * that view rests on.
   */
  knownAt(size: bigint, ids: readonly ID[]): boolean {
    return size <= this.#view.size && ids.every((id) => id === nobody || (this.#learnedAt.get(id) ?? -1n) >= size)
  }

  /** Puts one question and checks every proof of the answer. */
  async #ask(chains: ID[], fresh: Batch): Promise<ID[]> {
    const answer = await this.#query(this.#view.size, chains)
    await this.#advance(answer)
    if (answer.chains.length !== chains.length) throw new Alarm('an answer to another question')
    const deps: ID[] = []
    for (const [i, chain] of answer.chains.entries()) {
      if (chain.chain !== chains[i]) throw new Alarm('an answer to another question')
      deps.push(...(await alarming(() => this.#readChain(chain, fresh))))
    }
    return deps
  }

  #query(size: bigint, chains: ID[]): Promise<wire.DirectoryAnswer> {
    const body = wire.encodeDirectoryQuery({ size: Number(size), chains: chains.map((chain) => ({ chain, after: this.#held(chain).links.length })) })
    return this.#access.call({ method: 'POST', path: '/v1/directory', body }, wire.decodeDirectoryAnswer)
  }

  /** Moves the pinned view forward or raises the alarm. */
  async #advance(answer: wire.DirectoryAnswer): Promise<void> {
    await alarming(async () => {
      const believe = await this.#verifier(answer)
      const cp = await openCheckpoint(believe, utf8(answer.checkpoint))
      const update = {
        checkpoint: utf8(answer.checkpoint), consistency: answer.consistency as Hash[], dirRoot: answer.dir_root as Bytes, index: cp.size - 1n,
        inclusion: answer.dir_proof as Hash[],
      }
      this.#view = await advance(this.#view, update, believe, BigInt(this.#now()), maxAge)
      this.book.reached(this.#view.size)
    })
  }

  /**
   * Whom we believe about the log: the agency's signed policy, the newest among
   * what we hold and what came with the answer; before there is one, the key
   * that the policy must then confirm.
   */
  async #verifier(answer: wire.DirectoryAnswer): Promise<Believed> {
    const p = await this.#newestPolicy(answer)
    if (p === undefined) return { logKey: this.#trust.logKey, witnesses: [], quorum: 0 }
    return { logKey: p.logKey, witnesses: p.witnesses, quorum: p.quorum }
  }

  async #newestPolicy(answer: wire.DirectoryAnswer): Promise<PolicyBody | undefined> {
    let agency = this.book.agency
    const links = [...this.#held(this.#trust.agency).links]
    for (const chain of answer.chains) {
      if (chain.chain === this.#trust.agency) links.push(...chain.links.map(logged))
    }
    const fresh = links.slice(Number(agency.at.seq))
    if (fresh.length > 0) {
      try {
        const next = await agency.replay(fresh)
        if (next.root.text === this.#trust.root) agency = next
      } catch {
        // What does not follow is refused where the chain itself is read.
      }
    }
    return agency.policy(newest)
  }

  #held(id: ID): Remembered {
    return this.#pending.get(id) ?? this.#chains[id] ?? { kind: 'account', links: [], boxes: [], creds: [] }
  }

  /** Checks the proofs of one chain's answer; returns the chains it depends on. */
  async #readChain(answer: wire.ChainAnswer, fresh: Batch): Promise<ID[]> {
    const id = answer.chain as ID
    const { size, root, dirRoot, dirCount } = this.#view
    const mem = this.#held(id)
    const next: Remembered = { kind: mem.kind, links: [...mem.links], boxes: [...mem.boxes], creds: mem.creds }
    const deps: ID[] = []
    for (const x of answer.links) {
      const link = logged(x)
      const seq = BigInt(next.links.length + 1)
      checkInclusion(size, root, link.leaf, linkLeaf.encode({ chain: id, seq, hash: linkHash(link) }), x.proof as Hash[])
      const l = decodeLink(link.link)
      next.kind = l.kind
      next.links.push(link)
      next.boxes.push(...ownBoxes(l, x.boxes ?? []))
      fresh.links.push(link)
      deps.push(...dependsOn(l))
    }
    const last = next.links.at(-1)
    const head = lookup(lookupOf(answer.lookup), id, dirRoot, dirCount)
    if (head === undefined ? last !== undefined : last === undefined || head.seq !== BigInt(next.links.length) || head.hash !== linkHash(last)) {
      throw new Alarm('a chain does not end where the directory says')
    }
    if (answer.credentials !== undefined) {
      next.creds = answer.credentials.map((c) => ({ credential: c.credential as Bytes, sig: c.sig as Bytes }))
      fresh.creds.push(...next.creds)
    }
    if (last !== undefined) this.#pending.set(id, next)
    return deps
  }

  /** Runs the rules over what was proved. */
  async #apply(fresh: Batch): Promise<void> {
    const by: Record<ChainKind, Logged[]> = { agency: [], account: [], line: [] }
    for (const l of fresh.links) by[decodeLink(l.link).kind].push(l)
    await alarming(() => this.book.replay({ agency: by.agency, accounts: by.account, credentials: fresh.creds, lines: by.line }))
    const { agency } = this.book
    if (agency.root.text !== this.#trust.root) throw new Alarm('it is not the agency of your invitation')
    const policy = agency.policy(newest)
    if (policy === undefined || (this.#trust.logKey !== '' && policy.logKey !== this.#trust.logKey)) {
      throw new Alarm("the agency's policy names another key log")
    }
    const { genesis, account } = this.#trust
    if (genesis !== undefined && this.book.hasAccount(account) && this.book.account(account).genesis !== genesis) {
      throw new Alarm('it is not the account that your other device named')
    }
    for (const [id, mem] of this.#pending) this.#chains[id] = mem
    this.#pending.clear()
  }

  /**
   * Checks the gossip in an entry: the checkpoint that its signer saw is of the
   * same log that we see. A server that shows two logs is caught here.
   */
  sameLog(size: bigint, root: Hash): Promise<void> {
    return this.#turn.take(async () => {
      const seen = this.#seenRoots.get(size)
      if (seen !== undefined) {
        if (seen !== root) throw new Alarm('two key logs')
        return
      }
      if (size > this.#view.size) throw new Alarm('an entry was made under a key log that we are not shown')
      let proof: Hash[] = []
      if (size < this.#view.size) {
        const answer = await this.#query(size, [this.#trust.agency])
        const cp = await alarming(async () => openCheckpoint(await this.#verifier(answer), utf8(answer.checkpoint)))
        if (cp.size !== this.#view.size) { // the log grew meanwhile: its newest state must extend ours
          await this.#extend(cp.size, cp.root)
        }
        proof = answer.consistency as Hash[]
      }
      await alarming(() => checkConsistency(size, root, this.#view.size, this.#view.root, proof))
      if (this.#seenRoots.size > 10_000) this.#seenRoots.clear()
      this.#seenRoots.set(size, root)
    })
  }

  async #extend(size: bigint, root: Hash): Promise<void> {
    await this.#advance(await this.#query(this.#view.size, [this.#trust.agency]))
    if (this.#view.size < size) throw new Offline('the log went back and forth')
    if (this.#view.size === size && this.#view.root !== root) throw new Alarm('two key logs')
  }

  /** Verifies that a statement that was accepted stands in the log. */
  async isLogged(s: SignedLink): Promise<void> {
    const { chain } = decodeLink(s.link)
    await this.learn(chain)
    const hash = linkHash(s)
    if (this.#chains[chain]?.links.some((x) => linkHash(x) === hash) !== true) throw new Alarm('a statement was accepted and is not in the log')
  }
}

function logged(x: wire.Logged): Logged {
  return { ...signedLink(x.link), leaf: BigInt(x.leaf) }
}

export function signedLink(l: wire.Link): SignedLink {
  return { link: l.link as Bytes, sig: l.sig as Bytes, countersig: (l.countersig ?? new Uint8Array(0)) as Bytes }
}

/** Boxes of a statement under the number of the secret that they hold. */
export function ownBoxes(l: Link, boxes: wire.Box[]): OwnBox[] {
  const k = keysOf(l)
  if (k === undefined || boxes.length === 0) return []
  const { gen } = ctxOf(k)
  return boxes.map((b) => ({ kind: b.kind, gen, sealed: b.sealed as Bytes }))
}

/** The accounts that a line's statement speaks about. */
function dependsOn(l: Link): ID[] {
  switch (l.type) {
    case 'line/genesis':
      return [l.signerAcct, ...lineGenesisBody.decode(l.body).admins]
    case 'line/admin-set':
      return [l.signerAcct, ...lineAdminsBody.decode(l.body).admins]
    case 'line/member-add':
      return [l.signerAcct, memberAddBody.decode(l.body).account]
    case 'line/member-remove':
      return [l.signerAcct, memberRemoveBody.decode(l.body).account]
    default:
      return l.kind === 'line' ? [l.signerAcct] : []
  }
}

function lookupOf(l: wire.Lookup): LookupProof {
  const at = (x: wire.LookupLeaf) => ({ index: BigInt(x.index), chain: x.chain as ID, seq: BigInt(x.seq), hash: x.head as Hash, path: x.path as Hash[] })
  return {
    ...(l.found === undefined ? {} : { found: at(l.found) }), ...(l.before === undefined ? {} : { before: at(l.before) }),
    ...(l.after === undefined ? {} : { after: at(l.after) }),
  }
}
