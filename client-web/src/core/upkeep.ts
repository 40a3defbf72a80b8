// What a device does by itself after signing in: shares of this account for the
// agency's officers, so that its person can be given their messages back, and a
// new account key where an officers' pair before was handed the present one.

import { newest, type ID } from '../crypto/envelope/bytes.ts'
import { decodeLink, type SignedLink } from '../crypto/envelope/link.ts'
import { reasonOf } from '../crypto/envelope/refusal.ts'
import type { Book } from '../crypto/chain/book.ts'
import type { To } from '../crypto/seal/keys.ts'
import { accountRotate, accountTo, lineRemove } from '../crypto/seal/links.ts'
import { officersLink, officersPair, sealShare } from '../crypto/seal/officers.ts'
import { Secret } from '../crypto/seal/secret.ts'
import { splitBound } from '../crypto/vault/shares.ts'
import * as wire from '../wire/gen.ts'
import type { Person } from './person.ts'
import { isCode, WasThisYou } from './problem.ts'
import type { Statements } from './statements.ts'

/** How many officers bring an account back. */
export const sharesNeeded = 2

export class Upkeep {
  readonly #person: Person
  readonly #statements: Statements

  constructor(person: Person, statements: Statements) {
    this.#person = person
    this.#statements = statements
  }

  /** Does what is due. Where its person is asked something first, nothing is. */
  async run(): Promise<void> {
    try {
      await this.#person.own.undisturbed()
    } catch (error) {
      if (error instanceof WasThisYou) return
      throw error
    }
    await this.#ensureOfficers()
    await this.#endOldPair()
    await this.#endGrants()
  }

  /**
   * Takes off the lines that this person leads whoever has no credential for them
   * any more: their grant has ended, and with the new key so has what they could open.
   */
  async #endGrants(): Promise<void> {
    const { log, secrets, maker, identity } = this.#person
    const me = identity.account
    for (const { id } of log.book.allLines().filter((l) => l.isLead(me, newest))) {
      await log.learn(id, ...log.book.line(id).members(newest))
      for (const who of log.book.line(id).members(newest)) {
        const line = log.book.line(id)
        const gen = line.generation(newest)?.gen
        const current = gen === undefined ? undefined : secrets.of('line', id).get(gen)
        const at = this.#statements.at()
        if (current === undefined || who === me || staffOn(log.book, who, id, at.time)) continue
        const made = await lineRemove(line, at, maker, current, who, log.book)
        await this.#statements.post(made.link, made.boxes, undefined).catch((error: unknown) => {
          if (!isCode(error, 'step_up_required')) throw error // by the service's clock it has not ended yet
        })
      }
    }
  }

  /**
   * Divides a fresh officers' pair among the registrars in force whenever who
   * they are, or their keys, have changed, or the pair was used. The service says
   * who they are; the key log has to confirm each.
   */
  async #ensureOfficers(): Promise<void> {
    const { access, log, identity } = this.#person
    const said = await access.call({ method: 'GET', path: '/v1/officers' }, wire.decodeOfficers)
    const ids = said.officers as ID[]
    await log.learn(...ids)
    const to = ids.map((id) => officer(log.book, id, identity.account, this.#statements.at().time)).filter((t) => t !== undefined)
    if (to.length < sharesNeeded) return
    const { number, used } = log.book.account(identity.account).officers()
    if (number > 0 && !used && holdAll(said.held, to)) return
    await this.#bind(to)
  }

  async #bind(to: readonly To[]): Promise<void> {
    const { maker, identity } = this.#person
    const { account, current } = this.#statements.own()
    const seed = Secret.fresh()
    const { shares, commit } = splitBound(seed.bytes(), to.length, sharesNeeded)
    const number = account.officers().number + 1
    const sealed = await Promise.all(to.map(async (t, i) => {
      const share = shares[i]
      if (share === undefined) throw new TypeError('a share is missing')
      const x = await sealShare(identity.account, number, commit, t, share)
      return { officer: t.id, gen: t.gen, pk: t.pk, box: x.box, sealed: x.sealed }
    }))
    const made = await officersLink(account, this.#statements.at(), maker, current, await officersPair(seed), commit, to.map((t) => t.id))
    await this.#statements.post(made.link, made.boxes, undefined, { shares: sealed })
  }

  /** What the pair before could open ends: its officers were handed the key that was in force when it was bound. */
  async #endOldPair(): Promise<void> {
    const { log, maker, identity } = this.#person
    if (!owesRotation(log.chain(identity.account)?.links ?? [])) return
    const { account, current } = this.#statements.own()
    const made = await accountRotate(account, this.#statements.at(), maker, current)
    await this.#statements.post(made.link, made.boxes, undefined)
    await this.#statements.auditBoxes()
  }
}

/** Whether somebody's credential in force names a line. */
function staffOn(book: Book, id: ID, line: ID, time: bigint): boolean {
  try {
    return book.credential(id, newest, time).lines.includes(line)
  } catch (error) {
    if (reasonOf(error) === 'credential' || reasonOf(error) === 'unknown') return false
    throw error
  }
}

/** How to seal to somebody who is a registrar by the key log; undefined for anybody else. */
export function officer(book: Book, id: ID, me: ID, time: bigint): To | undefined {
  if (id === me) return undefined
  try {
    return book.credential(id, newest, time).role === 'registrar' ? accountTo(id, book) : undefined
  } catch (error) {
    if (reasonOf(error) === 'credential' || reasonOf(error) === 'unknown') return undefined
    throw error
  }
}

/** Whether exactly these hold a share, under their present keys. */
export function holdAll(held: readonly wire.Share[], want: readonly To[]): boolean {
  return held.length === want.length && want.every((t) => held.some((h) => h.officer === t.id && h.gen === t.gen && h.pk === t.pk))
}

/** Whether an officers' pair was replaced and no new account key made since: something came between the two. */
export function owesRotation(links: readonly SignedLink[]): boolean {
  let pairs = 0
  let owed = false
  for (const s of links) {
    const { type } = decodeLink(s.link)
    if (type === 'account/officers') owed = ++pairs > 1
    else if (type !== 'account/device-add') owed = false
  }
  return owed
}
