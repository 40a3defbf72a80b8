// Makes fresh files for Go to judge: a world in which everything is signed and
// sealed by this implementation, with new randomness each time.

import { keysOf } from '../../src/crypto/chain/keys.ts'
import { Book } from '../../src/crypto/chain/book.ts'
import { Notes } from '../../src/crypto/chain/notes.ts'
import { Thread } from '../../src/crypto/chain/thread.ts'
import { sealFile } from '../../src/crypto/chunk/seal.ts'
import { agencyGenesisBody, credentialDigest, credentialLinkBody, credentialStatement, custodianBody, issuerBody, policyBody } from '../../src/crypto/envelope/agency.ts'
import { officersSigner } from '../../src/crypto/envelope/account.ts'
import { concat, empty, hex, newest, nobody, noHash, sum, toHash, toID, utf8, type Bytes, type ID } from '../../src/crypto/envelope/bytes.ts'
import { enc } from '../../src/crypto/envelope/enc.ts'
import { begins, headOf, startsEpoch, type Entry, type EntryType, type Head, type Place } from '../../src/crypto/envelope/entry.ts'
import { encodeKeys } from '../../src/crypto/envelope/keys.ts'
import { lineGenesisBody } from '../../src/crypto/envelope/line.ts'
import { decodeLink, linkHash, type AgencyLinkType, type SignedLink } from '../../src/crypto/envelope/link.ts'
import { Box } from '../../src/crypto/key/box.ts'
import { random } from '../../src/crypto/key/random.ts'
import { Session, Signing } from '../../src/crypto/key/sign.ts'
import { deviceOf, freshDevice, publicOf, type Device } from '../../src/crypto/seal/device.ts'
import { reader, type Maker, type SealedBox, type To } from '../../src/crypto/seal/keys.ts'
import * as links from '../../src/crypto/seal/links.ts'
import { sealEpoch, sealMessage, sealNote, signEntry } from '../../src/crypto/seal/message.ts'
import { officersLink, officersPair, sealShare } from '../../src/crypto/seal/officers.ts'
import { Secret } from '../../src/crypto/seal/secret.ts'
import { InviteCode, PairCode, RecoveryCode } from '../../src/crypto/vault/code.ts'
import { recordKey, sealRecord } from '../../src/crypto/vault/record.ts'
import { sealReply } from '../../src/crypto/vault/replies.ts'
import { splitBound } from '../../src/crypto/vault/shares.ts'
import { mistake, text } from './file.ts'
import { fileBytes, named, notesState, stateOf } from './judge.ts'

const now = 1_795_000_000_000n
const year = 365n * 24n * 3_600_000n

interface Person {
  id: ID
  device: Device
  boxSeed: Bytes
  recovery: links.Pair
  secrets: Secret[]
}

function maker(p: Person): Maker {
  return { acct: p.id, dev: p.device.id, sign: p.device.sign }
}

function fresh(): ID {
  return toID(random(16))
}

type Value = string | number | bigint | Uint8Array

/** Files being made, by name. */
class Files {
  readonly made = new Map<string, string>()

  add(name: string, expect: string, kind: string, fields: readonly (readonly [string, ...Value[]])[]): void {
    const lines = fields.map(([field, ...values]) => `${field}: ${values.map((v) => (v instanceof Uint8Array ? text(v) : String(v))).join(' ')}`)
    this.made.set(`${name}.txt`, [`expect: ${expect}`, `what: made in TypeScript`, `kind: ${kind}`, ...lines, ''].join('\n'))
  }
}

class World {
  readonly files: Files
  readonly agency = named('agency')
  readonly book = new Book(this.agency)
  readonly log: (readonly [string, ...Value[]])[] = []
  readonly credentials: (readonly [string, ...Value[]])[] = []
  readonly issuerID = fresh()
  readonly recordsID = fresh()
  readonly keys: { root: Signing; issuer: Signing; recordsSeed: Bytes }
  /** How much of the log is in world.txt. */
  base = 0
  private cases = 0

  private constructor(files: Files, keys: World['keys']) {
    this.files = files
    this.keys = keys
  }

