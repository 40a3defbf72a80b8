// Bodies of the agency's links, and the credential (section 4.2).

import { hashBytes, idBytes, sum, utf8, type Bytes, type Hash, type ID } from './bytes.ts'
import { bounded, enc, Fields, flag, ids, suite, u32, u64, u8 } from './enc.ts'
import { boxKeyLen } from './account.ts'

export interface AgencyGenesisBody {
  /** Ed25519, 32 bytes, kept off line. */
  root: Bytes
  name: string
}

export function encodeAgencyGenesis(b: AgencyGenesisBody): Bytes {
  return enc('arc1/agency/genesis', b.root, utf8(b.name))
}

export function decodeAgencyGenesis(p: Bytes): AgencyGenesisBody {
  const f = new Fields('arc1/agency/genesis', p)
  return f.done({ root: f.bytes(32), name: f.text(128) })
}

/** Appoints a key that signs credentials and lines' first links, for a time. */
export interface IssuerBody {
  id: ID
  /** Ed25519, 32 bytes. */
  key: Bytes
  /** Unix milliseconds. */
  notBefore: bigint
  notAfter: bigint
}

export function encodeIssuer(b: IssuerBody): Bytes {
  return enc('arc1/agency/issuer', idBytes(b.id), b.key, u64(b.notBefore), u64(b.notAfter))
}

export function decodeIssuer(p: Bytes): IssuerBody {
  const f = new Fields('arc1/agency/issuer', p)
  return f.done({ id: f.id(), key: f.bytes(32), notBefore: f.u64(), notAfter: f.u64() })
}

export function encodeIssuerRevoke(id: ID): Bytes {
  return enc('arc1/agency/issuer-revoke', idBytes(id))
}

export function decodeIssuerRevoke(p: Bytes): ID {
  const f = new Fields('arc1/agency/issuer-revoke', p)
  return f.done(f.id())
}

/** Whether epochs are sealed to the records key. */
export const custodianMode = { none: 0, optional: 1, required: 2 } as const

/** One generation of the records key. */
export interface CustodianBody {
  id: ID
  gen: number
  /** X-Wing, 1216 bytes; empty in mode none and in no other. */
  box: Bytes
  mode: number
}

export function encodeCustodian(b: CustodianBody): Bytes {
  return enc('arc1/agency/custodian', idBytes(b.id), u32(b.gen), b.box, u8(b.mode))
}

export function decodeCustodian(p: Bytes): CustodianBody {
  const f = new Fields('arc1/agency/custodian', p)
  const b = { id: f.id(), gen: f.u32(), box: f.bytes(0, boxKeyLen), mode: f.u8() }
  const size = b.mode === custodianMode.none ? 0 : boxKeyLen
  if (b.mode > custodianMode.required || (b.box.length === boxKeyLen) !== (size === boxKeyLen)) f.fail('mode and key do not fit')
  return f.done(b)
}

/** What every client obeys. */
export interface PolicyBody {
  minSuite: number
  /** Lowest protocol version that a client may speak. */
  minClient: number
  /** Whether epochs of claimed threads are sealed to the leads' key too. */
  lineEscrow: boolean
  /** Signed-note verifier key of the key log. */
  logKey: string
  /** Verifier keys of witnesses. */
  witnesses: string[]
  /** How many of them must have signed a checkpoint. */
  quorum: number
  /** Ed25519 key of the service that attests second factors, 32 bytes. */
  stepUpKey: Bytes
}

export function encodePolicy(b: PolicyBody): Bytes {
  return enc('arc1/agency/policy', u8(b.minSuite), u32(b.minClient), flag(b.lineEscrow), utf8(b.logKey), enc('witnesses', ...b.witnesses.map(utf8)),
    u8(b.quorum), b.stepUpKey)
}

export function decodePolicy(p: Bytes): PolicyBody {
  const f = new Fields('arc1/agency/policy', p)
  const b = { minSuite: f.u8(), minClient: f.u32(), lineEscrow: f.flag(), logKey: f.text(512) }
  const w = new Fields('witnesses', f.part())
  const witnesses: string[] = []
  while (!w.ended) witnesses.push(w.text(512))
  const quorum = f.u8()
  if (quorum > witnesses.length) f.fail('quorum larger than the list')
  return f.done({ ...b, witnesses, quorum, stepUpKey: f.bytes(32) })
}

/** Logs a credential by its digest: no name enters the chain. */
export interface CredentialLinkBody {
  serial: ID
  account: ID
  digest: Hash
}

export function encodeCredentialLink(b: CredentialLinkBody): Bytes {
  return enc('arc1/agency/credential', idBytes(b.serial), idBytes(b.account), hashBytes(b.digest))
}

export function decodeCredentialLink(p: Bytes): CredentialLinkBody {
  const f = new Fields('arc1/agency/credential', p)
  return f.done({ serial: f.id(), account: f.id(), digest: f.hash() })
}

export function encodeCredentialRevoke(serial: ID): Bytes {
  return enc('arc1/agency/credential-revoke', idBytes(serial))
}

export function decodeCredentialRevoke(p: Bytes): ID {
  const f = new Fields('arc1/agency/credential-revoke', p)
  return f.done(f.id())
}

/** The longest life of a credential in milliseconds: 397 days. */
export const maxCredentialMillis = 397n * 24n * 3_600_000n

/** The agency's word about one account: who the person is, what they may be here, on which lines, for how long. */
export interface Credential {
  agency: ID
  serial: ID
  account: ID
  /** Hash of the account's first link: the identity. */
  genesis: Hash
  role: string
  assisterID: string
  npn: string
  adminID: string
  organization: string
  displayName: string
  lines: ID[]
  /** Unix milliseconds. */
  notBefore: bigint
  notAfter: bigint
  /** The identity that this one replaces, 32 bytes, or empty. */
  supersedes: Bytes
}

export function encodeCredential(c: Credential): Bytes {
  return enc('arc1/cred', u8(suite), idBytes(c.agency), idBytes(c.serial), idBytes(c.account), hashBytes(c.genesis), utf8(c.role),
    utf8(c.assisterID), utf8(c.npn), utf8(c.adminID), utf8(c.organization), utf8(c.displayName), ids(c.lines), u64(c.notBefore), u64(c.notAfter),
    c.supersedes)
}

export function decodeCredential(p: Bytes): Credential {
  const f = new Fields('arc1/cred', bounded(p))
  f.suite()
  const c = {
    agency: f.id(), serial: f.id(), account: f.id(), genesis: f.hash(), role: f.text(32), assisterID: f.text(64), npn: f.text(64),
    adminID: f.text(64), organization: f.text(128), displayName: f.text(128), lines: f.ids(0), notBefore: f.u64(), notAfter: f.u64(),
    supersedes: f.bytes(0, 32),
  }
  if (c.supersedes.length !== 0 && c.supersedes.length !== 32) f.fail('supersedes is empty or a digest')
  if (c.notAfter <= c.notBefore || c.notAfter - c.notBefore > maxCredentialMillis) f.fail('valid for nothing or for too long')
  return f.done(c)
}

/** What the agency's chain records of a signed credential. */
export function credentialDigest(credential: Bytes, sig: Bytes): Hash {
  return sum(enc('arc1/credhash', credential, sig))
}
