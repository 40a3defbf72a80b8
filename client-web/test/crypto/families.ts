// Decoders by the name that a `statement` file gives, each writing again what it has read.

import * as account from '../../src/crypto/envelope/account.ts'
import { announcementStatement } from '../../src/crypto/envelope/announcement.ts'
import * as agency from '../../src/crypto/envelope/agency.ts'
import type { Bytes } from '../../src/crypto/envelope/bytes.ts'
import type { Table } from '../../src/crypto/envelope/enc.ts'
import { decodeHead, encodeHead } from '../../src/crypto/envelope/entry.ts'
import { decodeKeys, encodeKeys, type Purpose } from '../../src/crypto/envelope/keys.ts'
import * as line from '../../src/crypto/envelope/line.ts'
import { decodeLink, encodeLink } from '../../src/crypto/envelope/link.ts'
import { letter, welcome } from '../../src/crypto/envelope/pair.ts'
import { leafTable } from '../../src/crypto/keylog/leaf.ts'

type Again = (b: Bytes) => Bytes

function again<T>(t: Table<T>): Again {
  return (b) => t.encode(t.decode(b))
}

const families = new Map<string, Again>([
  ['credential', again(agency.credentialStatement)],
  ['announcement', again(announcementStatement)],
  ['rotation', again(account.rotationBody)],
  ['leaf', (b) => again(leafTable(b))(b)],
  ['letter', again(letter)],
  ['welcome', again(welcome)],
  ['body/agency/genesis', again(agency.agencyGenesisBody)],
  ['body/agency/issuer', again(agency.issuerBody)],
  ['body/agency/issuer-revoke', again(agency.issuerRevokeBody)],
  ['body/agency/custodian', again(agency.custodianBody)],
  ['body/agency/policy', again(agency.policyBody)],
  ['body/agency/credential', again(agency.credentialLinkBody)],
  ['body/agency/credential-revoke', again(agency.credentialRevokeBody)],
  ['body/account/genesis', again(account.accountGenesisBody)],
  ['body/account/device-add', again(account.deviceAddBody)],
  ['body/account/device-revoke', again(account.deviceRevokeBody)],
  ['body/account/puk-rotate', again(line.accountRotateBody)],
  ['body/account/recovery-replace', again(account.recoveryBody)],
  ['body/account/officers', again(account.officersBody)],
  ['body/line/genesis', again(line.lineGenesisBody)],
  ['body/line/admin-set', again(line.lineAdminsBody)],
  ['body/line/member-add', again(line.memberAddBody)],
  ['body/line/member-remove', again(line.memberRemoveBody)],
  ['body/line/rotate', again(line.lineRotateBody)],
  ['body/line/floor', again(line.floorBody)],
])

/** A link and a head are of any type here; the caller compares it with the name's end. */
export function family(name: string): Again | undefined {
  const [first, rest = ''] = name.split(/\/(.*)/s)
  if (first === 'link') return (b) => encodeLink(decodeLink(b))
  if (first === 'head') return (b) => encodeHead(decodeHead(b))
  if (first === 'keys') return (b) => encodeKeys(decodeKeys(rest as Purpose, b))
  return families.get(name)
}