  static async make(files: Files): Promise<World> {
    const [root, issuer] = await Promise.all([Signing.fresh(), Signing.fresh()])
    const recordsSeed = random(32)
    const records = await Box.fromSeed(recordsSeed)
    const w = new World(files, { root, issuer, recordsSeed })
    await w.agencyLink('agency/genesis', agencyGenesisBody.encode({ root: root.public.bytes, name: 'Made-up Exchange' }))
    await w.agencyLink('agency/issuer', issuerBody.encode({ id: w.issuerID, key: issuer.public.bytes, notBefore: now - year, notAfter: now + year }))
    await w.agencyLink('agency/custodian', custodianBody.encode({ id: w.recordsID, gen: 1, box: records.public.bytes, mode: 2 }))
    await w.agencyLink('agency/policy', policyBody.encode({
      minSuite: 1, minClient: 1, lineEscrow: true, logKey: 'none', witnesses: [], quorum: 0, stepUpKey: root.public.bytes,
    }))
    return w
  }

  get at(): links.LinkAt {
    return { agency: this.agency, time: now }
  }

  get size(): bigint {
    return BigInt(this.log.length)
  }

  /** Takes a link in; after the world is written, each is a case of its own. */
  async append(s: SignedLink): Promise<void> {
    const line = [this.log.length, s.link, s.sig, s.countersig] as const
    if (this.base > 0) {
      const fields = [['world', 'world.txt'], ...this.later(), ['last', ...line], ['hash', linkHash(s)]] as const
      const name = `chain-${this.cases++}-${decodeLink(s.link).type.replace('/', '-')}`
      this.files.add(name, 'ok', 'chain', fields)
      const sig = s.sig.slice()
      sig[5] = (sig[5] ?? 0) ^ 1
      this.files.add(`${name}-forged`, 'signature', 'chain', [...fields.slice(0, -2), ['last', this.log.length, s.link, sig, s.countersig]])
    }
    await this.book.apply({ ...s, leaf: this.size })
    this.log.push(['link', ...line])
  }

  /** The links that are not in world.txt. */
  later(): (readonly [string, ...Value[]])[] {
    return this.log.slice(this.base)
  }

  private async agencyLink(type: AgencyLinkType, body: Bytes): Promise<void> {
    const byIssuer = type === 'agency/credential'
    const { root, issuer } = this.keys
    await this.append(await links.agencyLink(this.book.agency.at, type, now, byIssuer ? this.issuerID : nobody, byIssuer ? issuer : root, body))
  }

  async person(role: string, line: ID): Promise<Person> {
    const boxSeed = random(32)
    const session = new Session((await Signing.fresh()).keep())
    const device = { id: fresh(), sign: await Signing.fresh(), box: await Box.fromSeed(boxSeed), session }
    const recovery = await RecoveryCode.fresh().keys()
    const invite = InviteCode.fresh()
    const id = fresh()
    const { link, secret, boxes } = await links.accountGenesis(id, this.at, device, recovery, (b) => invite.mac(b))
    const { without, mac } = links.genesisWithoutMAC(link.link)
    if (hex(invite.mac(without)) !== hex(mac)) mistake('the invitation is not proved')
    await this.append(link)
    const p = { id, device, boxSeed, recovery, secrets: [secret] }
    this.boxCase(`box-device-${id.slice(0, 6)}`, link, boxes, 'dev', device.id, boxSeed, secret)
    await this.certify(p, role, line)
    return p
  }

  private async certify(p: Person, role: string, line: ID): Promise<void> {
    const c = credentialStatement.encode({
      agency: this.agency, serial: fresh(), account: p.id, genesis: this.book.account(p.id).genesis, role, assisterID: 'A-0001', npn: '', adminID: '',
      organization: 'Made-up', displayName: 'Jérôme 例', lines: [line], notBefore: now - 1000n, notAfter: now + year, supersedes: empty(),
    })
    const sig = await this.keys.issuer.sign('credential', c)
    const { serial, account } = credentialStatement.decode(c)
    await this.agencyLink('agency/credential', credentialLinkBody.encode({ serial, account, digest: credentialDigest(c, sig) }))
    await this.book.addCredential({ credential: c, sig })
    this.credentials.push(['credential', c, sig])
  }

