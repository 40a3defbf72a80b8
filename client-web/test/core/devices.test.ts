// When devices came and went, as the account's chain tells it.

import { beforeEach, describe, expect, it } from 'vitest'
import { freshID } from '../../src/core/id.ts'
import { Book } from '../../src/crypto/chain/book.ts'
import { reasonOf } from '../../src/crypto/envelope/refusal.ts'
import { deviceOf, freshDevice, type Device } from '../../src/crypto/seal/device.ts'
import { accountGenesis, deviceAdd, deviceRevoke, type Made } from '../../src/crypto/seal/links.ts'
import { Secret } from '../../src/crypto/seal/secret.ts'
import { RecoveryCode } from '../../src/crypto/vault/code.ts'

const agency = freshID()
const began = 1_795_000_000_000n
const day = 86_400_000n

async function device(): Promise<Device> {
  return deviceOf(await freshDevice(freshID(), 'seed'))
}

describe('the devices of an account', () => {
  const id = freshID()
  let book: Book
  let first: Device
  let second: Device
  let leaf = 0n
  const take = (m: Made) => book.apply({ ...m.link, leaf: leaf++ })
  const told = () => book.account(id).devices().map((d) => [d.device, d.boundAt, d.revoked, d.unboundAt])

  beforeEach(async () => {
    book = new Book(agency)
    leaf = 0n
    first = await device()
    second = await device()
    const begin = await accountGenesis(id, { agency, time: began }, first, await RecoveryCode.fresh().keys(), () => new Uint8Array(32))
    await take(begin)
    const maker = { acct: id, dev: first.id, sign: first.sign }
    await take(await deviceAdd(book.account(id), { agency, time: began + day }, maker, begin.secret, second))
    expect(told()).toEqual([[first.id, began, false, 0n], [second.id, began + day, false, 0n]])
    await take(await deviceRevoke(book.account(id), { agency, time: began + 3n * day }, maker, begin.secret, [second.id]))
  })

  it('came with the link that bound them and went with the one that unbound them', () => {
    expect(told()).toEqual([[first.id, began, false, 0n], [second.id, began + day, true, began + 3n * day]])
  })

  it('keep their times over links that do not concern them, and a state that was left does not change', async () => {
    const before = book.account(id)
    const third = await device()
    const all = before.devices()
    expect(all).toHaveLength(2)
    await expect(take(await deviceAdd(before, { agency, time: began + 4n * day }, { acct: id, dev: second.id, sign: second.sign }, Secret.fresh(), third))).rejects.toSatisfy((e) => reasonOf(e) === 'revoked')
    expect(before.devices()).toEqual(all)
  })
})
