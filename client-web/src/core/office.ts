// What those ask who look after people: the roster, invitations, lines, who
// comes back, the log. The service decides who may; the browser never holds an
// issuer's key, so certifying is done elsewhere.

import { deviceKeys } from '../crypto/envelope/account.ts'
import { newest, type Bytes, type Hash, type ID } from '../crypto/envelope/bytes.ts'
import { lineRotateBody } from '../crypto/envelope/line.ts'
import { decodeLink, type Logged } from '../crypto/envelope/link.ts'
import { Verify } from '../crypto/key/verify.ts'
import { reader } from '../crypto/seal/keys.ts'
import { lineAdd, lineRemove } from '../crypto/seal/links.ts'
import { openShare, sealShare } from '../crypto/seal/officers.ts'
import type { Secret } from '../crypto/seal/secret.ts'
import { InviteCode, PairCode } from '../crypto/vault/code.ts'
import { deviceNumber } from '../crypto/vault/numbers.ts'
import type { Account } from '../crypto/chain/account.ts'
import type { Line } from '../crypto/chain/line.ts'
import type { Factor } from '../link/calls.ts'
import type { LineSheet, LogSheet, MadeLetter, MadeLetters, OfficeAccount, OfficeDevice, Return, WaitingEnrolment, WaitingSponsor } from '../link/office.ts'
import * as wire from '../wire/gen.ts'
import { AccountCalls } from './account.ts'
import { invitationLetter } from './letters.ts'
import { Moot, refusedFor } from './problem.ts'
import { checkEntries, sheetOf, statesOf } from './replay.ts'

/** How long a letter works, in milliseconds; the service allows no more. */
const letterLife = 7 * 24 * 3_600_000

/** How many chains one question may be about, less those that are always asked for. */
const atOnce = 24

export abstract class OfficeCalls extends AccountCalls {
  async roster(): Promise<wire.PersonRow[]> {
    const out: wire.PersonRow[] = []
    for (let after = ''; ;) {
      const page = await this.who().access.call({ method: 'GET', path: `/v1/people?after=${encodeURIComponent(after)}` }, wire.decodePeopleList)
      out.push(...page.people)
      const last = page.people.at(-1)
      if (!page.more || last === undefined) return out
      after = last.key
    }
  }

  async personRow(key: string): Promise<wire.PersonRow | undefined> {
    const page = await this.who().access.call({ method: 'GET', path: `/v1/people?key=${encodeURIComponent(key)}` }, wire.decodePeopleList)
    return page.people[0]
  }

  async officeAccount(account: string): Promise<OfficeAccount> {
    const { log } = this.who()
    const id = account as ID
    await log.learn(id, ...log.book.allLines().map((l) => l.id))
    const lines = log.book.allLines().filter((l) => l.isMember(id, newest) || l.isLead(id, newest)).map((l) => ({ id: l.id, name: l.name, leads: l.isLead(id, newest) }))
    return { devices: log.book.hasAccount(id) ? devicesOf(log.book.account(id)) : [], lines }
  }

  async inactivate({ account, factor }: { account: string; factor: Factor }): Promise<void> {
    await this.who().access.withFactor(factor, { method: 'POST', path: `/v1/people/${account}/inactivate` })
  }

  async signOutPerson(account: string): Promise<void> {
    await this.who().access.send({ method: 'POST', path: `/v1/people/${account}/sign-out` })
  }

  async sponsorships(): Promise<WaitingSponsor[]> {
    const { access } = this.who()
    const { waiting } = await access.call({ method: 'GET', path: '/v1/sponsorships' }, wire.decodeSponsorshipList)
    await this.#learn(waiting.map((x) => x.by as ID))
    return waiting.map((x) => ({
      locator: x.locator, name: x.name, role: x.role, number: x.id.slice(x.id.indexOf(':') + 1), organization: x.organization, by: this.#nameOf(x.by as ID), made: x.made, expires: x.expires,
    }))
  }

  async sponsor({ locators, approve, factor }: { locators: string[]; approve: boolean; factor: Factor }): Promise<void> {
    const body = wire.encodeSponsor({ locators: locators as wire.Hash[], approve })
    await this.who().access.withFactor(factor, { method: 'POST', path: '/v1/sponsorships', body })
  }

  async enrolments(): Promise<WaitingEnrolment[]> {
    const { pending } = await this.who().access.call({ method: 'GET', path: '/v1/enrolments' }, wire.decodePendingList)
    return pending.map((p) => ({ account: p.account, login: p.name, role: p.role, key: p.roster, ready: p.ready }))
  }

