// What each kind of file asks for: crypto/vectors/judge_test.go in TypeScript.
// What a file or a computed value gets wrong is a Mistake; what the cryptography
// refuses is the outcome.

import { checkAnnouncement } from '../../src/crypto/chain/announcement.ts'
import { Notes } from '../../src/crypto/chain/notes.ts'
import { Thread } from '../../src/crypto/chain/thread.ts'
import type { Book } from '../../src/crypto/chain/book.ts'
import { openFile } from '../../src/crypto/chunk/open.ts'
import { sealedSize } from '../../src/crypto/chunk/format.ts'
import { sealFile } from '../../src/crypto/chunk/seal.ts'
import { concat, equal, newest, noHash, nobody, sum, toID, utf8, type Bytes, type ID } from '../../src/crypto/envelope/bytes.ts'
import { dec, enc, labelOf } from '../../src/crypto/envelope/enc.ts'
import { decodeHead } from '../../src/crypto/envelope/entry.ts'
import { decodeKeys, type Keys, type Purpose, type ReaderKind } from '../../src/crypto/envelope/keys.ts'
import { linkHash } from '../../src/crypto/envelope/link.ts'
import { pad, unpad } from '../../src/crypto/envelope/pad.ts'
import { Refusal, type Reason } from '../../src/crypto/envelope/refusal.ts'
import { Box, BoxPublic } from '../../src/crypto/key/box.ts'
import { hkdf } from '../../src/crypto/key/hash.ts'
import { Signing } from '../../src/crypto/key/sign.ts'
import { sigTypes, Verify, type SigType } from '../../src/crypto/key/verify.ts'
import { openCheckpoint } from '../../src/crypto/keylog/checkpoint.ts'
import { lookup, type DirEntry } from '../../src/crypto/keylog/directory.ts'
import { parseAddCheckpoint } from '../../src/crypto/keylog/request.ts'
import { checkConsistency, checkInclusion } from '../../src/crypto/keylog/tree.ts'
import { advance } from '../../src/crypto/keylog/view.ts'
import { openKeys, previous } from '../../src/crypto/seal/keys.ts'
import { openMessage } from '../../src/crypto/seal/message.ts'
import { officersPair, openShare } from '../../src/crypto/seal/officers.ts'
import { Secret } from '../../src/crypto/seal/secret.ts'
import { spokenCodes } from '../../src/crypto/seal/spoken.ts'
import { readStepUp } from '../../src/crypto/seal/stepup.ts'
import { InviteCode, PairCode, RecoveryCode } from '../../src/crypto/vault/code.ts'
import { deviceNumber, safetyNumber } from '../../src/crypto/vault/numbers.ts'
import { openRecord, recordKey } from '../../src/crypto/vault/record.ts'
import { openReply } from '../../src/crypto/vault/replies.ts'
import { combineBound } from '../../src/crypto/vault/shares.ts'
import { File, mistake, Mistake, text, words } from './file.ts'
import { family } from './families.ts'
import { loadWorld } from './world.ts'

/** Every file by name, with its ending. */
export type Files = ReadonlyMap<string, string>

type Judge = (f: File, all: Files) => unknown

