// The letters behind codes: an invitation's and a recovery code say, typed alone,
// which agency to believe and whose they are. Whoever made the code left the
// letter with the service, which knows no code.

import { Agency } from '../crypto/chain/agency.ts'
import { empty, hashBytes, sum, toHash, type Bytes, type Hash, type ID } from '../crypto/envelope/bytes.ts'
import { letter as letterTable } from '../crypto/envelope/pair.ts'
import { equalSecrets } from '../crypto/key/hash.ts'
import { Verify } from '../crypto/key/verify.ts'
import { InviteCode, type RecoveryCode } from '../crypto/vault/code.ts'
import * as wire from '../wire/gen.ts'
import { Alarm, alarming } from './problem.ts'
import type { Requests } from './requests.ts'

/** What a letter says, after it was believed. */
export interface Said {
  agency: ID
  root: Verify
  name: string
}

interface Code {
  locator(): Bytes
  mac(letter: Bytes): Bytes
}

/** The code in a letter's link, or as it was typed. */
function codeOf(link: string): string {
  const at = link.indexOf('#')
  return at < 0 ? link : decodeURIComponent(link.slice(at + 1))
}

/** Finds the letter behind an invitation's code, and by which name its agency calls itself. */
export async function findLetter(requests: Requests, link: string): Promise<Said & { code: InviteCode; agencyName: string }> {
  const code = InviteCode.read(codeOf(link))
  const { said, first } = await find(requests, '/v1/letter', code)
  return { code, ...said, agencyName: first === undefined ? '' : await nameOf(said, first) }
}

/** The agency's name out of its first statement, which the root that the letter names has signed. */
export async function nameOf({ agency, root }: Pick<Said, 'agency' | 'root'>, first: wire.Link): Promise<string> {
  const a = await alarming(() => new Agency(agency).apply({ link: first.link as Bytes, sig: first.sig as Bytes, countersig: empty(), leaf: 0n }))
  if (a.root.text !== root.text) throw new Alarm('the name is not that of the agency of your letter')
  return a.name
}

/** What a registrar's browser leaves with the service beside an invitation's code. */
export function invitationLetter(code: InviteCode, { agency, root, name }: Said): { locator: Hash; letter: Bytes; mac: Hash } {
  const letter = letterTable.encode({ agency, root: root.bytes, name })
  return { locator: sum(code.locator()), letter, mac: toHash(code.mac(letter)) }
}

/** Finds the letter behind a recovery code: a person who has nothing else left needs no other. */
export async function findRecoveryLetter(requests: Requests, code: RecoveryCode): Promise<Said> {
  return (await find(requests, '/v1/recovery/letter', code)).said
}

/** A letter is believed because it was authenticated under the code. */
async function find(requests: Requests, path: string, code: Code): Promise<{ said: Said; first: wire.Link | undefined }> {
  const body = wire.encodeLetterQuery({ locator: toHash(code.locator()) })
  const found = await requests.call({ method: 'POST', path, body }, wire.decodeLetterAnswer)
  const said = found.letter as Bytes
  if (!equalSecrets(code.mac(said), hashBytes(found.mac as Hash))) throw new Alarm('the letter was not written by whoever made your code')
  const letter = letterTable.decode(said)
  return { said: { agency: letter.agency, root: Verify.from(letter.root), name: letter.name }, first: found.agency }
}

/** What this device leaves with the service beside a new recovery code of its person. */
export function recoveryLetter(code: RecoveryCode, { agency, root, name }: Said): wire.RecoveryLetter {
  const letter = letterTable.encode({ agency, root: root.bytes, name })
  return { locator: sum(code.locator()), letter, mac: toHash(code.mac(letter)) }
}