  async invite({ keys, factor }: { keys: string[]; factor: Factor }): Promise<MadeLetters> {
    const { access, identity, log, origin } = this.who()
    const root = Verify.read(identity.root)
    const rows = await this.roster()
    const expires = Math.floor((Number(this.says().at().time) + letterLife) / 1000)
    const invitations: wire.Invite[] = []
    const letters: MadeLetter[] = []
    for (const key of keys) {
      const row = rows.find((r) => r.key === key)
      if (row === undefined) throw refusedFor('not_found')
      const code = InviteCode.fresh()
      const said = invitationLetter(code, { agency: identity.agency, root, name: row.login })
      invitations.push({ locator: said.locator, roster: key, expires, letter: said.letter, mac: said.mac })
      letters.push({ key, name: row.name, login: row.login, code: code.text(), link: `${origin}/setup#${code.text()}`, expires: expires * 1000 })
    }
    await access.withFactor(factor, { method: 'POST', path: '/v1/invitations', body: wire.encodeInvitations({ invitations }) })
    const file = letters.map((l) => ({ code: l.code, roster: l.key, login: l.login, expires }))
    return { agency: log.book.agency.name, mark: identity.root, letters, file: `${JSON.stringify(file, undefined, 2)}\n` }
  }

  async compareRoster(csv: string): Promise<wire.RosterDifference> {
    return this.who().access.call({ method: 'POST', path: '/v1/roster/compare', body: wire.encodeRosterFile({ csv }) }, wire.decodeRosterDifference)
  }

  async importRoster({ csv, factor }: { csv: string; factor: Factor }): Promise<wire.RosterDifference> {
    const answer = await this.who().access.withFactor(factor, { method: 'POST', path: '/v1/roster', body: wire.encodeRosterFile({ csv }) })
    return wire.decodeRosterDifference(await answer.text())
  }

  async lineSheet(line: string): Promise<LineSheet> {
    const { access, log, identity, view } = this.who()
    const named = await access.call({ method: 'GET', path: '/v1/lines' }, wire.decodeLineList)
    const info = named.lines.find((l) => l.line === line)
    if (info === undefined) throw refusedFor('not_found')
    const id = line as ID
    await log.learn(id)
    if (!log.book.hasLine(id)) return { id, name: info.name, slug: info.slug, founded: false, mine: false, people: [], stale: false }
    const ids = (x: Line) => [...new Set([...x.leads(newest), ...x.members(newest)])]
    await this.#learn(ids(log.book.line(id)))
    const x = log.book.line(id)
    const since = changedAt(log.chain(id)?.links ?? [])
    const people = ids(x).map((a) => {
      const p = view.person(a)
      return { account: a, name: p?.name ?? '', role: p?.role, leads: x.isLead(a, newest), works: x.isMember(a, newest), certified: p?.certified ?? false, me: a === identity.account }
    })
    return {
      id, name: x.name, slug: info.slug, founded: true, mine: x.isLead(identity.account, newest) && this.#secretOf(x) !== undefined, people,
      ...(since === undefined ? {} : { since }), stale: x.generation(newest) !== undefined && x.stale(newest, 'line', log.book),
    }
  }

