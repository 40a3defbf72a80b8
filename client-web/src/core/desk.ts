// Threads as work: what a line's people and its askers do besides writing. What
// is sealed goes through the outbox like any message; what the service must know
// (where a thread stands in line, what it waits for) is told to it in the clear.

import { base64, newest, type ID } from '../crypto/envelope/bytes.ts'
import { random } from '../crypto/key/random.ts'
import { openReply, sealReply } from '../crypto/vault/replies.ts'
import { recordKey } from '../crypto/vault/record.ts'
import { spokenCodes } from '../crypto/seal/spoken.ts'
import type { Factor } from '../link/calls.ts'
import type { Card, Codes, DeskCalls as Asked, Duplicate, GivenCase, NewCall, SavedReply, Spoke } from '../link/desk.ts'
import * as wire from '../wire/gen.ts'
import { openCard, sealCard, type SealedCard } from './cards.ts'
import type { Content, FileInfo } from './content.ts'
import { freshID } from './id.ts'
import { NewsCalls } from './news.ts'
import type { Item } from './outbox.ts'
import { refusedFor } from './problem.ts'
import { secretOf, type CallCard } from './told.ts'
import type { Thread } from './thread.ts'

type In<K extends keyof Asked> = Parameters<Asked[K]>[0]

/** A call-back's card with a fresh secret for the spoken codes. */
export async function newCall(thread: ID, call: NewCall): Promise<{ call: CallCard; ask: wire.CallAsk; card?: SealedCard }> {
  const secret = base64(random(32))
  const slot = call.slot === undefined ? {} : { slot: call.slot }
  if (call.number === undefined || call.number === '') return { call: { secret }, ask: { number: 'file', ...slot } }
  const card = await sealCard(thread, { phone: call.number })
  return { call: { secret, number: card.info }, ask: { number: 'sealed', card: card.info.id, ...slot }, card }
}

/** The newest call-back that was asked for in a thread. */
function callOf(t: Thread): CallCard | undefined {
  return t.events.findLast((e) => e.refused === undefined && e.content?.call !== undefined)?.content?.call
}

export abstract class DeskCalls extends NewsCalls {
  /** Puts a message into the outbox under a factor where it needs one, and waits until it is on disk. */
  protected abstract say(item: Omit<Item, 'id' | 'made'>, factor?: Factor): Promise<void>

