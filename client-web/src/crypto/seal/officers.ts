// The officers' pair brings an account back when its person has lost every
// device and the recovery code (sections 4.3 and 9). Its seed is made on the
// person's device, divided (vault/shares.ts), each share sealed to one officer,
// and forgotten.

import { officersBody } from '../envelope/account.ts'
import { empty, type Bytes, type Hash, type ID } from '../envelope/bytes.ts'
import { enc } from '../envelope/enc.ts'
import { shareInfo, type Reader } from '../envelope/keys.ts'
import { refuse, refusedLater } from '../envelope/refusal.ts'
import type { Account } from '../chain/account.ts'
import { Box } from '../key/box.ts'
import { gcmOpen, gcmSeal } from '../key/gcm.ts'
import { random } from '../key/random.ts'
import { Signing } from '../key/sign.ts'
import { reader, type Maker, type To } from './keys.ts'
import { accountGrant, signLink, type LinkAt, type Made, type Pair } from './links.ts'
import type { Secret } from './secret.ts'

/** The pair of a seed. */
export async function officersPair(seed: Secret): Promise<Pair> {
  const [sign, box] = await Promise.all([
    Signing.fromSeed(seed.derive(empty(), enc('arc1/officers/sign'), 32)),
    Box.fromSeed(seed.derive(empty(), enc('arc1/officers/box'), 32)),
  ])
  return { sign, box }
}

/** Binds a fresh officers' pair and hands it the current generation. commit is what the shares are bound by, held who gets one. */
export async function officersLink(
  a: Account, when: LinkAt, m: Maker, current: Secret, pair: Pair, commit: Hash, held: readonly ID[],
): Promise<Made> {
  const box = pair.box.public.bytes
  const { grant, boxes } = await accountGrant(a, m, current, reader('offi', a.id, a.officers().number + 1, box))
  const body = officersBody.encode({ sign: pair.sign.public.bytes, box, commit, held: held.toSorted(), grant })
  return { link: await signLink(a.at, 'account/officers', when, m, body), boxes }
}

/** One share of an officers' seed on its way to one reader: an officer, or the device that brings the account back. */
export interface Share {
  /** Of kind acct or dev. */
  reader: Reader
  /** The key of `sealed`, 1168 bytes. */
  box: Bytes
  /** The share under it. */
  sealed: Bytes
}

/** Seals a share to one reader. number is the pair's, commit stands in the account's chain. */
export async function sealShare(acct: ID, number: number, commit: Hash, to: To, share: Bytes): Promise<Share> {
  const { kind, id, gen, pk, key } = to
  const info = shareInfo(acct, number, commit, to)
  const fresh = random(32)
  return { reader: { kind, id, gen, pk }, box: await key.seal(info, fresh), sealed: await gcmSeal(fresh, info, share) }
}

/** Opens a share with the reader's private key. */
export async function openShare(acct: ID, number: number, commit: Hash, key: Box, s: Share): Promise<Bytes> {
  if (key.public.hash !== s.reader.pk) refuse('not-for-me') // not sealed to this key
  const info = shareInfo(acct, number, commit, s.reader)
  const k = await refusedLater('box', key.open(info, s.box))
  return gcmOpen(k, info, s.sealed)
}