const judges: { readonly [kind: string]: Judge } = {
  enc: (f) => {
    f.same('bytes', enc(f.text('label'), ...f.hexes('part')))
    if (dec(f.text('label'), f.hex('bytes')).length !== f.hexes('part').length) mistake('parts')
  },
  dec: (f) => dec(f.text('label'), f.hex('bytes')),
  pad: (f) => {
    f.same('padded', pad(f.hex('plain')))
    f.same('plain', unpad(f.hex('padded')))
  },
  unpad: (f) => f.same('plain', unpad(f.hex('padded'))),
  statement: judgeStatement,
  sign: judgeSign,
  check: (f) => Verify.from(f.hex('public')).check(f.text('type') as SigType, f.hex('statement'), f.hex('sig')),
  ed25519: (f) => Verify.from(f.hex('public')),
  xwing: (f) => BoxPublic.from(f.hex('public')),
  derive: judgeDerive,
  record: async (f) => f.same('plain', await openRecord(await recordKey(f.hex('key')), f.text('name'), f.num('version'), f.hex('sealed'))),
  recovery: async (f) => {
    const c = RecoveryCode.read(f.text('text'))
    const { sign, box } = await c.keys()
    f.same('sign', sign.public.bytes)
    f.same('box', box.public.bytes)
    f.same('locator', c.locator())
    f.same('mac', c.mac(f.hex('message')))
  },
  invite: (f) => {
    const c = InviteCode.read(f.text('text'))
    f.same('locator', c.locator())
    f.same('mac', c.mac(f.hex('message')))
  },
  pair: (f) => {
    const c = PairCode.read(f.text('text'))
    f.same('locator', c.locator())
    f.same('mac-new', c.macNew(f.text('name'), f.hex('keys')))
    f.same('mac-old', c.macOld(f.hex('welcome'), f.hex('link')))
  },
  share: judgeShare,
  shares: (f) => f.same('secret', combineBound(f.hexes('share'), f.hash('commit'))),
  file: judgeFile,
  'file-size': judgeFileSize,
  checkpoint: async (f) => {
    const c = await openCheckpoint(believed(f), f.hex('note'))
    f.same('root', c.root)
    f.same('size', String(c.size))
  },
  'add-checkpoint': (f) => {
    const a = parseAddCheckpoint(f.hex('body'))
    f.same('note', a.checkpoint)
    f.same('old', String(a.old))
    if (a.proof.join() !== f.hashes('proof').join()) mistake('proof')
  },
  inclusion: (f) => checkInclusion(f.num('size'), f.hash('root'), f.num('index'), f.hex('leaf'), f.hashes('proof')),
  consistency: (f) => checkConsistency(f.num('from'), f.hash('from-root'), f.num('to'), f.hash('to-root'), f.hashes('proof')),
  lookup: judgeLookup,
  view: judgeView,
  box: judgeBox,
  history: async (f) => {
    const s = await previous(keys(f, 'statement'), Secret.from(f.hex('secret')), keys(f, 'before'))
    f.same('previous', s.bytes())
  },
  published: (f) => Secret.from(f.hex('secret')).fits(f.hash('pk')),
  message: async (f) => f.same('plain', await openMessage(Secret.from(f.hex('key')), decodeHead(f.hex('head')), f.hex('body'))),
  spoken: (f) => {
    for (const v of f.all('codes')) {
      const [attempt = ''] = v.split(' ')
      const { assister, specialist } = spokenCodes(f.hex('secret'), f.id('thread'), Number(attempt))
      if (`${attempt} ${assister} ${specialist}` !== v) mistake(`attempt ${attempt}: ${assister} ${specialist}`)
    }
  },
  reply: async (f) => f.same('plain', utf8(await openReply(await recordKey(Secret.from(f.hex('secret')).repliesKey()), f.id('line'), f.id('reply'), f.num('version'), f.hex('sealed')))),
  'step-up': (f) => readStepUp(f.hex('public'), decodeHead(f.hex('head')), f.text('act')),
  world: judgeWorld,
  chain: judgeChain,
  thread: judgeThread,
  notes: judgeNotes,
  announcement: async (f, all) => {
    await checkAnnouncement(f.hex('announcement'), f.hex('sig'), await start(f, all))
  },
}

/** Runs one file and gives its verdict: ok, or the reason of the refusal. */
export async function verdict(f: File, all: Files): Promise<'ok' | Reason> {
  const judge = judges[f.kind]
  if (judge === undefined) return mistake(`no judge for the kind ${f.kind}`)
  try {
    await judge(f, all)
    return 'ok'
  } catch (error) {
    if (error instanceof Refusal) return error.reason
    throw error
  }
}

/** Runs every file and gives a line for each that is judged in another way than it expects. */
export async function judgeAll(all: Files): Promise<string[]> {
  const wrong: string[] = []
  for (const [name, content] of all) {
    try {
      const f = new File(content)
      const got = await verdict(f, all)
      if (got !== f.expect) wrong.push(`${name}: ${got}, not ${f.expect}`)
    } catch (error) {
      wrong.push(`${name}: ${error instanceof Mistake ? error.message : String(error)}`)
    }
  }
  return wrong
}