  async #tell(thread: string, act: string, body: string): Promise<void> {
    await this.who().access.send({ method: 'POST', path: `/v1/threads/${thread}/${act}`, body })
    this.who().live.wake()
  }

  async desks(): Promise<wire.DeskInfo[]> {
    return (await this.who().access.call({ method: 'GET', path: '/v1/desks' }, wire.decodeDeskList)).desks
  }

  async sameCase(reference: string): Promise<Duplicate[]> {
    const want = reference.trim().toLocaleLowerCase('en')
    if (want === '') return []
    const person = this.who()
    const out: Duplicate[] = []
    for (const row of person.rows()) {
      if (!row.mine || row.state === 'closed') continue
      const t = await person.threads.thread(row.id as ID)
      const said = t.events.flatMap((e) => e.content?.consumers ?? [])
      if (said.some((c) => c.case?.trim().toLocaleLowerCase('en') === want)) out.push({ thread: row.id, subject: row.subject ?? '', opened: row.opened })
    }
    return out
  }

  /** Read from what this device has, so it is there without a certification in force too. */
  async cases(): Promise<GivenCase[]> {
    const person = this.who()
    const out: GivenCase[] = []
    for (const row of person.rows()) {
      if (row.opener?.account !== person.identity.account) continue
      const t = await person.threads.thread(row.id as ID)
      const said = t.events.filter((e) => e.refused === undefined)
      const labels = new Map(said.flatMap((e) => e.content?.consumers ?? []).map((c) => [c.card.id as string, c]))
      for (const e of said) {
        if (e.acct === t.state.opener) continue // nobody gives a case card to themselves
        for (const found of e.content?.cases ?? []) {
          const consumer = labels.get(found.card)
          out.push({ thread: row.id, subject: row.subject ?? '', index: e.index, at: e.at, label: consumer?.label ?? '', found: found.case === undefined && consumer?.case !== undefined ? { ...found, case: consumer.case } : found })
        }
      }
    }
    return out.sort((a, b) => b.at - a.at)
  }

  async openCard({ thread, card, factor }: In<'openCard'>): Promise<Card> {
    const t = await this.who().threads.sync(thread as ID)
    const info = t.events.flatMap((e) => e.content?.consumers ?? []).find((c) => c.card.id === card)?.card
    if (info === undefined) throw refusedFor('not_found')
    return this.#reveal(t.id, info, factor)
  }

  async #reveal(thread: ID, info: FileInfo, factor: Factor): Promise<Card> {
    await this.say({ kind: 'reveal', thread, card: info.id }, factor)
    return openCard(this.who().access, thread, info)
  }

  async workHistory(thread: string): Promise<wire.WorkEvent[]> {
    return (await this.who().access.call({ method: 'GET', path: `/v1/threads/${thread}/history` }, wire.decodeWorkHistory)).events
  }

  async wait({ thread, ...act }: In<'wait'>): Promise<void> {
    await this.#tell(thread, 'wait', wire.encodeWaitAct(act))
  }

  async urgent({ thread, reason }: In<'urgent'>): Promise<void> {
    await this.#tell(thread, 'urgent', wire.encodeUrgentAct({ reason }))
  }

  async review({ thread, agree }: In<'review'>): Promise<void> {
    await this.#tell(thread, 'review', wire.encodeReviewAct({ agree }))
  }

  async suggest({ thread, to }: In<'suggest'>): Promise<void> {
    await this.#tell(thread, 'suggest', wire.encodeSuggestAct(to === undefined ? {} : { to: to as ID }))
  }

  async tie({ thread, other, kind }: In<'tie'>): Promise<void> {
    await this.#tell(thread, 'link', wire.encodeLinkAct({ other: other as ID, kind }))
  }

  async askCall({ thread, call: wanted, factor }: In<'askCall'>): Promise<void> {
    const id = thread as ID
    const { call, ask, card } = await newCall(id, wanted)
    const content: Content = { type: 'text', text: '', call }
    const sealed = card === undefined ? {} : { identifiers: true, cards: [card] }
    await this.say({ kind: 'msg', thread: id, content, told: { call_back: ask }, ...sealed }, card === undefined ? undefined : factor)
  }

  async moveCall({ thread, act, until }: In<'moveCall'>): Promise<void> {
    await this.#tell(thread, 'call/act', wire.encodeCallAct({ do: act, ...(until === undefined ? {} : { until }) }))
  }

  async codes(thread: string): Promise<Codes | undefined> {
    const person = this.who()
    const t = await person.threads.sync(thread as ID)
    const call = callOf(t)
    const work = person.listed(t.id)?.work?.call_back
    if (call === undefined || work?.state !== 'now') return undefined
    const codes = spokenCodes(secretOf(call), t.id, work.attempt)
    const asked = t.state.opener === person.identity.account
    return asked ? { mine: codes.assister, theirs: codes.specialist } : { mine: codes.specialist, theirs: codes.assister }
  }

  async callNumber({ thread, factor }: In<'callNumber'>): Promise<string> {
    const t = await this.who().threads.sync(thread as ID)
    const number = callOf(t)?.number
    if (number !== undefined) return (await this.#reveal(t.id, number, factor)).phone ?? ''
    const answer = await this.who().access.withFactor(factor, { method: 'POST', path: `/v1/threads/${thread}/number` })
    return wire.decodeNumber(await answer.text()).number
  }

  async spoke({ thread, spoke }: { thread: string; spoke: Spoke }): Promise<void> {
    await this.say({ kind: 'msg', thread: thread as ID, content: { type: 'text', text: '', spoke } })
  }

  async shift(): Promise<wire.Shift> {
    return this.who().access.call({ method: 'GET', path: '/v1/shift' }, wire.decodeShift)
  }

  async setShift(shift: wire.Shift): Promise<void> {
    await this.who().access.send({ method: 'PUT', path: '/v1/shift', body: wire.encodeShift(shift) })
  }

  async staff(line: string): Promise<wire.StaffRow[]> {
    const { staff } = await this.who().access.call({ method: 'GET', path: `/v1/lines/${line}/staff` }, wire.decodeStaffList)
    return this.#named(staff)
  }

  async #named(staff: readonly wire.StaffRow[]): Promise<wire.StaffRow[]> {
    await this.who().log.learn(...staff.map((s) => s.account as ID))
    return staff.map((s) => ({ ...s, name: this.who().view.nameOf(s.account as ID) || s.name }))
  }

  async setSkills({ line, account, skills }: In<'setSkills'>): Promise<void> {
    await this.who().access.send({ method: 'POST', path: `/v1/lines/${line}/skills`, body: wire.encodeSkillsAct({ account: account as ID, skills }) })
  }

  async replies(line: string): Promise<SavedReply[]> {
    const out: SavedReply[] = []
    for (const r of await this.#replyRows(line as ID)) {
      const secret = this.who().secrets.of('line', line as ID).get(r.gen)
      if (r.sealed === undefined || r.sealed.length === 0 || secret === undefined) continue
      out.push({ id: r.reply, text: await openReply(await recordKey(secret.repliesKey()), line as ID, r.reply as ID, BigInt(r.version), new Uint8Array(r.sealed)) })
    }
    return out
  }

  async #replyRows(line: ID): Promise<wire.SavedReply[]> {
    await this.who().log.learn(line)
    return (await this.who().access.call({ method: 'GET', path: `/v1/lines/${line}/replies` }, wire.decodeSavedReplies)).replies
  }

  async keepReply({ line, id, text }: In<'keepReply'>): Promise<void> {
    const person = this.who()
    const rows = await this.#replyRows(line as ID)
    const reply = id === '' ? freshID() : (id as ID)
    const gen = person.log.book.line(line as ID).generation(newest)?.gen
    const secret = gen === undefined ? undefined : person.secrets.of('line', line as ID).get(gen)
    if (gen === undefined || secret === undefined) throw refusedFor('forbidden')
    const version = (rows.find((r) => r.reply === reply)?.version ?? 0) + 1
    const sealed = text === '' ? {} : { sealed: await sealReply(await recordKey(secret.repliesKey()), line as ID, reply, BigInt(version), text) }
    await person.access.send({ method: 'PUT', path: `/v1/lines/${line}/replies`, body: wire.encodeSavedReply({ reply, gen, version, ...sealed }) })
  }

  async board(line: string): Promise<wire.Board> {
    const board = await this.who().access.call({ method: 'GET', path: `/v1/lines/${line}/board` }, wire.decodeBoard)
    return { ...board, staff: await this.#named(board.staff) }
  }

  async report({ line, from, to, every }: In<'report'>): Promise<wire.Report> {
    return this.who().access.call({ method: 'GET', path: `/v1/lines/${line}/report?from=${from}&to=${to}&every=${every}` }, wire.decodeReport)
  }

  async reportRows({ line, from, to }: In<'reportRows'>): Promise<string> {
    return (await this.who().access.send({ method: 'GET', path: `/v1/lines/${line}/rows?from=${from}&to=${to}&every=0` })).text()
  }

  async plan(ask: wire.PlanAsk): Promise<wire.Plan> {
    return this.who().access.call({ method: 'POST', path: '/v1/plan', body: wire.encodePlanAsk(ask) }, wire.decodePlan)
  }

  async outreach({ line, account, subject, text, topic, from }: In<'outreach'>): Promise<string> {
    const thread = freshID()
    const told: wire.Told = { topic, ...(from === undefined ? {} : { from: from as ID }) }
    await this.say({ kind: 'outreach', thread, open: freshID(), line: line as ID, account: account as ID, content: { type: 'text', subject, text, topic }, told })
    return thread
  }
}