  async line(id: ID, lead: Person): Promise<{ line: Secret; lead: Secret }> {
    const body = lineGenesisBody.encode({ name: 'first', admins: [lead.id] })
    const start = { kind: 'line' as const, id, seq: 0n, hash: noHash }
    await this.append(await links.issuerLineLink(start, 'line/genesis', this.at, this.issuerID, this.keys.issuer, body))
    const made: Secret[] = []
    for (const purpose of ['line', 'lead'] as const) {
      const m = await links.lineRotate(this.book.line(id), purpose, this.at, maker(lead), undefined, [lead.id], this.book)
      await this.append(m.link)
      made.push(m.secret)
    }
    const [line, leads] = made
    return line === undefined || leads === undefined ? mistake('keys') : { line, lead: leads }
  }

  /** A box in a link's rotation. */
  private boxCase(name: string, s: SignedLink, boxes: SealedBox[], kind: 'dev', id: ID, seed: Bytes, secret: Secret): void {
    const sealed = boxes.find((b) => b.kind === kind)?.sealed ?? mistake('box')
    const k = keysIn(s)
    this.files.add(name, 'ok', 'box', [
      ['purpose', k.purpose], ['statement', encodeKeys(k)], ['reader', kind, id], ['box-seed', seed], ['box', sealed], ['secret', secret.bytes()],
    ])
  }

  write(): void {
    this.base = this.log.length
    this.files.add('world', 'ok', 'world', [['agency', this.agency], ['size', this.size], ...this.log, ...this.credentials])
  }
}

function keysIn(s: SignedLink) {
  return keysOf(decodeLink(s.link)) ?? mistake('no statement')
}

/** A thread with its epochs' keys. */
class Talk {
  readonly w: World
  readonly entries: Entry[] = []
  readonly keys: Secret[] = []
  readonly statements: Bytes[] = []
  state = new Thread(fresh())

  constructor(w: World) {
    this.w = w
  }

  place(epoch: number): Place {
    const { id, next, head } = this.state
    const size = this.w.size
    return {
      thread: id, epoch, index: next, prev: head, time: now, acct: nobody, dev: nobody, ktSize: size, ktRoot: sum(utf8(`root ${size}`)), attest: empty(),
    }
  }

  get key(): Secret {
    return this.keys.at(-1) ?? mistake('no epoch')
  }

  /** Applies an entry and writes it as a case, and as one that is refused. */
  async append(e: Entry): Promise<Head> {
    const before = this.entries.map((x) => ['entry', x.head, x.sig, x.body] as const)
    const fields = [['world', 'world.txt'], ...this.w.later(), ['thread', this.state.id], ...before] as const
    const { thread, head } = await this.state.apply(e, this.w.book)
    this.state = thread
    const after = stateOf(thread).split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string])
    const name = `thread-${this.state.id.slice(0, 4)}-${String(head.index).padStart(2, '0')}-${head.type}`
    this.w.files.add(name, 'ok', 'thread', [...fields, ['last', e.head, e.sig, e.body], ...after])
    const sig = e.sig.slice()
    sig[40] = (sig[40] ?? 0) ^ 4
    this.w.files.add(`${name}-forged`, 'signature', 'thread', [...fields, ['last', e.head, sig, e.body]])
    this.entries.push(e)
    return head
  }

  /** An entry that starts an epoch, with every box that the world can open. */
  async epoch(p: Person, type: EntryType, more: Partial<Head>, history: boolean, seeds: ReadonlyMap<string, Bytes>): Promise<void> {
    const h = { ...headOf(type, this.place(begins(type) ? 0 : this.state.epoch + 1), more), acct: p.id, dev: p.device.id }
    const cred = this.w.book.credential(p.id, h.ktSize, now)
    const to: To[] = this.state.readersAfter(h, cred, this.w.book).map((r) => reader(r.kind, r.id, r.gen, this.w.book.boxOf(r)))
    const secret = Secret.fresh()
    const { entry, boxes } = await sealEpoch(maker(p), h, secret, history ? this.key : undefined, to)
    const { keys } = await this.append(entry)
    const name = `${this.state.id.slice(0, 4)}-${h.epoch}`
    for (const b of boxes) {
      const seed = seeds.get(`${b.kind} ${b.id} ${b.gen}`) ?? mistake(`no seed for ${b.kind}`)
      this.w.files.add(`box-${name}-${b.kind}-${b.id.slice(0, 4)}`, 'ok', 'box', [
        ['purpose', 'epoch'], ['statement', keys], ['reader', b.kind, b.id], ['box-seed', seed], ['box', b.sealed], ['secret', secret.bytes()],
      ])
    }
    const before = this.statements.at(-1)
    if (history && before !== undefined) {
      this.w.files.add(`history-${name}`, 'ok', 'history', [
        ['purpose', 'epoch'], ['statement', keys], ['before', before], ['secret', secret.bytes()], ['previous', this.key.bytes()],
      ])
    }
    this.keys.push(secret)
    this.statements.push(keys)
  }

  async say(p: Person, words: string): Promise<void> {
    const e = await sealMessage(maker(p), this.key, this.place(this.state.epoch), 0, utf8(words))
    const h = await this.append(e)
    const name = `message-${this.state.id.slice(0, 4)}-${h.index}`
    const fields = [['key', this.key.bytes()], ['head', e.head], ['body', e.body]] as const
    this.w.files.add(name, 'ok', 'message', [...fields, ['plain', utf8(words)]])
    this.w.files.add(`${name}-key`, 'secret-commitment', 'message', [['key', random(32)], ...fields.slice(1), ['plain', utf8(words)]])
  }

  async plain(p: Person, type: EntryType, more: Partial<Head>): Promise<void> {
    if (startsEpoch(type)) mistake('it starts an epoch')
    await this.append(await signEntry(maker(p), headOf(type, { ...this.place(this.state.epoch), attest: utf8('an attestation') }, more)))
  }
}

