import { beforeEach, describe, expect, it } from 'vitest'
import { findRecoveryLetter, recoveryLetter } from '../../src/core/letters.ts'
import { signedLink } from '../../src/core/log.ts'
import { Alarm, isCode, refusedFor } from '../../src/core/problem.ts'
import { bringBack, forgetRecovered, recovered } from '../../src/core/recover.ts'
import { Requests } from '../../src/core/requests.ts'
import { freshID } from '../../src/core/id.ts'
import { appendLink } from '../../src/core/statements.ts'
import { holdAll, owesRotation } from '../../src/core/upkeep.ts'
import { Book } from '../../src/crypto/chain/book.ts'
import { newest, sum, toHash, type Bytes, type ID } from '../../src/crypto/envelope/bytes.ts'
import { letter } from '../../src/crypto/envelope/pair.ts'
import { random } from '../../src/crypto/key/random.ts'
import { Signing } from '../../src/crypto/key/sign.ts'
import { deviceOf, freshDevice, type Device } from '../../src/crypto/seal/device.ts'
import { reader, type SealedBox } from '../../src/crypto/seal/keys.ts'
import { accountGenesis, accountRotate, deviceAdd, type Made, type MadeSecret } from '../../src/crypto/seal/links.ts'
import { officersLink, officersPair } from '../../src/crypto/seal/officers.ts'
import { Secret } from '../../src/crypto/seal/secret.ts'
import { RecoveryCode } from '../../src/crypto/vault/code.ts'
import * as wire from '../../src/wire/gen.ts'
import { MemoryVault } from './memory.ts'

const agency = freshID()
const time = 1_795_000_000_000n
const at = { agency, time }

async function device(): Promise<Device> {
  return deviceOf(await freshDevice(freshID(), 'seed'))
}

/** An account as a service holds it. */
class Kept {
  readonly id = freshID()
  readonly book = new Book(agency)
  readonly code = RecoveryCode.fresh()
  readonly links: wire.Logged[] = []
  secret = Secret.fresh()

  async take(m: Made | MadeSecret): Promise<void> {
    const { link, boxes = [] } = appendLink(m.link, m.boxes)
    this.links.push({ link, leaf: this.links.length, proof: [], boxes: boxes.filter((b: { kind: SealedBox['kind'] }) => b.kind === 'rec') })
    await this.book.apply({ ...m.link, leaf: BigInt(this.links.length - 1) })
    if ('secret' in m) this.secret = m.secret
  }

  get account() {
    return this.book.account(this.id)
  }

  answer(): wire.Recovery {
    return { account: this.id, agency, log_key: 'log', links: this.links, grant: 'grant' }
  }
}

