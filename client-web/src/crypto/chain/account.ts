// An account's chain (section 4.3): its devices, its recovery pairs, its
// officers' pairs, and the generations of its key.

import {
  accountGenesisBody, deviceAddBody, deviceRevokeBody, officersBody, officersSigner, recoveryBody, type DeviceKeys,
} from '../envelope/account.ts'
import { empty, equal, noHash, nobody, type Bytes, type Hash, type ID } from '../envelope/bytes.ts'
import { compareReaders, encodeCtx, type Reader } from '../envelope/keys.ts'
import { accountRotateBody } from '../envelope/line.ts'
import type { Link, Logged, SignedLink } from '../envelope/link.ts'
import { refuse } from '../envelope/refusal.ts'
import { BoxPublic } from '../key/box.ts'
import { Verify } from '../key/verify.ts'
import {
  after, beginning, checkLink, follow, forever, grant, knownAt, oneBeginning, rotation, since, type Generation, type Span, type Standing,
} from './chain.ts'
import { settled, type Checks } from './checks.ts'

interface Device extends Span, DeviceKeys {
  readonly key: Verify
  readonly pk: Hash
  readonly boundAt: bigint
  readonly unboundAt: bigint
}

/** A recovery pair or an officers' pair. */
interface Pair {
  readonly sign: Verify
  readonly box: Bytes
  readonly pk: Hash
  /** It has added a device: whoever did so knows it, so it is replaced before anything is added again. */
  readonly used: boolean
}

interface OfficersPair extends Pair {
  readonly commit: Hash
  readonly held: readonly ID[]
}

/** What an account's chain says about its officers' pair in force. */
export interface Officers {
  /** Counts from 1; 0: there is none. */
  number: number
  commit: Hash
  /** Who holds a share. */
  held: readonly ID[]
  used: boolean
  /** Whether a pair's public halves are these. */
  is(sign: Bytes, box: Hash): boolean
}

/** What screens need to know of a device. */
export interface DeviceInfo extends DeviceKeys {
  /** Leaf. */
  added: bigint
  revoked: boolean
  /** When the link that bound it was signed: Unix milliseconds by the signer's clock, shown and never trusted. */
  boundAt: bigint
  /** The same of the link that unbound it; 0 while it is in force. */
  unboundAt: bigint
}

export class Account {
  at: Standing
  /** Hash of the first link: the identity. */
  genesis: Hash = noHash
  inviteMAC: Bytes = empty()
  #devicesByID = new Map<ID, Device>()
  #recoveries: readonly Pair[] = []
  #officersPairs: readonly OfficersPair[] = []
  #generations: readonly Generation[] = []

  /** The empty chain. */
  constructor(id: ID) {
    this.at = beginning('account', id)
  }

  get id(): ID {
    return this.at.id
  }

  /** Checks the next link and gives the state after it. */
  apply(s: Logged): Promise<Account> {
    return settled((checks) => this.applied(s, checks))
  }

  /** apply, whose signatures are left to be settled. */
  applied(s: Logged, checks: Checks): Account {
    const l = follow(this.at, s, s.leaf)
    const n = new Account(this.id)
    n.at = this.at
    n.genesis = this.genesis
    n.inviteMAC = this.inviteMAC
    n.#devicesByID = new Map(this.#devicesByID)
    n.#recoveries = this.#recoveries
    n.#officersPairs = this.#officersPairs
    n.#generations = this.#generations
    n.#take(l, s, s.leaf, checks)
    n.at = after(this.at, l, s, s.leaf)
    if (n.at.seq === 1n) n.genesis = n.at.hash
    return n
  }

