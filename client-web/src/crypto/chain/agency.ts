// The agency's chain (section 4.2): its root, issuers, records key, policy, and
// the credentials that it has given and taken back.

import {
  agencyGenesisBody, credentialStatement, credentialDigest, credentialLinkBody, credentialRevokeBody, custodianBody, custodianMode, issuerBody,
  issuerRevokeBody, policyBody, type Credential, type CustodianBody, type PolicyBody,
} from '../envelope/agency.ts'
import { nobody, type Bytes, type Hash, type ID } from '../envelope/bytes.ts'
import { suite } from '../envelope/enc.ts'
import type { Link, Logged, SignedLink } from '../envelope/link.ts'
import { refuse } from '../envelope/refusal.ts'
import { BoxPublic } from '../key/box.ts'
import { Verify } from '../key/verify.ts'
import { after, beginning, checkLink, follow, forever, holdsAt, knownAt, oneBeginning, since, type Span, type Standing } from './chain.ts'
import { settled, type Checks } from './checks.ts'

interface Issuer extends Span {
  readonly key: Verify
  readonly notBefore: bigint
  readonly notAfter: bigint
}

/** One generation of the records key. */
export interface Custodian extends CustodianBody {
  /** Hash of the key; absent in mode none. */
  readonly pk: Hash | undefined
  readonly from: bigint
}

interface Given extends Span {
  readonly account: ID
  readonly digest: Hash
  readonly issuer: ID
}

/** A credential with its issuer's signature, as it is served. */
export interface SignedCredential {
  credential: Bytes
  sig: Bytes
}

/** What an agency needs to know of an account to check its credential. */
interface Identity {
  readonly id: ID
  readonly genesis: Hash
}

export class Agency {
  at: Standing
  name = ''
  #rootKey: Verify | undefined
  #issuers = new Map<ID, Issuer>()
  #custodians: readonly Custodian[] = []
  #policies: readonly (PolicyBody & { from: bigint })[] = []
  #given = new Map<ID, Given>()
  /** Serial in force by account. */
  #current = new Map<ID, ID>()

  /** The empty chain. */
  constructor(id: ID) {
    this.at = beginning('agency', id)
  }

  get id(): ID {
    return this.at.id
  }

  /** The root key; clients compare it with the one that they were set up with. */
  get root(): Verify {
    return this.#rootKey ?? refuse('unknown') // the agency has no first link
  }

  /** Checks the next link and gives the state after it. */
  apply(s: Logged): Promise<Agency> {
    return this.replay([s])
  }

  /** Applies many links with one copy of the state. */
  replay(links: readonly Logged[]): Promise<Agency> {
    return settled((checks) => this.replayed(links, checks))
  }

  /** replay, whose signatures are left to be settled. */
  replayed(links: readonly Logged[], checks: Checks): Agency {
    const n = new Agency(this.id)
    n.at = this.at
    n.name = this.name
    n.#rootKey = this.#rootKey
    n.#issuers = new Map(this.#issuers)
    n.#custodians = this.#custodians
    n.#policies = this.#policies
    n.#given = new Map(this.#given)
    n.#current = new Map(this.#current)
    for (const s of links) {
      const l = follow(n.at, s, s.leaf)
      n.#take(l, s, s.leaf, checks)
      n.at = after(n.at, l, s, s.leaf)
    }
    return n
  }

