// Coming back into an account from a browser that knows nothing of it: with the
// recovery code, the password and six digits. Every other device is removed and
// the recovery code replaced: what was lost may be in somebody's hands.

import type { Account } from '../crypto/chain/account.ts'
import { Book } from '../crypto/chain/book.ts'
import { deviceKeys } from '../crypto/envelope/account.ts'
import { newest, nobody, sum, type Hash, type ID } from '../crypto/envelope/bytes.ts'
import { decodeLink, linkHash, type Logged } from '../crypto/envelope/link.ts'
import { reasonOf } from '../crypto/envelope/refusal.ts'
import type { Box } from '../crypto/key/box.ts'
import { deviceOf, publicOf, type Device, type KeptDevice } from '../crypto/seal/device.ts'
import { openKeys, type Maker } from '../crypto/seal/keys.ts'
import { deviceAdd, deviceRevoke, recoveryReplace, type LinkAt, type Made, type MadeSecret, type Pair } from '../crypto/seal/links.ts'
import type { Secret } from '../crypto/seal/secret.ts'
import { RecoveryCode } from '../crypto/vault/code.ts'
import * as wire from '../wire/gen.ts'
import { findRecoveryLetter, recoveryLetter, type Said } from './letters.ts'
import { ownBoxes, signedLink, type Remembered } from './log.ts'
import { keepMade } from './own.ts'
import { meRecord, type Identity } from './person.ts'
import { Alarm, alarming, isCode, Offline, refusedFor } from './problem.ts'
import type { Requests } from './requests.ts'
import { statements } from './secrets.ts'
import { makeDevice } from './setup.ts'
import { appendLink } from './statements.ts'
import type { BrowserVault, Vault } from './vault.ts'

const keptRecord = 'recovered'

/** The new recovery code, kept until its person has said that they have it. */
interface Kept {
  recovery: string
  name: string
  /** The service was heard to take it. */
  sure: boolean
}

/** What the screens are told of it. */
export type Shown = Pick<Kept, 'recovery' | 'name'>

/** What a person types. */
export interface Typed {
  recovery: string
  password: string
  code: string
}

/** The statements that bring an account back, and the code that is in force after them. */
export interface Back {
  links: wire.AppendLink[]
  made: Hash[]
  code: RecoveryCode
}

/** A browser that has come back, and the error where nobody heard whether the service took it. */
export interface Recovered {
  shown: Shown
  identity: Identity
  kept: KeptDevice
  lost?: unknown
}

/**
 * Brings this browser into an account. What must not be lost is kept before the
 * service hears of it, so that an answer that is lost on the way loses nothing;
 * it is forgotten if the service refuses. own are the keys of a try before, of
 * which nobody heard whether it arrived.
 */
export async function recover(requests: Requests, vault: BrowserVault, now: () => number, typed: Typed, own: KeptDevice | undefined): Promise<Recovered> {
  const code = RecoveryCode.read(typed.recovery)
  const said = await findRecoveryLetter(requests, code)
  const { kept, device } = own === undefined ? await makeDevice(vault) : { kept: own, device: deviceOf(own) }
  const ask = wire.encodeRecover({ name: said.name, password: typed.password, code: typed.code, device: deviceKeys.encode(publicOf(device)) })
  const answer = await requests.call({ method: 'POST', path: '/v1/recovery', body: ask }, wire.decodeRecovery)
  const back = await bringBack(answer, said, code, device, BigInt(now()))
  const shown = { recovery: back.code.text(), name: said.name }
  const identity: Identity = {
    name: said.name, agency: said.agency, account: answer.account as ID, device: kept.id, root: said.root.text, logKey: answer.log_key,
  }
  await vault.save(keptRecord, { ...shown, sure: false } satisfies Kept)
  await keepMade(vault, back.made)
  await vault.save(meRecord, identity)
  try {
    await requests.tell({ method: 'POST', path: '/v1/recovery/finish', body: wire.encodeFinishRecovery({ grant: answer.grant, links: back.links }) })
  } catch (error) {
    // A browser may send a request twice by itself: what was refused may have been taken the first time.
    const arrived = await inForce(requests, back.code)
    const unheard = error instanceof Offline || isCode(error, 'unknown_outcome')
    if (arrived === undefined || (!arrived && unheard)) return { shown, identity, kept, lost: error }
    if (!arrived) {
      for (const name of [keptRecord, meRecord]) await vault.delete(name)
      throw error
    }
  }
  await vault.save(keptRecord, { ...shown, sure: true } satisfies Kept)
  return { shown, identity, kept }
}

