// Bodies of the agency's links, and the credential (section 4.2).

import { sum, type Bytes, type Hash } from './bytes.ts'
import { bytes, enc, flag, hash, id, ids, list, suited, table, text, u32, u64, u8, type Of } from './enc.ts'
import { boxKeyLen, signKey } from './account.ts'

export const agencyGenesisBody = table('arc1/agency/genesis', { root: signKey, name: text(128) })

/** Appoints a key that signs credentials and lines' first links. Times are Unix milliseconds. */
export const issuerBody = table('arc1/agency/issuer', { id, key: signKey, notBefore: u64, notAfter: u64 })

export const issuerRevokeBody = table('arc1/agency/issuer-revoke', { id })

/** Whether epochs are sealed to the records key. */
export const custodianMode = { none: 0, optional: 1, required: 2 } as const

/** One generation of the records key; box is empty in mode none and in no other. */
export const custodianBody = table(
  'arc1/agency/custodian',
  { id, gen: u32, box: bytes(0, boxKeyLen), mode: u8 },
  ({ box, mode }) => mode <= custodianMode.required && (box.length === boxKeyLen) === (mode !== custodianMode.none),
)
export type CustodianBody = Of<typeof custodianBody>

/**
 * What every client obeys. minClient: lowest protocol version; lineEscrow:
 * whether epochs of claimed threads are sealed to the leads' key too; logKey and
 * witnesses: verifier keys; quorum: how many witnesses must have signed a
 * checkpoint; stepUpKey: of the service, for second factors.
 */
export const policyBody = table(
  'arc1/agency/policy',
  { minSuite: u8, minClient: u32, lineEscrow: flag, logKey: text(512), witnesses: list('witnesses', text(512)), quorum: u8, stepUpKey: signKey },
  ({ quorum, witnesses }) => quorum <= witnesses.length,
)
export type PolicyBody = Of<typeof policyBody>

/** Logs a credential by its digest: no name enters the chain. */
export const credentialLinkBody = table('arc1/agency/credential', { serial: id, account: id, digest: hash })

export const credentialRevokeBody = table('arc1/agency/credential-revoke', { serial: id })

/** The longest life of a credential in milliseconds. */
const maxCredentialMillis = 397n * 24n * 3_600_000n

/**
 * The agency's word about one account: who the person is, what they may be here,
 * on which lines, for how long (Unix milliseconds). genesis: hash of the
 * account's first link; supersedes: the identity that this one replaces, or empty.
 */
export const credentialStatement = suited(
  'arc1/cred',
  {
    agency: id, serial: id, account: id, genesis: hash, role: text(32), assisterID: text(64), npn: text(64), adminID: text(64),
    organization: text(128), displayName: text(128), lines: ids(0), notBefore: u64, notAfter: u64, supersedes: bytes(0, 32),
  },
  ({ notBefore, notAfter, supersedes }) =>
    supersedes.length % 32 === 0 && notAfter > notBefore && notAfter - notBefore <= maxCredentialMillis,
)
export type Credential = Of<typeof credentialStatement>

/** What the agency's chain records of a signed credential. */
export function credentialDigest(encoded: Bytes, sig: Bytes): Hash {
  return sum(enc('arc1/credhash', encoded, sig))
}
