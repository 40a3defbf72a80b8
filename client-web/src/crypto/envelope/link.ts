// Links: the signed statements of the agency's, accounts' and lines' chains (section 4.1).

import { sum, type Bytes, type Hash, type ID } from './bytes.ts'
import { anyBytes, enc, hash, id, labelOf, oneOf, suited, u64, type Table } from './enc.ts'
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
export type LinkType = (typeof linkTypes)[ChainKind][number]

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

const kinds = Object.keys(linkTypes) as ChainKind[]

function linkTable(type: LinkType): Table<Omit<Link, 'type'>> {
  const kind = oneOf(kinds.filter((k) => type.startsWith(k)))
  return suited(`arc1/link/${type}`, { kind, chain: id, seq: u64, prev: hash, time: u64, agency: id, signerAcct: id, signerDev: id, body: anyBytes })
}

const tables = new Map(Object.values(linkTypes).flat().map((type) => [`arc1/link/${type}`, { type, table: linkTable(type) }]))

export function encodeLink(l: Link): Bytes {
  return linkTable(l.type).encode(l)
}

export function decodeLink(b: Bytes): Link {
  const { type, table } = tables.get(labelOf(b)) ?? refuse('malformed')
  return { type, ...table.decode(b) }
}

/** Names a link for the next one's prev and for the key log. */
export function linkHash(s: SignedLink): Hash {
  return sum(enc('arc1/linkhash', s.link, s.sig, s.countersig))
}
