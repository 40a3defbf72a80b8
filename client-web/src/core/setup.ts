// Making this browser a device of somebody: by a letter, or as one more device
// beside an old one. Keys are made here, kept, read back and tried before
// anything about them is published.

import { equal, hashBytes, toHash as hashOf, utf8, type Bytes, type Hash } from '../crypto/envelope/bytes.ts'
import { welcome } from '../crypto/envelope/pair.ts'
import { deviceKeys } from '../crypto/envelope/account.ts'
import { equalSecrets } from '../crypto/key/hash.ts'
import { random } from '../crypto/key/random.ts'
import { Verify } from '../crypto/key/verify.ts'
import { deviceOf, freshDevice, publicOf, type Device, type KeptDevice } from '../crypto/seal/device.ts'
import { accountGenesis, checkAdd, countersign } from '../crypto/seal/links.ts'
import type { Secret } from '../crypto/seal/secret.ts'
import { PairCode, RecoveryCode } from '../crypto/vault/code.ts'
import * as wire from '../wire/gen.ts'
import { freshID } from './id.ts'
import { findLetter, recoveryLetter } from './letters.ts'
import type { Identity } from './person.ts'
import { Alarm, refusedFor } from './problem.ts'
import type { Requests } from './requests.ts'
import type { BrowserVault } from './vault.ts'

/** What is shown once, kept until its person has said that they have it. */
export interface Shown {
  otpauth: string
  recovery: string
  /** Of the invitation: proves the first code of the app. */
  locator: wire.Hash
}

/**
 * Makes a device's keys, keeps them, and tries them as they were read back from
 * a database that was opened anew. Where the stronger form does not survive that,
 * the other one is kept.
 */
export async function makeDevice(vault: BrowserVault): Promise<{ kept: KeptDevice; device: Device }> {
  const id = freshID()
  const first = await tried(vault, () => freshDevice(id))
  const made = first ?? (await tried(vault, () => freshDevice(id, 'seed')))
  if (made === undefined) throw new TypeError('this browser does not keep keys')
  return made
}

async function tried(vault: BrowserVault, make: () => Promise<KeptDevice>): Promise<{ kept: KeptDevice; device: Device } | undefined> {
  try {
    const kept = await vault.keepDevice(await make())
    const device = deviceOf(kept)
    const trial = random(32)
    const info = utf8('arcline device trial')
    const opened = await device.box.open(info, await device.box.public.seal(info, trial))
    const signed = await device.session.public.verifies(trial, await device.session.prove(trial))
    return equal(opened, trial) && signed ? { kept, device } : undefined
  } catch {
    return undefined // stored, and not there as it was
  }
}

export interface Enrolled {
  identity: Identity
  kept: KeptDevice
  shown: Shown
  secret: Secret
}

/** Makes this device and the person's account under an invitation. */
export async function enrol(requests: Requests, vault: BrowserVault, now: () => number, link: string, password: string): Promise<Enrolled> {
  const letter = await findLetter(requests, link)
  const about = await requests.call({ method: 'GET', path: '/v1/about' }, wire.decodeAbout)
  if (about.agency !== letter.agency) throw new Alarm('it is not the agency of your invitation')
  const { kept, device } = await makeDevice(vault)
  const account = freshID()
  const recovery = RecoveryCode.fresh()
  const made = await accountGenesis(account, { agency: letter.agency, time: BigInt(now()) }, device, await recovery.keys(), (b) => letter.code.mac(b))
  const locator = hashOf(letter.code.locator())
  const body = wire.encodeEnroll({
    locator, password, genesis: { link: made.link.link, sig: made.link.sig }, boxes: made.boxes.map((b) => ({ kind: b.kind, id: b.id, gen: b.gen, sealed: b.sealed })),
    recovery: recoveryLetter(recovery, letter),
  })
  const out = await requests.call({ method: 'POST', path: '/v1/enroll', body }, wire.decodeEnrolled)
  return {
    identity: { name: letter.name, agency: letter.agency, account, device: kept.id, root: letter.root.text, logKey: about.log_key },
    kept, shown: { otpauth: out.otpauth, recovery: recovery.text(), locator }, secret: made.secret,
  }
}

/** A new device that waits for an old one of its person. */
export class Pairing {
  readonly #requests: Requests
  readonly #code: PairCode
  readonly #kept: KeptDevice
  readonly #device: Device
  readonly #name: string

  private constructor(requests: Requests, code: PairCode, kept: KeptDevice, device: Device, name: string) {
    this.#requests = requests
    this.#code = code
    this.#kept = kept
    this.#device = device
    this.#name = name
  }

  /** Makes this device and leaves its public keys for the old one to find under a code. */
  static async begin(requests: Requests, vault: BrowserVault, name: string): Promise<Pairing> {
    const { kept, device } = await makeDevice(vault)
    const code = PairCode.fresh()
    const keys = deviceKeys.encode(publicOf(device))
    const body = wire.encodePairOffer({ locator: hashOf(code.locator()), name, device: keys, mac: hashOf(code.macNew(name, keys)) })
    requests.proveWith(device.session)
    await requests.tell({ method: 'POST', path: '/v1/pairings', body })
    return new Pairing(requests, code, kept, device, name)
  }

  get code(): string {
    return this.#code.text()
  }

  /** Asks once whether the old device has said yes; undefined: not yet. */
  async collect(): Promise<{ identity: Identity; kept: KeptDevice } | 'refused' | undefined> {
    const locator = hashOf(this.#code.locator())
    const a = await this.#requests.call({ method: 'POST', path: '/v1/pairings/answer', body: wire.encodePairAsk({ locator }) }, wire.decodePairAnswer)
    if (a.refused) return 'refused'
    const link = a.link as Bytes
    const said = a.welcome as Bytes
    if (link.length === 0) return undefined
    if (!equalSecrets(this.#code.macOld(said, link), hashBytes(a.mac as Hash))) throw refusedFor('invitation')
    const w = welcome.decode(said)
    checkAdd(this.#device, w.account, w.agency, link)
    const body = wire.encodePairAccept({ locator, countersig: await countersign(this.#device, link) })
    await this.#requests.tell({ method: 'POST', path: '/v1/pairings/accept', body })
    const genesis: Hash = w.genesis
    return {
      kept: this.#kept,
      identity: { name: this.#name, agency: w.agency, account: w.account, device: this.#kept.id, root: Verify.from(w.root).text, logKey: w.logKey, genesis },
    }
  }
}