/** A note log from its beginning to another holder, with every note as a case. */
async function noteLog(w: World, about: ID, line: ID, sam: Person, eva: Person): Promise<void> {
  let state = new Notes(fresh())
  const entries: Entry[] = []
  let key: Secret | undefined
  const place = (epoch: number): Place => ({
    thread: state.id, epoch, index: state.next, prev: state.head, time: now, acct: nobody, dev: nobody, ktSize: w.size, ktRoot: sum(utf8(`root ${w.size}`)), attest: empty(),
  })
  const append = async (e: Entry): Promise<void> => {
    const fields = [['world', 'world.txt'], ...w.later(), ['notes', state.id], ...entries.map((x) => ['entry', x.head, x.sig, x.body] as const)] as const
    const { notes, head } = await state.apply(e, w.book)
    state = notes
    const after = notesState(notes).split('\n').map((row) => row.split(/: (.*)/s).slice(0, 2) as [string, string])
    const name = `notes-${state.id.slice(0, 4)}-${head.index}-${head.type}`
    w.files.add(name, 'ok', 'notes', [...fields, ['last', e.head, e.sig, e.body], ...after])
    const sig = e.sig.slice()
    sig[40] = (sig[40] ?? 0) ^ 4
    w.files.add(`${name}-forged`, 'signature', 'notes', [...fields, ['last', e.head, sig, e.body]])
    entries.push(e)
  }
  const hand = async (p: Person, holder: ID): Promise<void> => {
    const h = { ...headOf('notes', place(state.begun ? state.epoch + 1 : 0), { about, line, account: holder }), acct: p.id, dev: p.device.id }
    const to = state.readersAfter(h, w.book.credential(p.id, h.ktSize, now), w.book).map((r) => reader(r.kind, r.id, r.gen, w.book.boxOf(r)))
    const secret = Secret.fresh()
    await append((await sealEpoch(maker(p), h, secret, key, to)).entry)
    key = secret
  }
  const note = async (p: Person, words: string): Promise<void> => {
    const k = key ?? mistake('no epoch')
    const e = await sealNote(maker(p), k, place(state.epoch), utf8(words))
    await append(e)
    w.files.add(`note-${state.id.slice(0, 4)}-${entries.length}`, 'ok', 'message', [['key', k.bytes()], ['head', e.head], ['body', e.body], ['plain', utf8(words)]])
  }
  await hand(sam, nobody)
  await note(eva, 'for whoever takes it')
  await hand(sam, sam.id)
  await note(sam, 'é'.repeat(900))
  await hand(sam, eva.id)
  await hand(eva, eva.id)
  await note(eva, '')
}

