// What the vectors do not say: that the judges can fail, that everything made
// here is accepted here, and what this implementation promises beyond Go's.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openFile } from '../src/crypto/chunk/open.ts'
import { sealFile } from '../src/crypto/chunk/seal.ts'
import { Book } from '../src/crypto/chain/book.ts'
import { checkSignature } from '../src/crypto/chain/log.ts'
import { Thread } from '../src/crypto/chain/thread.ts'
import { concat, idBytes, nobody, toBytes, toID, type ID } from '../src/crypto/envelope/bytes.ts'
import { decodeHead } from '../src/crypto/envelope/entry.ts'
import { padme } from '../src/crypto/envelope/pad.ts'
import { random } from '../src/crypto/key/random.ts'
import { deviceOf, freshDevice } from '../src/crypto/seal/device.ts'
import { Secret } from '../src/crypto/seal/secret.ts'
import { combine, split } from '../src/crypto/vault/shares.ts'
import { RecoveryCode } from '../src/crypto/vault/code.ts'
import { decodeBox, decodeEntry } from '../src/wire/gen.ts'
import { File, text, word } from './crypto/file.ts'
import { judgeAll, stateOf, verdict } from './crypto/judge.ts'
import { makeAll } from './crypto/make.ts'
import { loadWorld } from './crypto/world.ts'

const folder = new URL('../../crypto/vectors/testdata/', import.meta.url)
const all = new Map(
  readdirSync(folder).filter((name) => name.endsWith('.txt')).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
)

/** The same file with one bit of the last word of a field changed. */
function spoiled(name: string, field: string): File {
  const f = new File(all.get(name) ?? '')
  const words = f.text(field).split(' ')
  const b = word(words.at(-1) === '-' ? (words.at(-2) ?? '') : (words.at(-1) ?? '')).slice()
  b[b.length >> 1] = (b[b.length >> 1] ?? 0) ^ 1
  const at = words.at(-1) === '-' ? words.length - 2 : words.length - 1
  f.set(field, words.map((w, i) => (i === at ? text(b) : w)).join(' '))
  return f
}

describe('negative controls', () => {
  it.each([
    ['thread-claim.txt', 'last', 'signature'],
    ['account-rotate.txt', 'last', 'signature'],
    ['message-long.txt', 'body', 'box'],
    ['box-lead.txt', 'box', 'box'],
    ['checkpoint-good.txt', 'note', 'log-signature'],
    ['inclusion-good.txt', 'leaf', 'inclusion'],
    ['consistency-good.txt', 'to-root', 'fork'],
    ['record-good.txt', 'sealed', 'record'],
    ['share-good.txt', 'sealed', 'not-opened'],
    ['step-up-good.txt', 'public', 'step-up'],
    ['published-good.txt', 'pk', 'published'],
    ['history-good.txt', 'secret', 'not-opened'],
  ])('%s with one bit of %s changed is refused as %s', async (name, field, reason) => {
    const good = new File(all.get(name) ?? '')
    if (good.expect === 'ok') expect(await verdict(good, all)).toBe('ok')
    expect(await verdict(spoiled(name, field), all)).toBe(reason)
  })

  it('a case whose expectation is turned round is found', async () => {
    const turned = new Map([
      ['world.txt', all.get('world.txt') ?? ''],
      ['good.txt', (all.get('thread-claim.txt') ?? '').replace('expect: ok', 'expect: state')],
      ['bad.txt', (all.get('thread-roster.txt') ?? '').replace('expect: roster', 'expect: ok')],
    ])
    expect(await judgeAll(turned)).toHaveLength(2)
  })

  it('a computed value that differs is no refusal', async () => {
    const f = new File((all.get('recovery-good.txt') ?? '').replace(/^sign: ./m, 'sign: z'))
    await expect(verdict(f, all)).rejects.toThrow('sign')
  })
})

describe('what is made here', () => {
  it('is accepted and opened here', async () => {
    const made = await makeAll()
    expect(made.size).toBeGreaterThan(60)
    expect(await judgeAll(made)).toEqual([])
  })

  it('shows no secret when it is printed or written as JSON', async () => {
    const secret = Secret.fresh()
    const shown = text(secret.bytes())
    const code = RecoveryCode.fresh()
    expect(JSON.stringify([secret, code])).toBe('[{},{}]')
    expect(String(secret)).not.toContain(shown)
    const kept = await freshDevice(toID(random(16)))
    expect(kept.sign.private.extractable).toBe(false)
    expect(kept.session.private.extractable).toBe(false)
    if (kept.box.form === 'seed') expect(kept.box.wrap.extractable).toBe(false)
    expect(deviceOf(structuredClone(kept)).box.public.hash).toBe(deviceOf(kept).box.public.hash)
  })
})

