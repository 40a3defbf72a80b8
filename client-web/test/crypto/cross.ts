// One engine's half of the meeting with Go: judges what Go has made, makes files
// for Go, and tries what differs from engine to engine. It runs in Node and in
// browsers, from one bundle.

import { Agency } from '../../src/crypto/chain/agency.ts'
import { agencyGenesisBody, credentialLinkBody, issuerBody } from '../../src/crypto/envelope/agency.ts'
import { equal, nobody, toHash, toID, utf8 } from '../../src/crypto/envelope/bytes.ts'
import type { Logged } from '../../src/crypto/envelope/link.ts'
import { Box, BoxPublic, freshKeptBox } from '../../src/crypto/key/box.ts'
import { hasNativeMLKEM, nativeMLKEM, scriptMLKEM } from '../../src/crypto/key/mlkem.ts'
import { random } from '../../src/crypto/key/random.ts'
import { Signing } from '../../src/crypto/key/sign.ts'
import { deviceOf, freshDevice, type KeptDevice } from '../../src/crypto/seal/device.ts'
import { agencyLink } from '../../src/crypto/seal/links.ts'
import { judgeAll } from './judge.ts'
import { makeAll } from './make.ts'
import { checkEd25519, checkHPKE, checkXWing, type Official } from './official.ts'

export interface Report {
  wrong: string[]
  notes: string[]
  made: Record<string, string>
}

export async function cross(files: Record<string, string>, official: Official): Promise<Report> {
  const notes = [`ML-KEM ${hasNativeMLKEM() ? 'of the platform' : 'in JavaScript'}`, `${Object.keys(files).length} files of Go judged`]
  const kems = hasNativeMLKEM() ? [nativeMLKEM, scriptMLKEM] : [scriptMLKEM]
  const wrong = [...(await judgeAll(new Map(Object.entries(files)))), ...(await checkEd25519(official)), ...(await kept(notes))]
  for (const kem of kems) {
    wrong.push(...(await checkXWing(official, kem)), ...(await checkHPKE(official, kem)).wrong)
    for (const other of kems) {
      const box = await Box.fromSeed(random(32), kem)
      const secret = random(32)
      const opened = await box.open(utf8('info'), await BoxPublic.from(box.public.bytes).seal(utf8('info'), secret, other))
      if (!equal(opened, secret)) wrong.push('two ML-KEMs do not fit together')
    }
  }
  notes.push(await speed())
  const made = await makeAll()
  wrong.push(...(await judgeAll(made)))
  return { wrong, notes, made: Object.fromEntries(made) }
}

/** A device's keys in both forms, stored and read back where the engine has a store. */
async function kept(notes: string[]): Promise<string[]> {
  const wrong: string[] = []
  for (const form of hasNativeMLKEM() ? (['keys', 'seed'] as const) : (['seed'] as const)) {
    const made = await freshDevice(toID(random(16)), form)
    const device = deviceOf(typeof indexedDB === 'undefined' ? made : await stored(made))
    const secret = random(32)
    const opened = await device.box.open(utf8('info'), await device.box.public.seal(utf8('info'), secret))
    const sig = await device.sign.sign('access', secret)
    await device.sign.public.check('access', secret, sig)
    if (!equal(opened, secret)) wrong.push(`a stored key of the form ${form} does not open`)
    notes.push(`device keys of the form ${form}${typeof indexedDB === 'undefined' ? '' : ', stored and read back'}`)
  }
  return wrong
}

/** Writes to IndexedDB, closes it, and reads back. */
async function stored(device: KeptDevice): Promise<KeptDevice> {
  const wait = <T>(r: IDBRequest<T>) => new Promise<T>((done, fail) => {
    r.onsuccess = () => done(r.result)
    r.onerror = () => fail(r.error)
  })
  const open = () => {
    const r = indexedDB.open('cross', 1)
    r.onupgradeneeded = () => r.result.createObjectStore('devices')
    return wait(r)
  }
  const first = await open()
  const writing = first.transaction('devices', 'readwrite')
  await wait(writing.objectStore('devices').put(device, 'me'))
  first.close()
  const second = await open()
  const back = await wait(second.transaction('devices').objectStore('devices').get('me') as IDBRequest<KeptDevice>)
  second.close()
  return back
}

/** How long a long chain takes to verify, and a box to open. */
async function speed(): Promise<string> {
  const [root, issuer] = await Promise.all([Signing.fresh(), Signing.fresh()])
  const [id, issuerID] = [toID(random(16)), toID(random(16))]
  let a = new Agency(id)
  const log: Logged[] = []
  const add = async (type: 'agency/genesis' | 'agency/issuer' | 'agency/credential', by: Signing, signer: typeof id, body: Uint8Array<ArrayBuffer>) => {
    log.push({ ...(await agencyLink(a.at, type, 1000n, signer, by, body)), leaf: BigInt(log.length) })
    a = await a.apply(log.at(-1) as Logged)
  }
  await add('agency/genesis', root, nobody, agencyGenesisBody.encode({ root: root.public.bytes, name: 'long' }))
  await add('agency/issuer', root, nobody, issuerBody.encode({ id: issuerID, key: issuer.public.bytes, notBefore: 0n, notAfter: 9000n }))
  while (log.length < 1000) {
    const body = credentialLinkBody.encode({ serial: toID(random(16)), account: toID(random(16)), digest: toHash(random(32)) })
    await add('agency/credential', issuer, issuerID, body)
  }
  const start = performance.now()
  await new Agency(id).replay(log)
  const replayed = performance.now() - start
  const box = Box.fromKept(await freshKeptBox())
  const sealed = await box.public.seal(utf8('info'), random(32))
  const before = performance.now()
  for (let i = 0; i < 20; i++) await box.open(utf8('info'), sealed)
  return `1000 links verified in ${Math.round(replayed)} ms, a box opened in ${((performance.now() - before) / 20).toFixed(1)} ms`
}