/** Everything there is, once. */
export async function makeAll(): Promise<ReadonlyMap<string, string>> {
  const files = new Files()
  const w = await World.make(files)
  const lineID = fresh()
  const lead = await w.person('lead', lineID)
  const [ann, sam, eva] = [await w.person('navigator', lineID), await w.person('specialist', lineID), await w.person('specialist', lineID)]
  const keys = await w.line(lineID, lead)
  for (const p of [sam, eva]) await w.append((await links.lineAdd(w.book.line(lineID), w.at, maker(lead), keys.line, p.id, w.book)).link)
  w.write()

  const seeds = new Map<string, Bytes>([[`cust ${w.recordsID} 1`, w.keys.recordsSeed]])
  const seedOf = (s: Secret): Bytes => s.derive(empty(), kemInfo, 32)
  for (const p of [ann, sam, eva, lead]) seeds.set(`acct ${p.id} 1`, seedOf(p.secrets[0] ?? mistake('secret')))
  seeds.set(`line ${lineID} 1`, seedOf(keys.line))
  seeds.set(`lead ${lineID} 1`, seedOf(keys.lead))

  await talk(w, lineID, ann, sam, eva, seeds)
  await written(w, lineID, ann, sam, lead, seeds)
  await accounts(w, sam, eva, seeds, seedOf)
  await lineMoves(w, lineID, lead, eva, keys.line, seeds)
  const second = new Talk(w)
  await second.epoch(ann, 'open', { line: lineID }, false, seeds)
  await second.say(ann, 'after everybody has new keys')
  await plainFiles(files)
  return files.made
}

const kemInfo = enc('arc1/gen/kem')

/** A thread that a specialist begins, with the cards that are opened in it. */
async function written(w: World, line: ID, ann: Person, sam: Person, lead: Person, seeds: ReadonlyMap<string, Bytes>): Promise<void> {
  const t = new Talk(w)
  await t.epoch(sam, 'outreach', { line, account: ann.id }, false, seeds)
  await t.say(sam, 'a report')
  await t.plain(ann, 'reveal', { card: fresh() })
  await t.plain(sam, 'reveal', { card: fresh() })
  await t.say(ann, 'thank you')
  await t.plain(lead, 'reveal', { card: fresh() })
  const secret = Secret.fresh()
  const reply = fresh()
  const words = 'é'.repeat(300)
  const sealed = await sealReply(await recordKey(secret.repliesKey()), line, reply, 7n, words)
  w.files.add('reply', 'ok', 'reply', [
    ['secret', secret.bytes()], ['line', line], ['reply', reply], ['version', '7'], ['sealed', sealed], ['plain', utf8(words)],
  ])
}

async function talk(w: World, line: ID, ann: Person, sam: Person, eva: Person, seeds: ReadonlyMap<string, Bytes>): Promise<void> {
  const t = new Talk(w)
  await t.epoch(ann, 'open', { line }, false, seeds)
  await t.say(ann, 'hello')
  await t.epoch(sam, 'claim', {}, true, seeds)
  await t.say(sam, '')
  await t.plain(ann, 'ask', {})
  await t.plain(sam, 'confirm', { upTo: t.state.next - 1n })
  await t.plain(sam, 'transfer-offer', { account: eva.id })
  await t.epoch(ann, 'transfer', { account: eva.id }, true, seeds)
  await t.say(eva, 'é'.repeat(5000))
  await t.plain(ann, 'ack', { upTo: 3n })
  await t.plain(eva, 'close', { outcome: 3 })
  await t.say(ann, 'one more thing')
  await t.epoch(eva, 'requeue', { line }, true, seeds)
  await t.epoch(ann, 'rekey', {}, true, seeds)
  await noteLog(w, t.state.id, line, sam, eva)
}