  /** What a line's people share, where this person was handed it. */
  #secretOf(x: Line): Secret | undefined {
    const g = x.generation(newest)
    return g === undefined ? undefined : this.who().secrets.of('line', x.id).get(g.gen)
  }

  async addMember({ line, account, factor }: { line: string; account: string; factor: Factor }): Promise<void> {
    const { log, maker } = this.who()
    await log.learn(line as ID, account as ID)
    const x = log.book.line(line as ID)
    const current = this.#secretOf(x)
    if (current === undefined || x.isMember(account as ID, newest)) throw new Moot('nobody can be added now')
    const made = await lineAdd(x, this.says().at(), maker, current, account as ID, log.book)
    await this.says().post(made.link, made.boxes, factor)
    await this.who().lookAgain()
  }

  async removeMember({ line, account, factor }: { line: string; account: string; factor: Factor }): Promise<void> {
    const { log, maker } = this.who()
    await log.learn(line as ID, account as ID)
    await this.#learn(log.book.line(line as ID).members(newest))
    const x = log.book.line(line as ID)
    const current = this.#secretOf(x)
    if (current === undefined || !x.isMember(account as ID, newest)) throw new Moot('nobody can be taken off now')
    const made = await lineRemove(x, this.says().at(), maker, current, account as ID, log.book)
    await this.says().post(made.link, made.boxes, factor)
    await this.who().lookAgain()
  }

  async returns(): Promise<Return[]> {
    const rows = await this.#reissues()
    await this.#learn(rows.map((r) => r.by as ID))
    const me = this.who().identity.account
    return rows.map((r) => ({
      id: r.id, name: r.name, phone: r.phone, started: r.started, expires: r.expires, by: this.#nameOf(r.by as ID), proofed: r.proofed, state: r.state, came: r.device.length > 0,
      released: r.released.length, canRelease: r.share !== undefined && !r.released.includes(me),
    }))
  }

  async #reissues(): Promise<wire.ReissueRow[]> {
    return (await this.who().access.call({ method: 'GET', path: '/v1/reissues' }, wire.decodeReissueList)).reissues
  }

  /** Whether the number that was read out is that of the device that came. */
  async isReturnDevice({ id, number }: { id: string; number: string }): Promise<boolean> {
    const row = (await this.#reissues()).find((r) => r.id === id)
    return row !== undefined && isDevice(row, number)
  }

  /** Gives this officer's share to the device whose number was read out, and to no other. */
  async releaseReturn({ id, number, called, factor }: { id: string; number: string; called: string; factor: Factor }): Promise<void> {
    const row = (await this.#reissues()).find((r) => r.id === id)
    if (row === undefined) throw refusedFor('not_found')
    if (!isDevice(row, number)) throw new Moot('another device has come, or none')
    const device = deviceKeys.decode(row.device as Bytes)
    const share = await this.#resealed(row, reader('dev', device.device, 0, device.box))
    const body = wire.encodeReleaseShare({ called, device: row.device, share })
    await this.who().access.withFactor(factor, { method: 'POST', path: `/v1/reissues/${id}/release`, body })
  }

  async #resealed(row: wire.ReissueRow, to: ReturnType<typeof reader>): Promise<wire.Share> {
    const { log, secrets, identity } = this.who()
    const account = row.account as ID
    await log.learn(account)
    const officers = log.book.account(account).officers()
    const own = row.share === undefined ? undefined : secrets.account.get(row.share.gen)
    if (row.share === undefined || own === undefined || row.number !== officers.number) throw new Moot('this is not a share that can be opened here')
    const from = { kind: 'acct' as const, id: identity.account, gen: row.share.gen, pk: row.share.pk as Hash }
    const opened = await openShare(account, officers.number, officers.commit, await own.box(), { reader: from, box: row.share.box as Bytes, sealed: row.share.sealed as Bytes })
    const made = await sealShare(account, officers.number, officers.commit, to, opened)
    return { officer: identity.account, gen: 0, pk: to.pk, box: made.box, sealed: made.sealed }
  }

  async cancelReturn({ id, factor }: { id: string; factor: Factor }): Promise<void> {
    await this.who().access.withFactor(factor, { method: 'POST', path: `/v1/reissues/${id}/cancel` })
  }

  async keyLog(): Promise<LogSheet> {
    const { access, log } = this.who()
    await log.learn()
    const view = log.view
    const policy = log.book.agency.policy(newest)
    if (policy === undefined) throw refusedFor('not_found')
    const leaves: wire.LogLeaf[] = []
    for (;;) {
      const page = await access.call({ method: 'GET', path: `/v1/log?from=${leaves.length}` }, wire.decodeLogPage)
      leaves.push(...page.leaves)
      if (leaves.length < page.size && page.leaves.length > 0) continue
      const { agency } = log.book
      const told = await statesOf(policy, page).catch(() => undefined)
      const checked = checkEntries(leaves, [...(told?.states ?? []), { size: view.size, root: view.root, why: 'seen' }])
      if (told === undefined) checked.fault ??= { why: 'signature', at: leaves.length }
      return sheetOf(checked, agency.name, leaves.length, Number(view.size), told?.witnesses ?? 0)
    }
  }

  /** Learns who some accounts are, some at a time. */
  async #learn(ids: readonly ID[]): Promise<void> {
    const { log } = this.who()
    const all = [...new Set(ids)]
    for (let i = 0; i < all.length; i += atOnce) await log.learn(...all.slice(i, i + atOnce))
  }

  #nameOf(id: ID): string {
    const { log, view } = this.who()
    return log.book.hasAccount(id) ? view.nameOf(id) : ''
  }
}

function isDevice(row: wire.ReissueRow, number: string): boolean {
  if (row.device.length === 0) return false
  return PairCode.read(number).text() === PairCode.read(deviceNumber(deviceKeys.decode(row.device as Bytes))).text()
}

function devicesOf(account: Account): OfficeDevice[] {
  return account.devices().map((d) => ({ id: d.device, added: Number(d.boundAt), ...(d.revoked ? { removed: Number(d.unboundAt) } : {}) }))
}

/** When a line's people last began to share something new, by its signer's clock. */
function changedAt(links: readonly Logged[]): number | undefined {
  const made = links.map((s) => decodeLink(s.link)).filter((l) => l.type === 'line/member-remove' || (l.type === 'line/rotate' && lineRotateBody.decode(l.body).purpose === 'line'))
  const last = made.at(-1)
  return last === undefined ? undefined : Number(last.time)
}