describe('files', () => {
  it('are sealed from a Blob piece by piece, and opened before the end is read', async () => {
    const [key, thread, file] = [random(32), toID(random(16)), toID(random(16))]
    const size = 5 * 65536 + 17
    const plain = random(65536)
    const source = new Blob([plain, plain, plain, plain, plain, random(17)])
    const pieces: Uint8Array<ArrayBuffer>[] = []
    for await (const p of sealFile(key, thread, file, source)) {
      expect(p.length).toBeLessThanOrEqual(65536 + 28)
      pieces.push(p)
    }
    const opened = await openFile(key, thread, file, new Blob(pieces))
    expect(opened.size).toBe(size)
    const first = await opened.pieces().next()
    expect(first.value?.length).toBe(65536 - 8)
    const back: Uint8Array[] = []
    for await (const p of opened.pieces()) back.push(p)
    expect(concat(...back)).toEqual(new Uint8Array(await source.arrayBuffer()))
    const last = concat(...pieces.slice(0, -1))
    const cut = await openFile(key, thread, file, new Blob([last]))
    const drain = async () => {
      for await (const _ of cut.pieces());
    }
    await expect(drain()).rejects.toMatchObject({ reason: 'file-truncated' })
  })
})

describe('small rules', () => {
  it('Padmé never shrinks and costs at most 12 %', () => {
    for (let n = 512; n < 2 ** 36; n = Math.floor(n * 1.37) + 1) {
      expect(padme(n)).toBeGreaterThanOrEqual(n)
      expect(padme(n)).toBeLessThan(n * 1.12)
      expect(padme(padme(n))).toBe(padme(n))
    }
  })

  it('any k shares give the secret back, fewer do not', () => {
    const secret = random(40)
    const shares = split(secret, 5, 3)
    expect(combine([0, 2, 4].map((i) => shares[i] ?? secret))).toEqual(secret)
    expect(combine(shares)).toEqual(secret)
    expect(combine(shares.slice(0, 2))).not.toEqual(secret)
  })

  it('a batch that is refused leaves the book as it was', async () => {
    const world = new File(all.get('world.txt') ?? '')
    const agency = world.id('agency')
    const links = world.links('link')
    const book = new Book(agency)
    const bad = links.slice(0, 3).map((l, i) => (i === 2 ? { ...l, sig: l.sig.map((c) => c ^ 1) } : l))
    await expect(book.replay({ agency: bad })).rejects.toMatchObject({ reason: 'signature' })
    expect(book.agency.at.seq).toBe(0n)
    await Promise.all(links.slice(0, 3).map((l) => book.apply(l)))
    expect(book.agency.at.seq).toBe(3n)
    for (const l of links.slice(0, 1)) await expect(book.apply(l)).rejects.toMatchObject({ reason: 'order' })
  })

  it('entries whose signatures were checked ahead, all at once, lead to the same thread', async () => {
    const f = new File(all.get('thread-transfer.txt') ?? '')
    const world = await loadWorld(new File(all.get('world.txt') ?? ''))
    const entries = [...f.entries('entry'), ...f.entries('last')]
    const heads = entries.map((e) => decodeHead(e.head))
    await Promise.all(entries.map((e, i) => checkSignature(heads[i] ?? decodeHead(e.head), e, world)))
    let ahead = new Thread(f.id('thread'))
    let waited = ahead
    for (const [i, e] of entries.entries()) {
      ahead = ahead.advance(heads[i] ?? decodeHead(e.head), e, world)
      waited = (await waited.apply(e, world)).thread
    }
    expect(stateOf(ahead)).toBe(stateOf(waited))
    expect(ahead.head).toBe(waited.head)
  })

  it('an entry that a device signed and the rules refuse is passed over, and no other', async () => {
    const f = new File(all.get('thread-signer.txt') ?? '')
    const world = await loadWorld(new File(all.get('world.txt') ?? ''))
    let t = new Thread(f.id('thread'))
    for (const e of f.entries('entry')) {
      await expect(t.reject(e, world)).rejects.toMatchObject({ reason: 'state' })
      t = (await t.apply(e, world)).thread
    }
    for (const e of f.entries('last')) {
      const past = await t.reject(e, world)
      expect(past.next).toBe(t.next + 1n)
      expect(stateOf(past).split('\n').slice(1)).toEqual(stateOf(t).split('\n').slice(1))
      await expect(t.reject({ ...e, sig: e.sig.map((c) => c ^ 1) }, world)).rejects.toMatchObject({ reason: 'signature' })
    }
  })

  it('ids, hashes and bytes of the wire are those of the cryptography', () => {
    const entry = decodeEntry('{"head":"AQI=","sig":"Aw=="}')
    expect(toBytes(entry.head)).toEqual(Uint8Array.of(1, 2))
    const id: ID = decodeBox(`{"kind":"acct","id":"${'0f'.repeat(16)}","gen":1,"sealed":"AQ=="}`).id
    expect(toID(idBytes(id))).toBe(id)
  })

  it('an account that is not known is refused as unknown', () => {
    const book = new Book('00'.repeat(15).concat('01') as ID)
    expect(() => book.account(nobody)).toThrow('unknown')
  })
})