  #take(l: Link, s: SignedLink, leaf: bigint, checks: Checks): void {
    if (l.signerAcct !== this.id) refuse('signer') // an account speaks for itself
    oneBeginning(l)
    if (l.type === 'account/genesis') return this.#takeGenesis(l, s, leaf, checks)
    this.#checkSigner(l, s, checks)
    if (this.spent && (l.type === 'account/device-add' || l.type === 'account/puk-rotate')) {
      refuse('state') // a recovery key was used and has to be replaced first
    }
    switch (l.type) {
      case 'account/device-add':
        return this.#takeAdd(l, s, leaf, checks)
      case 'account/device-revoke':
        return this.#takeRevoke(l, leaf)
      case 'account/officers':
        return this.#takeOfficers(l)
      case 'account/puk-rotate':
        return this.#rotate(l, accountRotateBody.decode(l.body).rotation, leaf)
      default: {
        const b = recoveryBody.decode(l.body)
        this.#recoveries = [...this.#recoveries, this.#freshPair(b.recoverySign, b.recoveryBox)]
        this.#rotate(l, b.rotation, leaf)
      }
    }
  }

  /** A device in force, the recovery key where the device id is zero, or the officers' key under its own id. */
  #checkSigner(l: Link, s: SignedLink, checks: Checks): void {
    if (l.signerDev === officersSigner) {
      const o = this.#officersPairs.at(-1)
      if (o === undefined || l.type !== 'account/device-add' || o.used) {
        return refuse('signer') // the officers' key adds one device and is replaced
      }
      return checkLink(checks, o.sign, l, s)
    }
    if (l.signerDev === nobody) {
      const r = this.#recovery
      const never = l.type === 'account/puk-rotate' || l.type === 'account/officers'
      if (never || (r.used && l.type !== 'account/recovery-replace')) {
        refuse('signer') // the recovery key adds one device, revokes before that, and is replaced
      }
      return checkLink(checks, r.sign, l, s)
    }
    const d = this.#devicesByID.get(l.signerDev)
    if (d === undefined) return refuse('signer') // no such device
    if (d.until !== forever) refuse('revoked')
    checkLink(checks, d.key, l, s)
  }

  /** The pair in force. A chain has one from its first link on. */
  get #recovery(): Pair {
    return this.#recoveries.at(-1) ?? refuse('unknown')
  }

  #takeGenesis(l: Link, s: SignedLink, leaf: bigint, checks: Checks): void {
    const b = accountGenesisBody.decode(l.body)
    if (b.device.device !== l.signerDev) refuse('signer') // the first device signs
    const d = this.#addDevice(b.device, leaf, l.time)
    checkLink(checks, d.key, l, s)
    this.#recoveries = [this.#freshPair(b.recoverySign, b.recoveryBox)]
    this.inviteMAC = b.inviteMAC
    this.#rotate(l, b.rotation, leaf)
  }

  #takeAdd(l: Link, s: SignedLink, leaf: bigint, checks: Checks): void {
    const b = deviceAddBody.decode(l.body)
    const d = this.#addDevice(b.device, leaf, l.time)
    checks.signature(d.key, 'countersign/account/device-add', s.link, s.countersig)
    if (l.signerDev === nobody) this.#recoveries = lastUsed(this.#recoveries)
    if (l.signerDev === officersSigner) this.#officersPairs = lastUsed(this.#officersPairs)
    this.#grant(l, b.grant, deviceReader(d))
  }

  /** Reads a statement that hands the current generation to one more reader. */
  #grant(l: Link, statement: Bytes, to: Reader): void {
    const current = this.#generations.at(-1)
    if (current === undefined) return refuse('state') // the account has no key yet
    grant('puk', statement, l, current, encodeCtx('puk', this.id, current.gen), to)
  }

  #takeRevoke(l: Link, leaf: bigint): void {
    const b = deviceRevokeBody.decode(l.body)
    for (const id of b.devices) {
      const d = this.#devicesByID.get(id)
      if (d?.until !== forever) return refuse('unknown')
      if (id === l.signerDev) refuse('signer') // a device does not revoke itself
      this.#devicesByID.set(id, { ...d, until: leaf, unboundAt: l.time })
    }
    this.#rotate(l, b.rotation, leaf)
  }

  #takeOfficers(l: Link): void {
    const b = officersBody.decode(l.body)
    const pair = this.#freshPair(b.sign, b.box)
    this.#officersPairs = [...this.#officersPairs, { ...pair, commit: b.commit, held: b.held }]
    this.#grant(l, b.grant, { kind: 'offi', id: this.id, gen: this.#officersPairs.length, pk: pair.pk })
  }

  #addDevice(k: DeviceKeys, leaf: bigint, time: bigint): Device {
    const key = Verify.from(k.sign)
    Verify.from(k.session)
    const pk = BoxPublic.from(k.box).hash
    if (k.device === nobody || k.device === officersSigner || equal(k.session, k.sign)) {
      refuse('state') // a device needs an id and one key for each use
    }
    if (this.#devicesByID.has(k.device) || this.#usedKey(k.sign, pk) || this.#usedKey(k.session, pk)) {
      refuse('state') // the device or one of its keys was used before
    }
    const d = { ...since(leaf), ...k, key, pk, boundAt: time, unboundAt: 0n }
    this.#devicesByID.set(k.device, d)
    return d
  }

  /** Whether a key has ever done any work in this account: nothing is used a second time or for another purpose. */
  #usedKey(sign: Bytes, pk: Hash): boolean {
    for (const d of this.#devicesByID.values()) {
      if (equal(d.sign, sign) || equal(d.session, sign) || d.pk === pk) return true
    }
    return [...this.#recoveries, ...this.#officersPairs].some((p) => p.sign.is(sign) || p.pk === pk)
  }

  /** Checks a pair that was never used in this account. */
  #freshPair(sign: Bytes, box: Bytes): Pair {
    const key = Verify.from(sign)
    const pk = BoxPublic.from(box).hash
    if (this.#usedKey(sign, pk)) refuse('state') // a key of the recovery pair was used before
    return { sign: key, box, pk, used: false }
  }

  #rotate(l: Link, body: Bytes, leaf: bigint): void {
    const before = this.#generations
    const rule = {
      purpose: 'puk' as const, before, ctx: (gen: number) => encodeCtx('puk', this.id, gen), readers: this.readers(), history: before.length > 0,
    }
    this.#generations = [...before, rotation(rule, body, l, leaf)]
  }

  /** The devices in force, the recovery key and the officers' key: whom a new generation must be sealed to. */
  readers(): Reader[] {
    const out: Reader[] = []
    for (const d of this.#devicesByID.values()) {
      if (d.until === forever) out.push(deviceReader(d))
    }
    const r = this.#recoveries.at(-1)
    if (r !== undefined) out.push({ kind: 'rec', id: this.id, gen: this.#recoveries.length, pk: r.pk })
    const o = this.#officersPairs.at(-1)
    if (o !== undefined) out.push({ kind: 'offi', id: this.id, gen: this.#officersPairs.length, pk: o.pk })
    return out.sort(compareReaders)
  }

  /** The public key behind a reader that `readers` has named. */
  boxOf(r: Reader): Bytes | undefined {
    if (r.kind === 'rec') return this.#recoveries[r.gen - 1]?.box
    if (r.kind === 'offi') return this.#officersPairs[r.gen - 1]?.box
    return this.#devicesByID.get(r.id)?.box
  }

  /** Whether a recovery code's keys are the account's pair in force. */
  recoveryIs(sign: Bytes, box: Hash): boolean {
    return this.#recovery.sign.is(sign) && this.#recovery.pk === box
  }

  /** The officers' pair in force. */
  officers(): Officers {
    const o = this.#officersPairs.at(-1)
    if (o === undefined) return { number: 0, commit: noHash, held: [], used: false, is: () => false }
    const { commit, held, used } = o
    return { number: this.#officersPairs.length, commit, held, used, is: (sign, box) => o.sign.is(sign) && o.pk === box }
  }

  /** Whether a recovery key or officers' key was used and must be replaced. */
  get spent(): boolean {
    return this.#recovery.used || this.#officersPairs.at(-1)?.used === true
  }

  /** A device's statement key if the device is in force at n. */
  device(id: ID, n: bigint): Verify {
    const d = this.#devicesByID.get(id)
    if (d === undefined || d.from >= n) return refuse('unknown')
    if (d.until < n) refuse('revoked')
    return d.key
  }

  /** The statement key of a device that was ever bound, whether or not it is in force. */
  everDevice(id: ID): Verify | undefined {
    return this.#devicesByID.get(id)?.key
  }

  /** Every device ever bound, in order of arrival. */
  devices(): DeviceInfo[] {
    return Array.from(this.#devicesByID.values(), ({ device, sign, box, session, from, until, boundAt, unboundAt }) => ({
      device, sign, box, session, added: from, revoked: until !== forever, boundAt, unboundAt,
    }))
  }

  /** The account key known at n. */
  generation(n: bigint): Generation | undefined {
    return knownAt(this.#generations, n)
  }

  /** A generation by its number. */
  generationNo(gen: number): Generation | undefined {
    return this.#generations[gen - 1]
  }
}

function deviceReader(d: Device): Reader {
  return { kind: 'dev', id: d.device, gen: 0, pk: d.pk }
}

function lastUsed<P extends Pair>(pairs: readonly P[]): readonly P[] {
  return pairs.map((p, i) => (i === pairs.length - 1 ? { ...p, used: true } : p))
}