function judgeStatement(f: File): void {
  const name = f.text('family')
  const again = family(name) ?? mistake(`no family ${name}`)
  const b = f.hex('bytes')
  const out = again(b)
  const rest = name.slice(name.indexOf('/') + 1)
  if (!equal(out, b)) mistake('it encodes to other bytes')
  if (name.includes('/') && !labelOf(b).endsWith(rest)) mistake(`it is of another type: ${labelOf(b)}`)
}

async function judgeSign(f: File): Promise<void> {
  const k = await Signing.fromSeed(f.hex('seed'))
  f.same('public', k.public.bytes)
  const sigs = f.all('sig')
  if (sigs.length !== sigTypes.size) mistake('not every type is there')
  for (const v of sigs) {
    const [type = '', sig] = v.split(' ')
    if (!sigTypes.has(type)) mistake(`no type ${type}`)
    if (text(await k.sign(type as SigType, f.hex('statement'))) !== sig) mistake(`signature of type ${type}`)
  }
}

async function judgeDerive(f: File): Promise<void> {
  const s = Secret.from(f.hex('secret'))
  f.same('commit', s.commit(f.hex('ctx')))
  f.same('public', (await s.box()).public.bytes)
  f.same('prev-key', s.wrapKey())
  f.same('drafts-key', s.draftsKey())
  f.same('replies-key', s.repliesKey())
  f.same('prev-key', hkdf(f.hex('secret'), new Uint8Array(0), enc('arc1/gen/prev'), 32))
  const [a, b] = f.hashes('genesis')
  f.same('safety', safetyNumber(b ?? noHash, a ?? noHash, [f.id('agency')]))
  const o = await officersPair(s)
  f.same('officers-sign', o.sign.public.bytes)
  f.same('officers-box', o.box.public.bytes)
  f.same('number', deviceNumber({ device: named('device'), sign: digestOf('sign'), box: new Uint8Array(1216), session: digestOf('session') }))
}

async function judgeShare(f: File): Promise<void> {
  const [kind = '', id = '', gen = ''] = f.text('reader').split(' ')
  const key = await Box.fromSeed(f.hex('seed'))
  const reader = { kind: kind as ReaderKind, id: id as ID, gen: Number(gen), pk: key.public.hash }
  const share = { reader, box: f.hex('box'), sealed: f.hex('sealed') }
  f.same('plain', await openShare(f.id('account'), Number(f.num('pair')), f.hash('commit'), key, share))
}

/** Byte i of the plain file of every case. */
export function fileBytes(size: number): Bytes {
  return Uint8Array.from({ length: size }, (_, i) => i * 7 + (i >> 8) + 1)
}

/** The file of a case, as the case changes it. */
function sealedFile(f: File, all: Files): { base: File; sealed: Bytes } {
  let base = f
  if (f.has('of')) {
    base = new File(all.get(f.text('of')) ?? mistake(f.text('of')))
    for (const name of ['key', 'thread', 'file']) if (f.has(name)) base.set(name, f.text(name))
  }
  let sealed = base.hex('sealed').slice()
  if (f.has('flip')) {
    const at = Number(f.num('flip'))
    sealed[at] = (sealed[at] ?? 0) ^ 1
  }
  if (f.has('keep')) sealed = sealed.slice(0, Number(f.num('keep')))
  if (f.has('drop')) sealed = sealed.slice(0, sealed.length - Number(f.num('drop')))
  if (f.has('append')) sealed = concat(sealed, f.hex('append'))
  return { base, sealed }
}

async function judgeFile(f: File, all: Files): Promise<void> {
  const { base, sealed } = sealedFile(f, all)
  const file = await openFile(base.hex('key'), base.id('thread'), base.id('file'), new Blob([sealed]))
  const pieces: Bytes[] = []
  for await (const p of file.pieces()) pieces.push(p)
  const plain = concat(...pieces)
  base.same('plain-sha256', sum(plain))
  base.same('size', String(plain.length))
  if (file.size !== plain.length || !equal(plain, fileBytes(plain.length))) mistake('another content')
}

