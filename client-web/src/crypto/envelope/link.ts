// Links: the signed statements of the agency's, accounts' and lines' chains (section 4.1).

import { hashBytes, idBytes, sum, utf8, type Bytes, type Hash, type ID } from './bytes.ts'
import { bounded, enc, Fields, labelOf, suite, u64, u8 } from './enc.ts'
import { refuse } from './refusal.ts'

export type ChainKind = 'agency' | 'account' | 'line'

/** Every link type there is. An unknown one is refused, never skipped. */
export const linkTypes = {
  agency: [
    'agency/genesis', 'agency/issuer', 'agency/issuer-revoke', 'agency/custodian', 'agency/policy', 'agency/credential',
    'agency/credential-revoke',
  ],
  account: [
    'account/genesis', 'account/device-add', 'account/device-revoke', 'account/puk-rotate', 'account/recovery-replace',
    'account/officers',
  ],
  line: ['line/genesis', 'line/admin-set', 'line/member-add', 'line/member-remove', 'line/rotate', 'line/floor'],
} as const

export type AgencyLinkType = (typeof linkTypes.agency)[number]
export type AccountLinkType = (typeof linkTypes.account)[number]
export type LineLinkType = (typeof linkTypes.line)[number]
export type LinkType = AgencyLinkType | AccountLinkType | LineLinkType

const allLinkTypes: readonly LinkType[] = [...linkTypes.agency, ...linkTypes.account, ...linkTypes.line]

/** One signed statement of a chain. */
export interface Link {
  kind: ChainKind
  type: LinkType
  chain: ID
  /** Counts from 1 without gaps. */
  seq: bigint
  /** Hash of the link before; zeros in the first. */
  prev: Hash
  /** Unix milliseconds by the signer's clock: shown, never trusted. */
  time: bigint
  agency: ID
  /** Zero where the root or an issuer signs. */
  signerAcct: ID
  /** A device; an issuer; zero for the root and a recovery key; 16 bytes of 0xff for the officers' key. */
  signerDev: ID
  body: Bytes
}

/** A link with its signatures as it is stored and served. */
export interface SignedLink {
  link: Bytes
  sig: Bytes
  /** Only where a new device accepts its place; else empty. */
  countersig: Bytes
}

/** A link with its leaf index in the key log. */
export interface Logged extends SignedLink {
  leaf: bigint
}

export function encodeLink(l: Link): Bytes {
  return enc(`arc1/link/${l.type}`, u8(suite), utf8(l.kind), idBytes(l.chain), u64(l.seq), hashBytes(l.prev), u64(l.time), idBytes(l.agency),
    idBytes(l.signerAcct), idBytes(l.signerDev), l.body)
}

export function decodeLink(b: Bytes): Link {
  const label = labelOf(bounded(b))
  const type = allLinkTypes.find((t) => label === `arc1/link/${t}`)
  if (type === undefined) return refuse('malformed', 'unknown link type')
  const kind = type.slice(0, type.indexOf('/')) as ChainKind
  const f = new Fields(label, b)
  f.suite()
  if (f.text(16) !== kind) f.fail('the type belongs to another kind of chain')
  return f.done({
    kind, type, chain: f.id(), seq: f.u64(), prev: f.hash(), time: f.u64(), agency: f.id(), signerAcct: f.id(), signerDev: f.id(), body: f.part(),
  })
}

/** Names a link for the next one's prev and for the key log. */
export function linkHash(s: SignedLink): Hash {
  return sum(enc('arc1/linkhash', s.link, s.sig, s.countersig))
}
