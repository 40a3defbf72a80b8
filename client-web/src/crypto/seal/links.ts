// Making links: what an account, a lead or an issuer signs (section 4).

import { accountGenesisBody, deviceAddBody, deviceKeys, deviceRevokeBody, recoveryBody, rotationBody, type DeviceKeys } from '../envelope/account.ts'
import { empty, equal, newest, nobody, type Bytes, type ID } from '../envelope/bytes.ts'
import { encodeCtx, encodeKeys, type Purpose } from '../envelope/keys.ts'
import { accountRotateBody, floorBody, lineRotateBody, memberAddBody, memberRemoveBody } from '../envelope/line.ts'
import { decodeLink, encodeLink, type AgencyLinkType, type Link, type LinkType, type SignedLink } from '../envelope/link.ts'
import { refuse } from '../envelope/refusal.ts'
import type { Account } from '../chain/account.ts'
import { beginning, type Standing } from '../chain/chain.ts'
import type { Line } from '../chain/line.ts'
import type { People } from '../chain/people.ts'
import type { Box } from '../key/box.ts'
import type { Signing } from '../key/sign.ts'
import { publicOf, type Device } from './device.ts'
import { reader, sealKeys, type Maker, type SealedBox, type To } from './keys.ts'
import { Secret } from './secret.ts'

/** Whose link it is and when it is made. */
export interface LinkAt {
  agency: ID
  /** Unix milliseconds. */
  time: bigint
}

/** A recovery pair or an officers' pair. */
export interface Pair {
  sign: Signing
  box: Box
}

/** A link with the boxes beside it and, where it makes one, its new secret. */
export interface Made {
  link: SignedLink
  boxes: SealedBox[]
}
export interface MadeSecret extends Made {
  secret: Secret
}

type Start = Pick<Standing, 'kind' | 'id' | 'seq' | 'hash'>

function linkAfter(at: Start, type: LinkType, when: LinkAt, m: Maker, body: Bytes): Link {
  return {
    kind: at.kind, type, chain: at.id, seq: at.seq + 1n, prev: at.hash, time: when.time, agency: when.agency, signerAcct: m.acct, signerDev: m.dev, body,
  }
}

export async function signLink(at: Start, type: LinkType, when: LinkAt, m: Maker, body: Bytes): Promise<SignedLink> {
  const link = encodeLink(linkAfter(at, type, when, m, body))
  return { link, sig: await m.sign.sign(`link/${type}`, link), countersig: empty() }
}

/** A link of the agency's chain: by the root (issuer zero) or by an issuer. */
export function agencyLink(at: Start, type: AgencyLinkType, time: bigint, issuer: ID, sign: Signing, body: Bytes): Promise<SignedLink> {
  return signLink(at, type, { agency: at.id, time }, { acct: nobody, dev: issuer, sign }, body)
}

/** A line's genesis or admin-set, by an issuer. */
export function issuerLineLink(
  at: Start, type: 'line/genesis' | 'line/admin-set', when: LinkAt, issuer: ID, sign: Signing, body: Bytes,
): Promise<SignedLink> {
  return signLink(at, type, when, { acct: nobody, dev: issuer, sign }, body)
}

/** Seals a fresh generation to the readers. */
async function rotate(purpose: Purpose, ctx: Bytes, m: Maker, before: Secret | undefined, to: readonly To[]) {
  const secret = Secret.fresh()
  const { keys, boxes } = await sealKeys(purpose, ctx, m, secret, before, to)
  const box = (await secret.box()).public.bytes
  return { secret, boxes, rotation: rotationBody.encode({ box, keys: encodeKeys(keys) }) }
}