  #take(l: Link, s: SignedLink, leaf: bigint, checks: Checks): void {
    if (l.signerAcct !== nobody || l.agency !== this.id) refuse('signer') // only the root and issuers speak here
    oneBeginning(l)
    switch (l.type) {
      case 'agency/genesis': {
        const b = agencyGenesisBody.decode(l.body)
        this.#rootKey = Verify.from(b.root)
        this.name = b.name
        return this.#byRoot(l, s, checks)
      }
      case 'agency/credential':
      case 'agency/credential-revoke':
        return this.#takeCredential(l, s, leaf, checks)
      default:
        this.#byRoot(l, s, checks)
        return this.#takeRoot(l, leaf)
    }
  }

  #byRoot(l: Link, s: SignedLink, checks: Checks): void {
    if (l.signerDev !== nobody) refuse('signer') // the root signs this
    checkLink(checks, this.root, l, s)
  }

  #takeRoot(l: Link, leaf: bigint): void {
    switch (l.type) {
      case 'agency/issuer': {
        const b = issuerBody.decode(l.body)
        if (this.#issuers.has(b.id) || b.id === nobody) refuse('state') // the issuer's id was used before
        this.#issuers.set(b.id, { ...since(leaf), key: Verify.from(b.key), notBefore: b.notBefore, notAfter: b.notAfter })
        return
      }
      case 'agency/issuer-revoke': {
        const { id } = issuerRevokeBody.decode(l.body)
        const i = this.#issuers.get(id)
        if (i?.until !== forever) return refuse('unknown')
        this.#issuers.set(id, { ...i, until: leaf })
        return
      }
      case 'agency/custodian': {
        const b = custodianBody.decode(l.body)
        if (b.gen !== this.#custodians.length + 1) refuse('generation')
        const pk = b.mode === custodianMode.none ? undefined : BoxPublic.from(b.box).hash
        this.#custodians = [...this.#custodians, { ...b, pk, from: leaf }]
        return
      }
      case 'agency/policy': {
        const b = policyBody.decode(l.body)
        if (b.minSuite !== suite) refuse('state') // the policy asks for another suite
        this.#policies = [...this.#policies, { ...b, from: leaf }]
      }
    }
  }

  #takeCredential(l: Link, s: SignedLink, leaf: bigint, checks: Checks): void {
    checkLink(checks, this.issuer(l.signerDev, leaf + 1n, l.time), l, s)
    if (l.type === 'agency/credential-revoke') {
      const { serial } = credentialRevokeBody.decode(l.body)
      const c = this.#given.get(serial)
      if (c?.until !== forever) return refuse('unknown')
      this.#given.set(serial, { ...c, until: leaf })
      this.#current.delete(c.account)
      return
    }
    const b = credentialLinkBody.decode(l.body)
    if (this.#given.has(b.serial)) refuse('credential') // the serial was used before
    // A person has one credential at a time.
    const old = this.#current.get(b.account)
    const before = old === undefined ? undefined : this.#given.get(old)
    if (old !== undefined && before !== undefined) this.#given.set(old, { ...before, until: leaf })
    this.#current.set(b.account, b.serial)
    this.#given.set(b.serial, { ...since(leaf), account: b.account, digest: b.digest, issuer: l.signerDev })
  }

  /** The key of an issuer that was appointed at n and whose dates fit the time of signing. */
  issuer(id: ID, n: bigint, time: bigint): Verify {
    const i = this.#issuers.get(id)
    if (i === undefined || !holdsAt(i, n)) return refuse('signer') // no such issuer then
    if (time < i.notBefore || time > i.notAfter) refuse('signer') // outside the issuer's dates
    return i.key
  }

  /** The records key that epochs are sealed to at n, if the agency has one. */
  custodian(n: bigint): (Custodian & { pk: Hash }) | undefined {
    const c = knownAt(this.#custodians, n)
    return c?.pk === undefined ? undefined : { ...c, pk: c.pk }
  }

  /** The records key of a generation. */
  custodianNo(id: ID, gen: number): Custodian | undefined {
    return this.#custodians.find((c) => c.id === id && c.gen === gen)
  }

  /** The policy known at n. */
  policy(n: bigint): PolicyBody | undefined {
    return knownAt(this.#policies, n)
  }

  /** Verifies a credential once; whether it is in force at a given point is `inForce`. */
  checkCredential(s: SignedCredential, account: Identity): Promise<Credential> {
    return settled((checks) => this.checkedCredential(s, account, checks))
  }

  /** checkCredential, whose signature is left to be settled. */
  checkedCredential(s: SignedCredential, account: Identity, checks: Checks): Credential {
    const c = credentialStatement.decode(s.credential)
    const given = this.#given.get(c.serial)
    if (given === undefined || s.sig.length !== 64 || given.digest !== credentialDigest(s.credential, s.sig)) {
      return refuse('credential') // it is not in the agency's chain
    }
    if (c.agency !== this.id) refuse('credential') // another agency's
    if (c.account !== account.id || given.account !== account.id || c.genesis !== account.genesis) {
      refuse('credential') // it speaks about another account
    }
    const issuer = this.#issuers.get(given.issuer)
    if (issuer === undefined) return refuse('signature')
    checks.signature(issuer.key, 'credential', s.credential, s.sig)
    return c
  }

  /** Whether a checked credential is in force at n and at the given time. */
  inForce(c: Credential, n: bigint, time: bigint): boolean {
    const given = this.#given.get(c.serial)
    return given !== undefined && holdsAt(given, n) && time >= c.notBefore && time <= c.notAfter
  }

  /** The account that a credential was given to. */
  holderOf(serial: ID): ID | undefined {
    return this.#given.get(serial)?.account
  }

  /** The leaf that logged a credential. */
  givenAt(serial: ID): bigint | undefined {
    return this.#given.get(serial)?.from
  }

  /** The leaf that took a credential back, or logged its successor. */
  endedAt(serial: ID): bigint | undefined {
    const until = this.#given.get(serial)?.until
    return until === forever ? undefined : until
  }
}