/** A further device and its end, the recovery key's work, the officers' work. */
async function accounts(w: World, sam: Person, eva: Person, seeds: Map<string, Bytes>, seedOf: (s: Secret) => Bytes): Promise<void> {
  const device = deviceOf(await freshDevice(fresh()))
  const cur = (p: Person) => p.secrets.at(-1) ?? mistake('secret')
  const state = (p: Person) => w.book.account(p.id)
  const rotated = async (p: Person, m: links.MadeSecret) => {
    await w.append(m.link)
    p.secrets.push(m.secret)
    seeds.set(`acct ${p.id} ${p.secrets.length}`, seedOf(m.secret))
  }
  const add = await links.deviceAddFor(state(sam), w.at, maker(sam), cur(sam), publicOf(device))
  links.checkAdd(device, sam.id, w.agency, add.link.link)
  await w.append({ ...add.link, countersig: await links.countersign(device, add.link.link) })
  await rotated(sam, await links.accountRotate(state(sam), w.at, { acct: sam.id, dev: device.id, sign: device.sign }, cur(sam)))
  await rotated(sam, await links.deviceRevoke(state(sam), w.at, maker(sam), cur(sam), [device.id]))

  const byCode = { acct: eva.id, dev: nobody, sign: eva.recovery.sign }
  const second = deviceOf(await freshDevice(fresh()))
  await w.append((await links.deviceAdd(state(eva), w.at, byCode, cur(eva), second)).link)
  await rotated(eva, await links.recoveryReplace(state(eva), w.at, byCode, cur(eva), await RecoveryCode.fresh().keys()))

  const seed = Secret.fresh()
  const { shares, commit } = splitBound(seed.bytes(), 3, 2)
  const pair = await officersPair(seed)
  await w.append((await officersLink(state(eva), w.at, maker(eva), cur(eva), pair, commit, [fresh(), fresh(), fresh()])).link)
  const third = deviceOf(await freshDevice(fresh()))
  await w.append((await links.deviceAdd(state(eva), w.at, { acct: eva.id, dev: officersSigner, sign: pair.sign }, cur(eva), third)).link)
  w.files.add('shares', 'ok', 'shares', [...shares.slice(1).map((s) => ['share', s] as const), ['commit', commit], ['secret', seed.bytes()]])
  await share(w.files, eva.id, commit, shares[0] ?? mistake('share'))
}

async function share(files: Files, account: ID, commit: ReturnType<typeof toHash>, plain: Bytes): Promise<void> {
  const seed = random(32)
  const officer = fresh()
  const to = reader('acct', officer, 2, (await Box.fromSeed(seed)).public.bytes)
  const s = await sealShare(account, 1, commit, to, plain)
  files.add('share', 'ok', 'share', [
    ['account', account], ['pair', 1], ['commit', commit], ['reader', 'acct', officer, 2], ['seed', seed], ['box', s.box], ['sealed', s.sealed], ['plain', plain],
  ])
}

async function lineMoves(w: World, line: ID, lead: Person, eva: Person, current: Secret, seeds: Map<string, Bytes>): Promise<void> {
  const x = () => w.book.line(line)
  const removed = await links.lineRemove(x(), w.at, maker(lead), current, eva.id, w.book)
  await w.append(removed.link)
  await w.append(await links.lineFloor(x(), w.at, maker(lead), 3))
  const again = await links.lineRotate(x(), 'line', w.at, maker(lead), removed.secret, x().members(newest), w.book)
  await w.append(again.link)
  seeds.set(`line ${line} 3`, again.secret.derive(empty(), kemInfo, 32))
}

/** What needs no world. */
async function plainFiles(files: Files): Promise<void> {
  for (const size of [0, 1, 503, 505, 65_528, 65_529, 200_000]) {
    const [key, thread, file] = [random(32), fresh(), fresh()]
    const pieces: Bytes[] = []
    const plain = fileBytes(size)
    for await (const p of sealFile(key, thread, file, new Blob([plain]))) pieces.push(p)
    files.add(`file-${size}`, 'ok', 'file', [
      ['key', key], ['thread', thread], ['file', file], ['sealed', concat(...pieces)], ['size', size], ['plain-sha256', sum(plain)],
    ])
  }
  const raw = random(32)
  const plain = utf8('what a device keeps')
  files.add('record', 'ok', 'record', [
    ['key', raw], ['name', 'settings'], ['version', 7], ['sealed', await sealRecord(await recordKey(raw), 'settings', 7n, plain)], ['plain', plain],
  ])
  const code = RecoveryCode.fresh()
  const pair = await code.keys()
  files.add('recovery', 'ok', 'recovery', [['text', code.text()], ['sign', pair.sign.public.bytes], ['box', pair.box.public.bytes], ['locator', code.locator()],
    ['message', utf8('a letter')], ['mac', code.mac(utf8('a letter'))]])
  const invite = InviteCode.fresh()
  files.add('invite', 'ok', 'invite', [['text', invite.text()], ['locator', invite.locator()], ['message', plain], ['mac', invite.mac(plain)]])
  const pairing = PairCode.fresh()
  files.add('pair', 'ok', 'pair', [
    ['text', pairing.text()], ['locator', pairing.locator()], ['name', 'ann'], ['keys', plain], ['welcome', plain], ['link', raw],
    ['mac-new', pairing.macNew('ann', plain)], ['mac-old', pairing.macOld(plain, raw)],
  ])
}