/** Starts an account. mac proves the invitation over the link with 32 zero bytes in its place. */
export async function accountGenesis(acct: ID, when: LinkAt, d: Device, rec: Pair, mac: (link: Bytes) => Bytes): Promise<MadeSecret> {
  const m = { acct, dev: d.id, sign: d.sign }
  const to = [reader('dev', d.id, 0, d.box.public.bytes), reader('rec', acct, 1, rec.box.public.bytes)]
  const { secret, boxes, rotation } = await rotate('puk', encodeCtx('puk', acct, 1), m, undefined, to)
  const body = (inviteMAC: Bytes) =>
    accountGenesisBody.encode({ device: publicOf(d), recoverySign: rec.sign.public.bytes, recoveryBox: rec.box.public.bytes, rotation, inviteMAC })
  const at = beginning('account', acct)
  const proof = mac(encodeLink(linkAfter(at, 'account/genesis', when, m, body(new Uint8Array(32)))))
  return { link: await signLink(at, 'account/genesis', when, m, body(proof)), secret, boxes }
}

/** The bytes that an invitation's MAC covers, and the MAC. */
export function genesisWithoutMAC(link: Bytes): { without: Bytes; mac: Bytes } {
  const l = decodeLink(link)
  const b = accountGenesisBody.decode(l.body)
  const body = accountGenesisBody.encode({ ...b, inviteMAC: new Uint8Array(32) })
  return { without: encodeLink({ ...l, body }), mac: b.inviteMAC }
}

/** A statement that hands the current generation of an account to one more reader. */
export async function accountGrant(a: Account, m: Maker, current: Secret, to: To): Promise<{ grant: Bytes; boxes: SealedBox[] }> {
  const { keys, boxes } = await sealKeys('puk', encodeCtx('puk', a.id, generationOf(a)), m, current, undefined, [to])
  return { grant: encodeKeys(keys), boxes }
}

function generationOf(a: Account): number {
  return a.generation(newest)?.gen ?? refuse('unknown') // the account has no key yet
}

/** Binds a device elsewhere: the countersignature is missing, and the device itself adds it. */
export async function deviceAddFor(a: Account, when: LinkAt, m: Maker, current: Secret, fresh: DeviceKeys): Promise<Made> {
  const { grant, boxes } = await accountGrant(a, m, current, reader('dev', fresh.device, 0, fresh.box))
  return { link: await signLink(a.at, 'account/device-add', when, m, deviceAddBody.encode({ device: fresh, grant })), boxes }
}

/** deviceAddFor a device whose private half is at hand. */
export async function deviceAdd(a: Account, when: LinkAt, m: Maker, current: Secret, fresh: Device): Promise<Made> {
  const { link, boxes } = await deviceAddFor(a, when, m, current, publicOf(fresh))
  return { link: { ...link, countersig: await countersign(fresh, link.link) }, boxes }
}

/** Accepts a place in an account, by the new device over the link that binds it. The device reads the link first: checkAdd. */
export function countersign(fresh: Device, link: Bytes): Promise<Bytes> {
  return fresh.sign.sign('countersign/account/device-add', link)
}

/** What a new device demands of the link that it is asked to accept: exactly this device, this account, this agency. */
export function checkAdd(fresh: Device, acct: ID, agency: ID, link: Bytes): void {
  const l = decodeLink(link)
  const b = deviceAddBody.decode(l.body)
  const mine = equal(deviceKeys.encode(b.device), deviceKeys.encode(publicOf(fresh)))
  if (l.type !== 'account/device-add' || l.chain !== acct || l.agency !== agency || !mine) {
    refuse('signer') // the statement binds another device or account
  }
}

/** Whom a new generation is sealed to: the devices in force, less some, the recovery key and the officers' key. */
function accountReaders(a: Account, without: readonly ID[] = []): To[] {
  return a.readers().filter((r) => r.kind !== 'dev' || !without.includes(r.id)).map((r) => {
    const box = a.boxOf(r)
    return box === undefined ? refuse('unknown') : reader(r.kind, r.id, r.gen, box)
  })
}

function nextAccountKey(a: Account, m: Maker, current: Secret, to: readonly To[]) {
  return rotate('puk', encodeCtx('puk', a.id, generationOf(a) + 1), m, current, to)
}

/** Unbinds devices and rotates the account key without them. */
export async function deviceRevoke(a: Account, when: LinkAt, m: Maker, current: Secret, revoked: readonly ID[]): Promise<MadeSecret> {
  const { secret, boxes, rotation } = await nextAccountKey(a, m, current, accountReaders(a, revoked))
  const body = deviceRevokeBody.encode({ devices: revoked.toSorted(), rotation })
  return { link: await signLink(a.at, 'account/device-revoke', when, m, body), secret, boxes }
}