/** The code that was made here and not yet put away; 'unsure': the service was asked for it, and nobody heard whether it took it. */
export async function recovered(requests: Requests, vault: Vault): Promise<Shown | 'unsure' | undefined> {
  const kept = await vault.load<Kept>(keptRecord)
  if (kept === undefined) return undefined
  const { recovery, name } = kept
  if (kept.sure) return { recovery, name }
  if ((await inForce(requests, RecoveryCode.read(recovery))) !== true) return 'unsure'
  await vault.save(keptRecord, { ...kept, sure: true } satisfies Kept)
  return { recovery, name }
}

/** Whether a code is in force: its letter is there if and only if it is. Undefined: nobody answers. */
async function inForce(requests: Requests, code: RecoveryCode): Promise<boolean | undefined> {
  try {
    await findRecoveryLetter(requests, code)
    return true
  } catch (error) {
    if (isCode(error, 'recovery_code')) return false
    if (error instanceof Alarm) throw error
    return undefined
  }
}

/** Its person has the code. */
export async function forgetRecovered(vault: Vault): Promise<void> {
  await vault.delete(keptRecord)
}

/**
 * Reads an account from what the service shows, proves it by the recovery code,
 * and makes the statements. That it is this person's is proved later, by the
 * agency's credential in the key log.
 */
export async function bringBack(answer: wire.Recovery, said: Said, code: RecoveryCode, device: Device, time: bigint): Promise<Back> {
  if (answer.agency !== said.agency) throw new Alarm('it is not the agency of your letter')
  const pair = await code.keys()
  const id = answer.account as ID
  const { account, current } = await readBack(answer, said.agency, id, pair)
  return makeBack(account, { agency: said.agency, time }, pair, current, device, said)
}

async function readBack(answer: wire.Recovery, agency: ID, id: ID, pair: Pair): Promise<{ account: Account; current: Secret }> {
  const mem: Remembered = { kind: 'account', links: [], boxes: [], creds: [] }
  const account = await alarming(async () => {
    for (const x of answer.links) {
      const link: Logged = { ...signedLink(x.link), leaf: BigInt(x.leaf) }
      mem.links.push(link)
      mem.boxes.push(...ownBoxes(decodeLink(link.link), x.boxes ?? []))
    }
    const book = new Book(agency)
    await book.replay({ accounts: mem.links })
    return book.account(id)
  })
  if (!account.recoveryIs(pair.sign.public.bytes, pair.box.public.hash)) throw refusedFor('recovery_code')
  const current = await openCurrent(account, mem, pair.box)
  if (current === undefined) throw new Alarm('the account has no key for its own recovery code')
  return { account, current }
}

/** The account's key in force. Every generation is sealed to the recovery key of its time. */
async function openCurrent(account: Account, mem: Remembered, key: Box): Promise<Secret | undefined> {
  const g = account.generation(newest)
  const { byBox } = statements(mem, 'puk')
  for (const b of mem.boxes) {
    const k = byBox.get(sum(b.sealed))
    if (k === undefined || b.kind !== 'rec' || b.gen !== g?.gen) continue
    try {
      const s = await openKeys(k, 'rec', account.id, key, b.sealed)
      await s.fits(g.pk)
      return s
    } catch (error) {
      if (reasonOf(error) === 'not-for-me') continue // sealed to the pair before
      throw new Alarm("the account's key does not open")
    }
  }
  return undefined
}

/** Adds this device by the recovery key; then, by this device, removes every other and replaces the code. */
async function makeBack(before: Account, at: LinkAt, pair: Pair, secret: Secret, device: Device, said: Said): Promise<Back> {
  const back: Back = { links: [], made: [], code: RecoveryCode.fresh() }
  let account = before
  let current = secret
  const take = async (m: Made | MadeSecret, beside: Partial<wire.AppendLink> = {}) => {
    account = await account.apply({ ...m.link, leaf: account.at.leaf + 1n })
    if ('secret' in m) current = m.secret
    back.links.push({ ...appendLink(m.link, m.boxes), ...beside })
    back.made.push(linkHash(m.link))
  }
  const byCode: Maker = { acct: account.id, dev: nobody, sign: pair.sign }
  const byDevice: Maker = { acct: account.id, dev: device.id, sign: device.sign }
  await take(await deviceAdd(account, at, byCode, current, device))
  const others = account.devices().filter((d) => !d.revoked && d.device !== device.id).map((d) => d.device)
  if (others.length > 0) await take(await deviceRevoke(account, at, byDevice, current, others))
  await take(await recoveryReplace(account, at, byDevice, current, await back.code.keys()), { recovery: recoveryLetter(back.code, said) })
  return back
}
