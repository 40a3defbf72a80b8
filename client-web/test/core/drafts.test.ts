import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Access } from '../../src/core/access.ts'
import { Drafts, noteDraft } from '../../src/core/drafts.ts'
import { Offline, refusedFor } from '../../src/core/problem.ts'
import type { Secrets } from '../../src/core/secrets.ts'
import type { ID } from '../../src/crypto/envelope/bytes.ts'
import { Secret } from '../../src/crypto/seal/secret.ts'
import * as wire from '../../src/wire/gen.ts'
import { MemoryVault } from './memory.ts'

const thread = 'a'.repeat(32) as ID

/** A service that keeps drafts as the real one does. */
class Service {
  readonly kept = new Map<string, wire.Draft>()
  online = true
  call = async <T>(ask: { method: string; body?: string }, decode: (text: string) => T): Promise<T> => {
    if (!this.online) throw new Offline('cut')
    if (ask.method === 'GET') return decode(wire.encodeDraftList({ drafts: [...this.kept.values()] }))
    const d = wire.decodeDraft(ask.body ?? '')
    const name = `${d.thread}/${String(d.note ?? false)}`
    if (d.version <= (this.kept.get(name)?.version ?? 0)) throw refusedFor('conflict')
    this.kept.set(name, d)
    return decode('')
  }
}

describe('drafts on several devices', () => {
  let service: Service
  const secret = Secret.fresh()
  const vaults = new Map<Drafts, MemoryVault>()

  function device(secrets: Partial<Secrets> = {}, vault = new MemoryVault()): Drafts {
    const held = { account: new Map([[1, secret]]), numbered: () => ({ gen: 1, secret }), ...secrets } as unknown as Secrets
    const d = new Drafts(vault, service as unknown as Access, held, () => undefined)
    vaults.set(d, vault)
    return d
  }

  beforeEach(() => {
    vi.useFakeTimers()
    service = new Service()
  })
  afterEach(() => vi.useRealTimers())

  it('what was begun on one is on the other, and the service has no word of it', async () => {
    const [a, b] = [device(), device()]
    await a.keep(thread, 'begun here, larkspur')
    await a.keep(noteDraft(thread), 'a note')
    await a.meet()
    await b.meet()
    expect(b.of(thread)).toBe('begun here, larkspur')
    expect(b.of(noteDraft(thread))).toBe('a note')
    expect(JSON.stringify([...service.kept.values()].map((d) => Buffer.from(d.sealed ?? []).toString('latin1')))).not.toContain('larkspur')
  })

  it('what was sent on one is gone on the other', async () => {
    const [a, b] = [device(), device()]
    await a.keep(thread, 'to be sent')
    await a.meet()
    await b.meet()
    await b.keep(thread, '')
    await b.meet()
    await a.meet()
    expect(a.of(thread)).toBe('')
    await a.meet()
    expect(service.kept.get(`${thread}/false`)?.sealed).toBeUndefined()
  })

  it('what was begun on both without a connection is both on both', async () => {
    const [a, b] = [device(), device()]
    service.online = false
    await a.keep(thread, 'from the laptop')
    await b.keep(thread, 'from the phone')
    await expect(a.meet()).rejects.toThrow(Offline)
    service.online = true
    await a.meet()
    await b.meet()
    expect(b.of(thread)).toBe('from the laptop\n\nfrom the phone')
    await a.meet()
    expect(a.of(thread)).toBe('from the laptop\n\nfrom the phone')
  })

  it('a letter typed while it is given away is given next', async () => {
    const [a, b] = [device(), device()]
    await a.keep(thread, 'one')
    const giving = a.meet()
    await a.keep(thread, 'one two')
    await giving
    await vi.advanceTimersByTimeAsync(3500)
    await a.meet()
    await b.meet()
    expect(b.of(thread)).toBe('one two')
  })

  it('is there again after the device was opened anew, and still owed', async () => {
    const a = device()
    service.online = false
    await a.keep(thread, 'kept here')
    service.online = true
    const again = device({}, vaults.get(a))
    await again.restore()
    expect(again.of(thread)).toBe('kept here')
    await again.meet()
    expect(service.kept.size).toBe(1)
  })

  it('what a device cannot open changes nothing there', async () => {
    const [a, b] = [device(), device({ account: new Map() })]
    await a.keep(thread, 'not for you')
    await a.meet()
    await b.keep(thread, 'mine')
    await b.meet()
    expect(b.of(thread)).toBe('mine')
  })

  it('a draft of the service\u2019s own making is not believed', async () => {
    const a = device()
    service.kept.set(`${thread}/false`, { thread, gen: 1, version: 9, sealed: new Uint8Array(600).fill(1) })
    await a.meet()
    expect(a.of(thread)).toBe('')
  })
})