describe('coming back with a recovery code', () => {
  let kept: Kept
  let first: Device
  const said = { agency, name: 'nina', root: undefined as unknown as Signing['public'] }

  beforeEach(async () => {
    said.root = (await Signing.fresh()).public
    kept = new Kept()
    first = await device()
    await kept.take(await accountGenesis(kept.id, at, first, await kept.code.keys(), () => new Uint8Array(32)))
    const maker = { acct: kept.id, dev: first.id, sign: first.sign }
    await kept.take(await deviceAdd(kept.account, at, maker, kept.secret, await device()))
    await kept.take(await accountRotate(kept.account, at, maker, kept.secret))
  })

  it('adds this device, removes every other and replaces the code; the chain takes it', async () => {
    const here = await device()
    const back = await bringBack(kept.answer(), said, kept.code, here, time)
    expect(back.links).toHaveLength(3)
    for (const x of back.links) await kept.book.apply({ ...signedLink(x.link), leaf: BigInt(100 + back.links.indexOf(x)) })
    expect(kept.account.devices().map((d) => [d.device === here.id, d.revoked])).toEqual([[false, true], [false, true], [true, false]])
    const { sign, box } = await back.code.keys()
    expect(kept.account.recoveryIs(sign.public.bytes, box.public.hash)).toBe(true)
    expect(kept.account.spent).toBe(false)
    const beside = back.links.at(-1)?.recovery
    expect(beside?.locator).toBe(sum(back.code.locator()))
    expect(beside?.mac).toBe(toHash(back.code.mac(beside?.letter as Bytes)))
    expect(letter.decode(beside?.letter as Bytes)).toMatchObject({ agency, name: 'nina' })
    expect(back.links.slice(0, 2).every((x) => x.recovery === undefined)).toBe(true)
  })

  it('refuses another code, another agency, and a chain that was changed', async () => {
    const here = await device()
    const again = (answer: wire.Recovery, code = kept.code) => bringBack(answer, said, code, here, time).then(() => undefined, (error: unknown) => error)
    expect(await again(kept.answer())).toBeUndefined() // the control
    expect(isCode(await again(kept.answer(), RecoveryCode.fresh()), 'recovery_code')).toBe(true)
    expect(await again({ ...kept.answer(), agency: freshID() })).toBeInstanceOf(Alarm)
    expect(await again({ ...kept.answer(), account: freshID() })).toBeInstanceOf(Alarm)
    expect(await again({ ...kept.answer(), links: kept.links.toSpliced(1, 1) })).toBeInstanceOf(Alarm)
    expect(await again({ ...kept.answer(), links: kept.links.map((l) => ({ ...l, boxes: [] })) })).toBeInstanceOf(Alarm)
  })

  it('believes a letter only under its own code', async () => {
    const code = RecoveryCode.fresh()
    const left = recoveryLetter(code, said)
    const service = (mac: string) => {
      const r = new Requests('', () => 0)
      r.call = async (_, decode) => decode(JSON.stringify({ letter: btoa(String.fromCharCode(...left.letter)), mac }))
      return r
    }
    expect(await findRecoveryLetter(service(left.mac), code)).toMatchObject({ agency, name: 'nina' })
    await expect(findRecoveryLetter(service(left.mac), RecoveryCode.fresh())).rejects.toBeInstanceOf(Alarm)
    await expect(findRecoveryLetter(service('0'.repeat(64)), code)).rejects.toBeInstanceOf(Alarm)
  })

  it('keeps the new code until it is put away, and asks whether it was taken where nobody heard', async () => {
    const vault = new MemoryVault()
    const code = RecoveryCode.fresh()
    let there = false
    const service = new Requests('', () => 0)
    service.call = async (_, decode) => {
      if (!there) throw refusedFor('recovery_code')
      const left = recoveryLetter(code, said)
      return decode(JSON.stringify({ letter: btoa(String.fromCharCode(...left.letter)), mac: left.mac }))
    }
    expect(await recovered(service, vault)).toBeUndefined()
    await vault.save('recovered', { recovery: code.text(), name: 'nina', sure: false })
    expect(await recovered(service, vault)).toBe('unsure')
    there = true
    expect(await recovered(service, vault)).toEqual({ recovery: code.text(), name: 'nina' })
    there = false // it is sure now and asks nobody
    expect(await recovered(service, vault)).toEqual({ recovery: code.text(), name: 'nina' })
    await forgetRecovered(vault)
    expect(await recovered(service, vault)).toBeUndefined()
  })

  it('owes a new account key after a second officers pair, and not after the first', async () => {
    const maker = { acct: kept.id, dev: first.id, sign: first.sign }
    const bind = async () => kept.take(await officersLink(kept.account, at, maker, kept.secret, await officersPair(Secret.fresh()), sum(random(32)), [freshID(), freshID()]))
    const owed = () => owesRotation(kept.links.map((l) => signedLink(l.link)))
    expect(owed()).toBe(false)
    await bind()
    expect(owed()).toBe(false)
    await bind()
    expect(owed()).toBe(true)
    await kept.take(await accountRotate(kept.account, at, maker, kept.secret))
    expect(owed()).toBe(false)
    expect(kept.account.generation(newest)?.gen).toBe(3)
  })

  it('tells whether exactly these officers hold a share under their present keys', async () => {
    const to = async (id: ID, gen: number) => reader('acct', id, gen, (await Secret.fresh().box()).public.bytes)
    const [a, b] = [await to(freshID(), 1), await to(freshID(), 2)]
    const held = (t: typeof a) => ({ officer: t.id, gen: t.gen, pk: t.pk, box: new Uint8Array(), sealed: new Uint8Array() })
    expect(holdAll([held(b), held(a)], [a, b])).toBe(true)
    expect(holdAll([held(a)], [a, b])).toBe(false)
    expect(holdAll([held(a), held(b)], [a])).toBe(false)
    expect(holdAll([held(a), { ...held(b), gen: 1 }], [a, b])).toBe(false)
    expect(holdAll([held(a), { ...held(b), pk: a.pk }], [a, b])).toBe(false)
  })
})
