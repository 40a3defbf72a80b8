// Statements that this person signs: about their own account, and about the
// lines they work on. Each is brought to the service and then looked for in the
// key log.

import { deviceNumber } from '../crypto/vault/numbers.ts'
import { PairCode, RecoveryCode } from '../crypto/vault/code.ts'
import type { Account } from '../crypto/chain/account.ts'
import type { Line } from '../crypto/chain/line.ts'
import { deviceKeys, type DeviceKeys } from '../crypto/envelope/account.ts'
import { hashBytes, newest, toHash, type Bytes, type Hash, type ID } from '../crypto/envelope/bytes.ts'
import type { SignedLink } from '../crypto/envelope/link.ts'
import { welcome as welcomeTable } from '../crypto/envelope/pair.ts'
import { equalSecrets } from '../crypto/key/hash.ts'
import { Verify } from '../crypto/key/verify.ts'
import type { SealedBox } from '../crypto/seal/keys.ts'
import { deviceAddFor, deviceRevoke, lineRotate, recoveryReplace, type LinkAt } from '../crypto/seal/links.ts'
import type { Secret } from '../crypto/seal/secret.ts'
import type { Factor } from '../link/calls.ts'
import * as wire from '../wire/gen.ts'
import { recoveryLetter } from './letters.ts'
import { Moot, refusedFor } from './problem.ts'
import type { Person } from './person.ts'

/** How often two devices ask for each other, and for how long at most, in milliseconds. */
const pairPause = 1000
const pairLife = 600_000

/** What travels beside some statements. */
type Beside = Pick<wire.AppendLink, 'recovery' | 'shares'>

/** A statement and its boxes as the wire carries them. */
export function appendLink(s: SignedLink, boxes: readonly SealedBox[]): wire.AppendLink {
  const link: wire.Link = { link: s.link, sig: s.sig, ...(s.countersig.length === 0 ? {} : { countersig: s.countersig }) }
  return { link, boxes: boxes.map((b) => ({ kind: b.kind, id: b.id, gen: b.gen, sealed: b.sealed })) }
}

export class Statements {
  readonly #person: Person
  readonly #now: () => number

  constructor(person: Person, now: () => number) {
    this.#person = person
    this.#now = now
  }