/** Makes a new generation for the same devices. */
export async function accountRotate(a: Account, when: LinkAt, m: Maker, current: Secret): Promise<MadeSecret> {
  const { secret, boxes, rotation } = await nextAccountKey(a, m, current, accountReaders(a))
  const body = accountRotateBody.encode({ purpose: 'puk', rotation })
  return { link: await signLink(a.at, 'account/puk-rotate', when, m, body), secret, boxes }
}

/** Retires the recovery code and rotates, so that the old code opens nothing new. The maker is a device, or the old recovery key (device zero). */
export async function recoveryReplace(a: Account, when: LinkAt, m: Maker, current: Secret, fresh: Pair): Promise<MadeSecret> {
  const pub = fresh.box.public.bytes
  const to = accountReaders(a).map((t) => (t.kind === 'rec' ? reader('rec', a.id, t.gen + 1, pub) : t))
  const { secret, boxes, rotation } = await nextAccountKey(a, m, current, to)
  const body = recoveryBody.encode({ recoverySign: fresh.sign.public.bytes, recoveryBox: pub, rotation })
  return { link: await signLink(a.at, 'account/recovery-replace', when, m, body), secret, boxes }
}

type LinePurpose = 'line' | 'lead'

async function lineRotation(x: Line, purpose: LinePurpose, m: Maker, current: Secret | undefined, who: readonly ID[], people: People) {
  const lead = purpose === 'lead'
  const gen = (lead ? x.leadGeneration(newest) : x.generation(newest))?.gen ?? 0
  const ctx = lead ? encodeCtx('lead', x.id, gen + 1) : encodeCtx('line', x.id, gen + 1)
  const before = !lead && x.floor > gen ? undefined : current
  return rotate(purpose, ctx, m, before, who.map((id) => accountTo(id, people)))
}

/** An account with the key to seal to. */
export function accountTo(id: ID, people: People): To {
  const g = people.account(id).generation(newest)
  return g === undefined ? refuse('unknown') : reader('acct', id, g.gen, g.box)
}

/** Makes a new generation of the line key or of the leads' key for the given people. */
export async function lineRotate(
  x: Line, purpose: LinePurpose, when: LinkAt, m: Maker, current: Secret | undefined, who: readonly ID[], people: People,
): Promise<MadeSecret> {
  const { secret, boxes, rotation } = await lineRotation(x, purpose, m, current, who, people)
  return { link: await signLink(x.at, 'line/rotate', when, m, lineRotateBody.encode({ purpose, rotation })), secret, boxes }
}

/** Puts a person on the line and hands them its current generation. */
export async function lineAdd(x: Line, when: LinkAt, m: Maker, current: Secret, who: ID, people: People): Promise<Made> {
  const g = x.generation(newest)
  if (g === undefined) return refuse('unknown') // the line has no key
  const { keys, boxes } = await sealKeys('line', encodeCtx('line', x.id, g.gen), m, current, undefined, [accountTo(who, people)])
  const body = memberAddBody.encode({ account: who, keys: encodeKeys(keys) })
  return { link: await signLink(x.at, 'line/member-add', when, m, body), boxes }
}

/** Takes a person off the line and rotates its key without them. */
export async function lineRemove(x: Line, when: LinkAt, m: Maker, current: Secret, who: ID, people: People): Promise<MadeSecret> {
  const rest = x.members(newest).filter((id) => id !== who)
  const { secret, boxes, rotation } = await lineRotation(x, 'line', m, current, rest, people)
  const body = memberRemoveBody.encode({ account: who, rotation })
  return { link: await signLink(x.at, 'line/member-remove', when, m, body), secret, boxes }
}

/** States the lowest generation still needed. */
export async function lineFloor(x: Line, when: LinkAt, m: Maker, gen: number): Promise<SignedLink> {
  return signLink(x.at, 'line/floor', when, m, floorBody.encode({ gen }))
}
