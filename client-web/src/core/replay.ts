// Reading the whole key log: every entry follows the one before, and all of them
// together are what the log has signed. Signatures of single statements are
// checked where somebody relies on them, and by the auditor's tool.

import { credentialLinkBody, credentialRevokeBody, credentialStatement, type PolicyBody } from '../crypto/envelope/agency.ts'
import { equal, noHash, nobody, utf8, type Bytes, type Hash, type ID } from '../crypto/envelope/bytes.ts'
import { lineGenesisBody, memberAddBody, memberRemoveBody } from '../crypto/envelope/line.ts'
import { decodeLink, linkHash, type Link } from '../crypto/envelope/link.ts'
import { labelOf } from '../crypto/envelope/enc.ts'
import { openCheckpoint } from '../crypto/keylog/checkpoint.ts'
import { linkLeaf } from '../crypto/keylog/leaf.ts'
import { Growing } from '../crypto/keylog/root.ts'
import type { LogFault, LogRow, LogSheet } from '../link/office.ts'
import type * as wire from '../wire/gen.ts'
import type { LogLeaf, LogPage, Role } from '../wire/gen.ts'
import { signedLink } from './log.ts'

/** One state of the log that its entries must add up to. */
export interface State {
  size: bigint
  root: Hash
  why: LogFault
}

export interface Checked {
  /** Each statement with its place. */
  links: { index: number; link: Link; leaf: LogLeaf }[]
  others: { index: number; what: 'build' | 'access' }[]
  fault?: { why: LogFault; at: number }
  root: Hash
}

/** Goes through all entries in order and demands that they add up to every state. */
export function checkEntries(leaves: readonly LogLeaf[], states: readonly State[]): Checked {
  const out: Checked = { links: [], others: [], root: noHash }
  const tree = new Growing()
  const heads = new Map<ID, { seq: bigint; hash: Hash }>()
  const fault = (why: LogFault, at: number) => {
    out.fault ??= { why, at }
  }
  const follows = (index: number, leaf: LogLeaf, link: wire.Link) => {
    const signed = signedLink(link)
    const l = decodeLink(signed.link)
    const hash = linkHash(signed)
    if (!equal(leaf.leaf as Bytes, linkLeaf.encode({ chain: l.chain, seq: l.seq, hash }))) fault('row', index)
    const before = heads.get(l.chain) ?? { seq: 0n, hash: noHash }
    if (l.seq !== before.seq + 1n || l.prev !== before.hash) fault('order', index)
    heads.set(l.chain, { seq: l.seq, hash })
    out.links.push({ index, link: l, leaf })
  }
  const other = (index: number, label: string) => {
    if (label === 'arc1/kt/link') fault('row', index)
    if (label === 'arc1/kt/build' || label === 'arc1/kt/access') out.others.push({ index, what: label === 'arc1/kt/build' ? 'build' : 'access' })
  }
  for (const [index, leaf] of leaves.entries()) {
    if (leaf.link === undefined) other(index, labelOf(leaf.leaf as Bytes))
    else follows(index, leaf, leaf.link)
    tree.add(leaf.leaf as Bytes)
    for (const s of states) if (s.size === tree.size && s.root !== tree.root()) fault(s.why, index)
  }
  for (const s of states) if (s.size > tree.size) fault(s.why, leaves.length)
  out.root = tree.root()
  return out
}

/** What the log's signed states say, as the agency's policy lets one believe them. */
export async function statesOf(policy: PolicyBody, page: Pick<LogPage, 'checkpoint' | 'shown'>): Promise<{ states: State[]; witnesses: number }> {
  const written = await openCheckpoint({ logKey: policy.logKey, witnesses: [], quorum: 0 }, utf8(page.checkpoint))
  const shown = await openCheckpoint(policy, utf8(page.shown))
  return { states: [{ ...written, why: 'root' }, { ...shown, why: 'witnesses' }], witnesses: shown.times.length }
}

/** The rows for people: names come from the credentials that the log itself records. */
export function rowsOf(checked: Checked, agency: string): LogRow[] {
  const names = new Map<ID, string>()
  const roles = new Map<ID, Role>()
  const holders = new Map<ID, ID>()
  const lines = new Map<ID, string>()
  for (const { link, leaf } of checked.links) {
    if (link.type === 'line/genesis') lines.set(link.chain, lineGenesisBody.decode(link.body).name)
    if (link.type !== 'agency/credential') continue
    const { serial, account } = credentialLinkBody.decode(link.body)
    holders.set(serial, account)
    if (leaf.credential === undefined) continue
    const c = credentialStatement.decode(leaf.credential.credential as Bytes)
    names.set(c.account, c.displayName)
    roles.set(c.account, c.role as Role)
  }
  const rows = checked.links.map(({ index, link }): LogRow => {
    const about = aboutOf(link, holders)
    const by = link.signerAcct === nobody ? undefined : link.signerAcct
    const role = about === undefined ? undefined : roles.get(about)
    return {
      index, at: Number(link.time), what: link.type, by: by === undefined ? (link.kind === 'account' ? '' : agency) : (names.get(by) ?? ''), ...(by === undefined ? {} : { byAccount: by }),
      about: about === undefined ? '' : (names.get(about) ?? ''), ...(about === undefined ? {} : { aboutAccount: about }), line: link.kind === 'line' ? (lines.get(link.chain) ?? '') : '',
      ...(role === undefined ? {} : { role }),
    }
  })
  const others = checked.others.map(({ index, what }): LogRow => ({ index, what, by: '', about: '', line: '' }))
  return [...rows, ...others].sort((a, b) => b.index - a.index)
}

function aboutOf(link: Link, holders: ReadonlyMap<ID, ID>): ID | undefined {
  switch (link.type) {
    case 'agency/credential':
      return credentialLinkBody.decode(link.body).account
    case 'agency/credential-revoke':
      return holders.get(credentialRevokeBody.decode(link.body).serial)
    case 'line/member-add':
      return memberAddBody.decode(link.body).account
    case 'line/member-remove':
      return memberRemoveBody.decode(link.body).account
    default:
      return link.kind === 'account' ? link.chain : undefined
  }
}

/** All of it for the screen. */
export function sheetOf(checked: Checked, agency: string, entries: number, seen: number, witnesses: number): LogSheet {
  return { rows: rowsOf(checked, agency), entries, seen, witnesses, root: checked.root, ...(checked.fault === undefined ? {} : { fault: checked.fault }) }
}