  at(): LinkAt {
    return { agency: this.#person.identity.agency, time: BigInt(this.#now()) }
  }

  /** Brings a statement to the service and verifies that it stands in the log. */
  async post(s: SignedLink, boxes: readonly SealedBox[], factor: Factor | undefined, beside: Beside = {}): Promise<void> {
    const { own, access, log } = this.#person
    await own.mayPost(s)
    const body = wire.encodeAppendLinks({ links: [{ ...appendLink(s, boxes), ...beside }] })
    await access.withFactor(factor, { method: 'POST', path: '/v1/links', body })
    await log.isLogged(s)
  }

  /** This person's account and its secret in force. */
  own(): { account: Account; current: Secret } {
    const { log, secrets, identity } = this.#person
    const current = secrets.current()
    if (current === undefined) throw new Moot("this device does not hold your account's newest keys")
    return { account: log.book.account(identity.account), current }
  }

  /** Unbinds another device of this person and makes new keys without it. */
  async removeDevice(device: ID, factor: Factor): Promise<void> {
    const { log, maker, identity } = this.#person
    await log.learn()
    const { account, current } = this.own()
    const known = account.devices().find((d) => d.device === device)
    if (known === undefined || known.revoked || device === identity.device) throw refusedFor('wrong_state')
    const made = await deviceRevoke(account, this.at(), maker, current, [device])
    await this.post(made.link, made.boxes, factor)
    await this.auditBoxes()
  }

  /** Makes a new recovery code in the place of the old one, which opens nothing new from then on. */
  async replaceRecovery(factor: Factor): Promise<string> {
    const { log, maker } = this.#person
    await log.learn()
    const { account, current } = this.own()
    const code = RecoveryCode.fresh()
    const made = await recoveryReplace(account, this.at(), maker, current, await code.keys())
    const { agency, name, root } = this.#person.identity
    await this.post(made.link, made.boxes, factor, { recovery: recoveryLetter(code, { agency, name, root: Verify.read(root) }) })
    await this.auditBoxes()
    return code.text()
  }

  /** The new device that shows a code, after it was proved that it does. */
  async lookAtDevice(typed: string): Promise<{ code: PairCode; keys: DeviceKeys; number: string; from: string; at: number }> {
    const code = PairCode.read(typed)
    const seen = await this.#seen(code)
    const fits = equalSecrets(code.macNew(seen.name, seen.device as Bytes), hashBytes(seen.mac as Hash))
    if (!fits || seen.name !== this.#person.identity.name) throw refusedFor('invitation')
    const keys = deviceKeys.decode(seen.device as Bytes)
    return { code, keys, number: deviceNumber(keys), from: seen.from, at: seen.at }
  }

  /** Says no to a new device: it is told so, and its code is dead. */
  async refuseDevice(typed: string): Promise<void> {
    const { code } = await this.lookAtDevice(typed)
    await this.#person.access.send({ method: 'POST', path: '/v1/pairings/refuse', body: wire.encodePairAsk({ locator: toHash(code.locator()) }) })
  }

  #seen(code: PairCode): Promise<wire.PairSeen> {
    const body = wire.encodePairAsk({ locator: toHash(code.locator()) })
    return this.#person.access.call({ method: 'POST', path: '/v1/pairings/look', body }, wire.decodePairSeen)
  }

  /** Adds a new device: it is given what this one can read. Waits until the new one accepts its place. */
  async approveDevice(typed: string, factor: Factor): Promise<void> {
    const { log, own, maker, identity, access } = this.#person
    const { code, keys } = await this.lookAtDevice(typed)
    await log.learn()
    await own.undisturbed()
    const { account, current } = this.own()
    const made = await deviceAddFor(account, this.at(), maker, current, keys)
    const welcome = welcomeTable.encode({
      agency: identity.agency, root: log.book.agency.root.bytes, logKey: identity.logKey, name: identity.name, account: identity.account,
      genesis: account.genesis, head: account.at.hash,
    })
    const body = wire.encodePairWelcome({ locator: toHash(code.locator()), welcome, link: made.link.link, mac: toHash(code.macOld(welcome, made.link.link)) })
    await access.send({ method: 'POST', path: '/v1/pairings/welcome', body })
    const countersig = await this.#accepted(code)
    await this.post({ ...made.link, countersig }, made.boxes, factor)
  }

  async #accepted(code: PairCode): Promise<Bytes> {
    for (let waited = 0; waited < pairLife; waited += pairPause) {
      const { countersig } = await this.#seen(code)
      if (countersig !== undefined && countersig.length > 0) return countersig as Bytes
      await new Promise((go) => setTimeout(go, pairPause))
    }
    throw refusedFor('expired')
  }

  /**
   * Looks at every line this person works on and makes a new key wherever the
   * present one is sealed to somebody who should no longer have it, or where
   * there is none yet. The service is not trusted to ask for it.
   */
  async auditBoxes(): Promise<void> {
    const { log, identity } = this.#person
    for (const x of log.book.allLines()) {
      const me = identity.account
      if (!x.isLead(me, newest) && !x.isMember(me, newest)) continue
      await log.learn(...x.members(newest), ...x.leads(newest))
      await this.#rotateIfStale(log.book.line(x.id), 'line')
      await this.#rotateIfStale(log.book.line(x.id), 'lead')
    }
  }

  async #rotateIfStale(x: Line, purpose: 'line' | 'lead'): Promise<void> {
    const { log, secrets, maker, identity } = this.#person
    const lead = x.isLead(identity.account, newest)
    const g = purpose === 'line' ? x.generation(newest) : x.leadGeneration(newest)
    if (!lead && (purpose === 'lead' || g === undefined || !x.isMember(identity.account, newest))) return
    if (!x.stale(newest, purpose, log.book)) return
    const current = g === undefined ? undefined : secrets.of(purpose, x.id).get(g.gen)
    if (g !== undefined && current === undefined) return // somebody who has the present key must do it
    const who = purpose === 'lead' || g === undefined ? x.leads(newest) : x.members(newest)
    const made = await lineRotate(x, purpose, this.at(), maker, current, who, log.book)
    await this.post(made.link, made.boxes, undefined)
  }
}
