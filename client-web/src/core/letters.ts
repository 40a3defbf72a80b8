// The letters behind codes: an invitation's and a recovery code say, typed alone,
// which agency to believe and whose they are. Whoever made the code left the
// letter with the service, which knows no code.

import { hashBytes, sum, toHash, type Bytes, type Hash, type ID } from '../crypto/envelope/bytes.ts'
import { letter as letterTable } from '../crypto/envelope/pair.ts'
import { equalSecrets } from '../crypto/key/hash.ts'
import { Verify } from '../crypto/key/verify.ts'
import { InviteCode, type RecoveryCode } from '../crypto/vault/code.ts'
import * as wire from '../wire/gen.ts'
import { Alarm } from './problem.ts'
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

/** Finds the letter behind an invitation's code. */
export async function findLetter(requests: Requests, link: string): Promise<Said & { code: InviteCode }> {
  const code = InviteCode.read(codeOf(link))
  return { code, ...(await find(requests, '/v1/letter', code)) }
}

/** Finds the letter behind a recovery code: a person who has nothing else left needs no other. */
export function findRecoveryLetter(requests: Requests, code: RecoveryCode): Promise<Said> {
  return find(requests, '/v1/recovery/letter', code)
}

/** A letter is believed because it was authenticated under the code. */
async function find(requests: Requests, path: string, code: Code): Promise<Said> {
  const body = wire.encodeLetterQuery({ locator: toHash(code.locator()) })
  const found = await requests.call({ method: 'POST', path, body }, wire.decodeLetterAnswer)
  const said = found.letter as Bytes
  if (!equalSecrets(code.mac(said), hashBytes(found.mac as Hash))) throw new Alarm('the letter was not written by whoever made your code')
  const letter = letterTable.decode(said)
  return { agency: letter.agency, root: Verify.from(letter.root), name: letter.name }
}

/** What this device leaves with the service beside a new recovery code of its person. */
export function recoveryLetter(code: RecoveryCode, { agency, root, name }: Said): wire.RecoveryLetter {
  const letter = letterTable.encode({ agency, root: root.bytes, name })
  return { locator: sum(code.locator()), letter, mac: toHash(code.mac(letter)) }
}