async function judgeFileSize(f: File): Promise<void> {
  for (const v of f.all('grows')) {
    const [size, sealed] = v.split(' ').map(Number)
    if (sealedSize(size ?? -1) !== sealed) mistake(`${v}: ${sealedSize(size ?? -1)}`)
  }
  if (!f.has('size')) return
  // A file of a size alone: nothing is read before the size is refused.
  const huge = Object.defineProperty(new Blob(), 'size', { value: Number(f.num('size')) })
  await sealFile(new Uint8Array(32), nobody, nobody, huge).next()
}

function believed(f: File) {
  return { logKey: f.text('log-key'), witnesses: f.all('witness'), quorum: Number(f.num('quorum')) }
}

function dirEntry(f: File, name: string): DirEntry | undefined {
  if (!f.has(name)) return undefined
  const [index = '', chain = '', seq = '', hash = ''] = f.text(name).split(' ')
  return { index: BigInt(index), chain: chain as ID, seq: BigInt(seq), hash: hash as DirEntry['hash'], path: f.hashes(`${name}-path`) }
}

function judgeLookup(f: File): void {
  const found = dirEntry(f, 'found')
  const before = dirEntry(f, 'before')
  const after = dirEntry(f, 'after')
  const proof = { ...(found && { found }), ...(before && { before }), ...(after && { after }) }
  const head = lookup(proof, f.id('chain'), f.hash('root'), f.num('count'))
  if ((head !== undefined) !== (found !== undefined)) mistake('present')
}

async function judgeView(f: File): Promise<void> {
  const pinned = { size: f.num('pinned-size'), root: f.hash('pinned-root'), time: f.num('pinned-time'), dirRoot: noHash, dirCount: f.num('pinned-count') }
  const update = {
    checkpoint: f.hex('note'), consistency: f.hashes('consistency'), dirRoot: f.hex('dirroot'), index: f.num('index'), inclusion: f.hashes('inclusion'),
  }
  await advance(pinned, update, believed(f), f.num('now'), f.num('max-age'))
}

/** A statement that must decode. */
function keys(f: File, name: string): Keys {
  try {
    return decodeKeys(f.text('purpose') as Purpose, f.hex(name))
  } catch (error) {
    return mistake(`${name}: ${String(error)}`)
  }
}

async function judgeBox(f: File): Promise<void> {
  const [kind = '', id = ''] = f.text('reader').split(' ')
  const s = await openKeys(keys(f, 'statement'), kind as ReaderKind, id as ID, await Box.fromSeed(f.hex('box-seed')), f.hex('box'))
  f.same('secret', s.bytes())
}

export function digestOf(...parts: string[]): Bytes {
  return words(sum(utf8(`arcline vectors ${parts.join(' ')}`)))[0] ?? mistake('digest')
}

export function named(...parts: string[]): ID {
  return toID(digestOf('id', ...parts).subarray(0, 16))
}

async function judgeWorld(f: File): Promise<void> {
  const book = await loadWorld(f)
  if (BigInt(f.all('link').length) !== f.num('size')) mistake('size')
  if (!f.has('root-seed')) return // a world whose secrets stand elsewhere
  const root = await Signing.fromSeed(f.hex('root-seed'))
  if (!book.agency.root.is(root.public.bytes)) mistake('root')
  for (const v of f.all('person')) {
    const [, id = '', device = '', ...seeds] = v.split(' ')
    const [sign, box, session, recSign, recBox, puk] = seeds.map((s) => words(s)[0] ?? mistake('seed'))
    if (!sign || !box || !session || !recSign || !recBox || !puk) return mistake('a person has eight values')
    const a = book.account(id as ID)
    await Secret.from(puk).fits(a.generationNo(1)?.pk ?? noHash)
    const d = a.devices()[0]
    const same = d?.device === device && equal(d.sign, (await Signing.fromSeed(sign)).public.bytes) &&
      equal(d.box, (await Box.fromSeed(box)).public.bytes) && equal(d.session, (await Signing.fromSeed(session)).public.bytes)
    const rec = a.recoveryIs((await Signing.fromSeed(recSign)).public.bytes, (await Box.fromSeed(recBox)).public.hash)
    if (!same || !rec) mistake("a person's keys")
  }
  for (const v of f.all('line')) {
    const [, id = '', line, leads] = v.split(' ')
    const x = book.line(id as ID)
    await Secret.from(words(line ?? '')[0] ?? mistake('line')).fits(x.generation(newest)?.pk ?? noHash)
    await Secret.from(words(leads ?? '')[0] ?? mistake('leads')).fits(x.leadGeneration(newest)?.pk ?? noHash)
  }
}

