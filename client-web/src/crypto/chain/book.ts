// Everything verified so far: one agency, its accounts, its lines and their
// people's credentials. A client fills it from proofs.

import { credentialStatement, type Credential } from '../envelope/agency.ts'
import { newest, noHash, type Bytes, type Hash, type ID } from '../envelope/bytes.ts'
import type { Reader } from '../envelope/keys.ts'
import { decodeLink, type ChainKind, type Logged } from '../envelope/link.ts'
import { refuse } from '../envelope/refusal.ts'
import { Account } from './account.ts'
import { Agency, type SignedCredential } from './agency.ts'
import type { Standing } from './chain.ts'
import { settled, type Checks } from './checks.ts'
import { Line } from './line.ts'
import type { People } from './people.ts'

/** What is taken in at once: each list in the order of its chains. */
export interface Batch {
  agency?: readonly Logged[]
  accounts?: readonly Logged[]
  credentials?: readonly SignedCredential[]
  lines?: readonly Logged[]
}

export class Book implements People {
  reach = newest
  agency: Agency
  #accounts = new Map<ID, Account>()
  #lines = new Map<ID, Line>()
  /** Checked; by account, oldest first. */
  #credentials = new Map<ID, readonly Credential[]>()
  #turn: Promise<unknown> = Promise.resolve()

  /** An empty book about one agency. Until `reached` is called it counts as complete. */
  constructor(agency: ID) {
    this.agency = new Agency(agency)
  }

  /** Says that the book holds everything it will be asked about up to a checkpoint of size n. */
  reached(n: bigint): void {
    this.reach = n
  }

  account(id: ID): Account {
    return this.#accounts.get(id) ?? refuse('unknown')
  }

  hasAccount(id: ID): boolean {
    return this.#accounts.has(id)
  }

  line(id: ID): Line {
    return this.#lines.get(id) ?? refuse('unknown')
  }

  hasLine(id: ID): boolean {
    return this.#lines.has(id)
  }

  /** The ids of all accounts known. */
  accountIDs(): ID[] {
    return [...this.#accounts.keys()]
  }

  /** Every line known. */
  allLines(): Line[] {
    return [...this.#lines.values()]
  }

  credential(acct: ID, n: bigint, time: bigint): Credential {
    for (const c of (this.#credentials.get(acct) ?? []).toReversed()) {
      if (this.agency.inForce(c, n, time)) return c
    }
    return refuse('credential')
  }

  /** An account's newest checked credential whether or not it is in force, for showing a name. */
  known(acct: ID): Credential | undefined {
    return this.#credentials.get(acct)?.at(-1)
  }

  /** A chain's length and newest hash; zero where nothing is known. */
  head(kind: ChainKind, id: ID): { seq: bigint; hash: Hash } {
    const at = this.#standing(kind, id)
    return { seq: at?.seq ?? 0n, hash: at?.hash ?? noHash }
  }

  #standing(kind: ChainKind, id: ID): Standing | undefined {
    switch (kind) {
      case 'agency':
        return this.agency.at
      case 'account':
        return this.#accounts.get(id)?.at
      case 'line':
        return this.#lines.get(id)?.at
    }
  }

  /** The public key that a reader names, for sealing to it. */
  boxOf(r: Pick<Reader, 'kind' | 'id' | 'gen'>): Bytes {
    return this.#findBox(r) ?? refuse('unknown')
  }

  #findBox(r: Pick<Reader, 'kind' | 'id' | 'gen'>): Bytes | undefined {
    switch (r.kind) {
      case 'acct':
        return this.account(r.id).generationNo(r.gen)?.box
      case 'line':
      case 'lead':
        return this.line(r.id).generationNo(r.kind, r.gen)?.box
      case 'cust':
        return this.agency.custodianNo(r.id, r.gen)?.box
      default:
        return undefined
    }
  }

  /** Checks a link and takes it in. */
  apply(s: Logged): Promise<void> {
    return this.#change((draft, checks) => draft.#take(s, checks))
  }

  /** Checks a credential and keeps it. */
  addCredential(s: SignedCredential): Promise<void> {
    return this.#change((draft, checks) => draft.#takeCredential(s, checks))
  }

  /**
   * Takes in whole chains in the order in which they depend on one another:
   * agency, accounts, credentials, lines. Links of one chain are in order; lines
   * are sorted by leaf here. All of it holds, or nothing is taken in.
   */
  replay(batch: Batch): Promise<void> {
    return this.#change((draft, checks) => {
      draft.agency = draft.agency.replayed(batch.agency ?? [], checks)
      for (const l of batch.accounts ?? []) draft.#take(l, checks)
      for (const c of batch.credentials ?? []) draft.#takeCredential(c, checks)
      for (const l of byLeaf(batch.lines ?? [])) draft.#take(l, checks)
    })
  }

  /** Runs rules on a draft, one change at a time, and takes it over when every signature holds. */
  #change(rules: (draft: Book, checks: Checks) => void): Promise<void> {
    const run = this.#turn.then(async () => {
      const draft = await settled((checks) => {
        const copy = this.#draft()
        rules(copy, checks)
        return copy
      })
      this.agency = draft.agency
      this.#accounts = draft.#accounts
      this.#lines = draft.#lines
      this.#credentials = draft.#credentials
    })
    this.#turn = run.catch(() => undefined)
    return run
  }

  #draft(): Book {
    const b = new Book(this.agency.id)
    b.reach = this.reach
    b.agency = this.agency
    b.#accounts = new Map(this.#accounts)
    b.#lines = new Map(this.#lines)
    b.#credentials = new Map(this.#credentials)
    return b
  }

  #take(s: Logged, checks: Checks): void {
    const l = decodeLink(s.link)
    switch (l.kind) {
      case 'agency':
        if (l.chain !== this.agency.id) refuse('order')
        this.agency = this.agency.replayed([s], checks)
        break
      case 'account':
        this.#accounts.set(l.chain, (this.#accounts.get(l.chain) ?? new Account(l.chain)).applied(s, checks))
        break
      case 'line':
        this.#lines.set(l.chain, (this.#lines.get(l.chain) ?? new Line(l.chain)).applied(s, this, checks))
        break
    }
    if (l.agency !== this.agency.id) refuse('order')
  }

  #takeCredential(s: SignedCredential, checks: Checks): void {
    const acct = credentialStatement.decode(s.credential).account
    const c = this.agency.checkedCredential(s, this.account(acct), checks)
    const list = this.#credentials.get(acct) ?? []
    if (!list.some((old) => old.serial === c.serial)) this.#credentials.set(acct, [...list, c])
  }
}

function byLeaf(links: readonly Logged[]): Logged[] {
  return links.toSorted((a, b) => (a.leaf < b.leaf ? -1 : a.leaf > b.leaf ? 1 : 0))
}
