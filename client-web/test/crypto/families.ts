// Decoders by the name that a `statement` file gives, each writing again what it has read.

import * as account from '../../src/crypto/envelope/account.ts'
import * as agency from '../../src/crypto/envelope/agency.ts'
import type { Bytes } from '../../src/crypto/envelope/bytes.ts'
import { decodeHead, encodeHead } from '../../src/crypto/envelope/entry.ts'
import { decodeKeys, encodeKeys, type Purpose } from '../../src/crypto/envelope/keys.ts'
import * as line from '../../src/crypto/envelope/line.ts'
import { decodeLink, encodeLink } from '../../src/crypto/envelope/link.ts'
import { decodeLetter, decodeWelcome, encodeLetter, encodeWelcome } from '../../src/crypto/envelope/pair.ts'
import { decodeLeaf, encodeLeaf } from '../../src/crypto/keylog/leaf.ts'

type Again = (b: Bytes) => Bytes

function again<T>(decode: (b: Bytes) => T, encode: (value: T) => Bytes): Again {
  return (b) => encode(decode(b))
}

const families = new Map<string, Again>([
  ['credential', again(agency.decodeCredential, agency.encodeCredential)],
  ['rotation', again(account.decodeRotation, account.encodeRotation)],
  ['leaf', again(decodeLeaf, encodeLeaf)],
  ['letter', again(decodeLetter, encodeLetter)],
  ['welcome', again(decodeWelcome, encodeWelcome)],
  ['body/agency/genesis', again(agency.decodeAgencyGenesis, agency.encodeAgencyGenesis)],
  ['body/agency/issuer', again(agency.decodeIssuer, agency.encodeIssuer)],
  ['body/agency/issuer-revoke', again(agency.decodeIssuerRevoke, agency.encodeIssuerRevoke)],
  ['body/agency/custodian', again(agency.decodeCustodian, agency.encodeCustodian)],
  ['body/agency/policy', again(agency.decodePolicy, agency.encodePolicy)],
  ['body/agency/credential', again(agency.decodeCredentialLink, agency.encodeCredentialLink)],
  ['body/agency/credential-revoke', again(agency.decodeCredentialRevoke, agency.encodeCredentialRevoke)],
  ['body/account/genesis', again(account.decodeAccountGenesis, account.encodeAccountGenesis)],
  ['body/account/device-add', again(account.decodeDeviceAdd, account.encodeDeviceAdd)],
  ['body/account/device-revoke', again(account.decodeDeviceRevoke, account.encodeDeviceRevoke)],
  ['body/account/recovery-replace', again(account.decodeRecovery, account.encodeRecovery)],
  ['body/account/officers', again(account.decodeOfficers, account.encodeOfficers)],
  ['body/line/genesis', again(line.decodeLineGenesis, line.encodeLineGenesis)],
  ['body/line/admin-set', again(line.decodeLineAdmins, line.encodeLineAdmins)],
  ['body/line/floor', again(line.decodeFloor, line.encodeFloor)],
  ...(['line/member-add', 'line/member-remove'] as const).map((t): [string, Again] => [
    `body/${t}`, again((b) => line.decodeLineMember(t, b), (v) => line.encodeLineMember(t, v)),
  ]),
  ...(['account/puk-rotate', 'line/rotate'] as const).map((t): [string, Again] => [
    `body/${t}`, again((b) => line.decodeRotate(t, b), (v) => line.encodeRotate(t, v)),
  ]),
])

/** A link and a head are of any type here; the caller compares it with the name's end. */
export function family(name: string): Again | undefined {
  const [first, rest = ''] = name.split(/\/(.*)/s)
  if (first === 'link') return again(decodeLink, encodeLink)
  if (first === 'head') return again(decodeHead, encodeHead)
  if (first === 'keys') return again((b) => decodeKeys(rest as Purpose, b), encodeKeys)
  return families.get(name)
}