/** The world of a case with the case's own links, all of which must hold. */
async function start(f: File, all: Files): Promise<Book> {
  try {
    const book = await loadWorld(new File(all.get(f.text('world')) ?? mistake('world')))
    for (const l of f.links('link')) await book.apply(l)
    return book
  } catch (error) {
    return mistake(`a link before the last is refused: ${String(error)}`)
  }
}

async function judgeChain(f: File, all: Files): Promise<void> {
  const book = await start(f, all)
  const [last] = f.links('last')
  if (last === undefined) return mistake('nothing to judge')
  await book.apply(last)
  f.same('hash', linkHash(last))
}

async function judgeThread(f: File, all: Files): Promise<void> {
  const book = await start(f, all)
  let t = new Thread(f.id('thread'))
  for (const e of f.entries('entry')) {
    t = await t.apply(e, book).then((r) => r.thread, (error: unknown) => mistake(`an entry before the last is refused: ${String(error)}`))
  }
  if (f.has('reach')) book.reached(f.num('reach'))
  const [last] = f.entries('last')
  if (last === undefined) return mistake('nothing to judge')
  const { thread } = await t.apply(last, book)
  const given = f.fields.filter((x) => !['world', 'link', 'thread', 'entry', 'last', 'reach'].includes(x.name))
  const want = given.map((x) => `${x.name}: ${x.value}`).join('\n')
  if (stateOf(thread) !== want) mistake(`the thread is in another state:\n${stateOf(thread)}\n${want}`)
}

/** The state of a thread as the files write it. */
export function stateOf(t: Thread): string {
  return [
    `state: ${t.state} ${t.epoch} ${t.next} ${t.head}`, `line: ${t.line}`, `claimer: ${t.claimer}`, `offer: ${t.offer}`, `handed: ${t.handed ? 1 : 0}`,
    `asked: ${t.asked} ${t.askedBy}`, `outcome: ${t.outcome}`, ...t.roster.map((r) => `reader: ${r.kind} ${r.id} ${r.gen} ${r.pk}`),
  ].join('\n')
}

async function judgeNotes(f: File, all: Files): Promise<void> {
  const book = await start(f, all)
  let l = new Notes(f.id('notes'))
  for (const e of f.entries('entry')) {
    l = await l.apply(e, book).then((r) => r.notes, (error: unknown) => mistake(`an entry before the last is refused: ${String(error)}`))
  }
  const [last] = f.entries('last')
  if (last === undefined) return mistake('nothing to judge')
  const { notes } = await l.apply(last, book)
  const given = f.fields.filter((x) => !['world', 'link', 'notes', 'entry', 'last'].includes(x.name))
  const want = given.map((x) => `${x.name}: ${x.value}`).join('\n')
  if (notesState(notes) !== want) mistake(`the note log is in another state:\n${notesState(notes)}\n${want}`)
}

/** The state of a note log as the files write it. */
export function notesState(l: Notes): string {
  return [
    `state: ${l.epoch} ${l.next} ${l.head}`, `about: ${l.about}`, `line: ${l.line}`, `holder: ${l.holder}`, `handed: ${l.handed ? 1 : 0}`,
    ...l.roster.map((r) => `reader: ${r.kind} ${r.id} ${r.gen} ${r.pk}`),
  ].join('\n')
}
