// Facts for the screens, made from what was verified. One fact has one home:
// nothing here is kept.

import type { Book } from '../crypto/chain/book.ts'
import { isAssister } from '../crypto/chain/people.ts'
import type { Thread as ThreadState } from '../crypto/chain/thread.ts'
import { newest, nobody, type ID } from '../crypto/envelope/bytes.ts'
import type { Reader as KeyReader } from '../crypto/envelope/keys.ts'
import type { Can, EventItem, Item as Shown, Line, Me, MessageItem, NoteItem, NotesFact, Person, Reader, Row, ThreadFact, Watcher } from '../link/facts.ts'
import type { Told } from '../link/desk.ts'
import type { AtThread, Role, Summary } from '../wire/gen.ts'
import type { Content } from './content.ts'
import type { Digests } from './digests.ts'
import type { NoteLog } from './notes.ts'
import type { Item, Outbox } from './outbox.ts'
import type { Identity } from './person.ts'
import type { Event, Thread } from './thread.ts'

const snippetLength = 120

const numberNames = { assisterID: 'Assister ID', npn: 'NPN', adminID: 'Staff number' } as const

/** Notes in the stream of a thread, at the time at which each was stored. */
function merged(events: Shown[], notes: NoteItem[]): Shown[] {
  const out: Shown[] = []
  let i = 0
  for (const e of events) {
    for (; i < notes.length && (notes[i]?.at ?? 0) < e.at; i++) out.push(...notes.slice(i, i + 1))
    out.push(e)
  }
  return [...out, ...notes.slice(i)]
}

/** What a message holds besides words and files, without what opens it. */
function toldOf(c: Content): { told?: Told } {
  const { topic, form, consumers, rescinded, answers, cases, call, spoke, disclosed } = c
  const told: Told = {
    ...(topic === undefined ? {} : { topic }), ...(form === undefined ? {} : { form }), ...(rescinded === undefined ? {} : { rescinded }),
    ...(answers === undefined ? {} : { answers }), ...(cases === undefined ? {} : { cases }), ...(spoke === undefined ? {} : { spoke }), ...(disclosed === undefined ? {} : { disclosed }),
    ...(call === undefined ? {} : { call: call.number === undefined ? 'file' : 'sealed' }),
    ...(consumers === undefined ? {} : { consumers: consumers.map(({ card, ...rest }) => ({ ...rest, id: card.id })) }),
  }
  return Object.keys(told).length === 0 ? {} : { told }
}

export class View {
  readonly #book: Book
  readonly #account: ID
  readonly #digests: Digests
  readonly #outbox: Outbox
  readonly #now: () => number
  readonly #present: (line: ID, thread: ID) => AtThread[]

  constructor(book: Book, account: ID, digests: Digests, outbox: Outbox, present: (line: ID, thread: ID) => AtThread[], now: () => number) {
    this.#book = book
    this.#account = account
    this.#digests = digests
    this.#outbox = outbox
    this.#present = present
    this.#now = now
  }

  /** Who an account is by the newest credential that was verified; undefined where there is none. */
  person(account: ID): Person | undefined {
    const c = account === nobody ? undefined : this.#book.known(account)
    if (c === undefined) return undefined
    const number = (['assisterID', 'npn', 'adminID'] as const).find((n) => c[n] !== '')
    return {
      account, name: c.displayName, role: c.role as Role, organization: c.organization,
      number: number === undefined ? '' : `${numberNames[number]} ${c[number]}`,
      certified: this.#book.agency.inForce(c, newest, BigInt(this.#now())), until: Number(c.notAfter),
    }
  }

  me({ account, device, name }: Identity): Me {
    const person = this.person(account)
    return {
      account, device, signInName: name, name: person?.name ?? name, organization: person?.organization ?? '',
      lead: this.#book.allLines().some((l) => l.isLead(account, newest)), ...(person === undefined ? {} : { role: person.role }),
    }
  }

  nameOf(account: ID): string {
    return this.person(account)?.name ?? ''
  }

  lineName(line: ID): string {
    return this.#book.hasLine(line) ? this.#book.line(line).name : ''
  }

  line(id: ID): Line {
    const known = this.#book.hasLine(id)
    const credential = this.#book.known(this.#account)
    const opens = credential !== undefined && isAssister(credential.role) && credential.lines.includes(id)
    return {
      id, name: this.lineName(id), works: known && this.#book.line(id).isMember(this.#account, newest),
      leads: known && this.#book.line(id).isLead(this.#account, newest), opens,
    }
  }

  readers(roster: readonly KeyReader[]): Reader[] {
    return roster.map((r): Reader => {
      switch (r.kind) {
        case 'acct': {
          const person = this.person(r.id)
          return { kind: 'person', id: r.id, name: person?.name ?? '', ...(person === undefined ? {} : { person }) }
        }
        case 'line':
          return { kind: 'line', id: r.id, name: this.lineName(r.id) }
        case 'lead':
          return { kind: 'leads', id: r.id, name: this.lineName(r.id) }
        default:
          return { kind: 'records', id: r.id, name: this.#book.agency.name }
      }
    })
  }

  /** Colleagues who are at a thread now. */
  #watchers(s: Summary): Watcher[] {
    return this.#present(s.line as ID, s.thread as ID).filter((p) => p.account !== this.#account)
      .map((p) => ({ account: p.account, name: this.nameOf(p.account as ID), writing: p.writing }))
  }

  /** A row of a list: what the service says of the thread, and what this device could open. */
  row(s: Summary): Row {
    const id = s.thread as ID
    const d = this.#digests.get(id)
    const waiting = this.#outbox.of(id)
    const mine = s.opener === this.#account || s.claimer === this.#account
    const last = d?.said.at(-1)
    const subject = d?.subject ?? waiting.find((i) => i.content?.subject !== undefined)?.content?.subject
    return {
      id, line: s.line, lineName: this.lineName(s.line as ID), state: s.state === 'open' ? 'waiting' : s.state === 'claimed' ? 'taken' : 'closed',
      ...(subject === undefined ? {} : { subject }), ...(last === undefined ? {} : { snippet: last.text.slice(0, snippetLength) }),
      opener: this.person(s.opener as ID), claimer: this.person((s.claimer ?? nobody) as ID), onBehalf: this.person((s.on_behalf ?? nobody) as ID),
      sensitive: s.sensitive, mine, turn: this.#turn(s, mine, d?.lastBy), offered: s.offer === this.#account,
      unread: mine || s.state === 'open' ? this.#digests.unread(id) : 0, markedUnread: d?.markedUnread ?? false, draft: false,
      waiting: waiting.filter((i) => i.content !== undefined).length, watchers: this.#watchers(s), opened: s.opened, changed: s.changed,
      ...(s.work === undefined ? {} : { work: s.work }),
    }
  }

  #turn(s: Summary, mine: boolean, lastBy: ID | undefined): Row['turn'] {
    if (s.state === 'closed') return 'nobody'
    if (s.state === 'open') return 'line'
    if (!mine) return 'them'
    return lastBy === undefined || lastBy === this.#account ? 'them' : 'you'
  }

  /** A thread that is only in the outbox yet, as the service would list it. */
  unsent(item: Item): Summary {
    const sides = item.kind === 'outreach' ? { state: 'claimed' as const, opener: item.account ?? nobody, claimer: this.#account } : { state: 'open' as const, opener: this.#account }
    return {
      thread: item.thread, line: item.line ?? nobody, ...sides, next: 0, opened: item.made, changed: item.made, sensitive: item.sensitive === true, ...(item.broker === undefined ? {} : { on_behalf: item.broker }),
    }
  }

  summary(t: Thread): Summary {
    const s = t.state
    return {
      thread: t.id, line: s.line, state: s.state === '' ? 'open' : s.state, opener: s.opener, next: t.next,
      opened: t.events[0]?.at ?? 0, changed: t.events.at(-1)?.at ?? 0, sensitive: s.sensitive,
      ...(s.claimer === nobody ? {} : { claimer: s.claimer }), ...(s.offer === nobody ? {} : { offer: s.offer }),
      ...(s.broker === nobody ? {} : { on_behalf: s.broker }),
    }
  }

  thread(t: Thread, s: Summary, whole: boolean, draft: string, notes: { log: NoteLog; draft: string }): ThreadFact {
    const { state } = t
    const noting = this.#notes(t, notes.log, notes.draft)
    const otherSide = state.opener === this.#account ? state.claimer : state.opener
    const firstUnread = this.#digests.firstUnread(t.id)
    return {
      id: t.id, row: { ...this.row(s), draft: draft !== '' || notes.draft !== '' }, whole, items: [...merged(this.#events(t), this.#noted(t, notes.log)), ...this.#waiting(t)], readers: this.readers(state.roster),
      ...(firstUnread === undefined ? {} : { firstUnread }), can: this.#can(t, noting), ...(noting === undefined ? {} : { notes: noting }),
      ...(state.asked === 0n ? {} : { asked: { index: Number(state.asked) - 1, by: this.nameOf(state.askedBy), mine: state.askedBy === this.#account } }),
      other: this.person(otherSide), draft,
    }
  }

  #events(t: Thread): Shown[] {
    const readUpTo = Math.max(-1, ...t.events.map((e) => (e.type === 'ack' && e.acct !== this.#account ? (e.upTo ?? -1) : -1)))
    return t.events.flatMap((e): Shown[] => {
      if (e.type === 'ack') return []
      if (e.type === 'msg' && e.refused === undefined) return [this.#message(e, readUpTo)]
      return [this.#event(e)]
    })
  }

  /** What staff may know of the notes beside a thread; undefined for the assister's side. */
  #notes(t: Thread, log: NoteLog, draft: string): NotesFact | undefined {
    const { state } = t
    const role = this.person(this.#account)?.role
    if ((role !== 'specialist' && role !== 'lead') || state.opener === this.#account || state.state === '') return undefined
    const readers = log.readersFor(state, this.#account, BigInt(this.#now())) ?? []
    const before = log.state?.holder ?? nobody
    const waits = log.begun && !log.follows(state) && readers.length === 0 && before !== nobody
    return { readers: this.readers(readers), draft, ...(waits ? { waitsFor: this.nameOf(before) } : {}) }
  }

  #noted(t: Thread, log: NoteLog): NoteItem[] {
    if (t.state.opener === this.#account) return []
    return log.notes.map((e) => ({
      kind: 'note', key: `note-${e.index}`, at: e.at, by: this.person(e.acct), mine: e.acct === this.#account, handover: e.content?.type === 'handover',
      state: 'sent', text: e.content?.text ?? '', ...(e.unread === undefined ? {} : { unread: e.unread === 'before' ? 'waits' : e.unread }),
    }))
  }

  #message(e: Event, readUpTo: number): MessageItem {
    const c: Content = e.content ?? { type: 'text', text: '' }
    return {
      kind: 'message', key: String(e.index), index: e.index, at: e.at, by: this.person(e.acct), mine: e.acct === this.#account,
      state: e.index <= readUpTo ? 'read' : 'sent', ...(c.subject === undefined ? {} : { subject: c.subject }), text: c.text,
      files: (c.files ?? []).map(({ id, name, mime, size }) => ({ id, name, mime, size })), identifiers: e.identifiers,
      ...(e.factorAt === undefined ? {} : { factorAt: e.factorAt }), unproven: e.unproven, onBehalf: this.person(e.onBehalf ?? nobody),
      ...(e.unread === undefined ? {} : { unread: e.unread }), ...toldOf(c),
    }
  }

  #event(e: Event): EventItem {
    const what = e.refused !== undefined ? 'refused' : e.type
    return {
      kind: 'event', key: String(e.index), index: e.index, at: e.at, by: this.person(e.acct), mine: e.acct === this.#account,
      what: what === 'msg' || what === 'ack' || what === 'note' || what === 'notes' ? 'refused' : what, to: this.person(e.account ?? nobody),
      ...(e.factorAt === undefined ? {} : { factorAt: e.factorAt }), unproven: e.unproven,
      ...(e.card === undefined ? {} : { card: e.card }), ...(e.roster === undefined ? {} : { readers: this.readers(e.roster) }), ...(e.outcome === undefined ? {} : { outcome: e.outcome }),
    }
  }

  /** What waits on this device, after everything that is there. */
  #waiting(t: Thread): (MessageItem | NoteItem)[] {
    return this.#outbox.of(t.id).flatMap((i): (MessageItem | NoteItem)[] => {
      if (i.content === undefined) return []
      const held = i.leaves !== undefined && i.leaves > Date.now()
      if (i.kind === 'note') {
        return [{
          kind: 'note', key: i.id, at: i.made, by: this.person(this.#account), mine: true, handover: i.content.type === 'handover',
          state: i.failed !== undefined ? 'failed' : held ? 'held' : 'sending', text: i.content.text, ...(i.leaves === undefined ? {} : { leaves: i.leaves }),
          ...(i.failed === undefined ? {} : { problem: i.failed }),
        }]
      }
      return [{
        kind: 'message', key: i.id, at: i.made, by: this.person(this.#account), mine: true,
        state: i.failed !== undefined ? 'failed' : held ? 'held' : 'sending', ...(i.leaves === undefined ? {} : { leaves: i.leaves }),
        ...(i.failed === undefined ? {} : { problem: i.failed }),
        ...(i.content.subject === undefined ? {} : { subject: i.content.subject }), text: i.content.text,
        files: (i.content.files ?? []).map(({ id, name, mime, size }) => ({ id, name, mime, size })),
        identifiers: i.identifiers === true, unproven: false, onBehalf: undefined, ...toldOf(i.content),
      }]
    })
  }

  #can(t: Thread, notes: NotesFact | undefined): Can {
    const s = t.state
    const me = this.#account
    const opener = s.opener === me
    const claimer = s.claimer === me
    const party = opener || claimer
    const line = this.#book.hasLine(s.line) ? this.#book.line(s.line) : undefined
    const works = line?.isMember(me, newest) === true
    const leads = line?.isLead(me, newest) === true
    const certified = this.person(me)?.certified === true
    const sealed = s.state !== '' && t.key(s.epoch) === undefined
    const can: Can = {
      write: certified && party && !sealed, note: certified && notes !== undefined && notes.readers.length > 0, claim: certified && works && s.state === 'open', release: certified && claimer && s.state === 'claimed',
      transfer: certified && s.state === 'claimed' && (claimer || leads), accept: certified && party && s.offer !== nobody && !sealed, close: certified && party && s.state === 'claimed',
      ask: certified && party && s.state === 'claimed' && s.asked === 0n, confirm: certified && party && s.asked !== 0n && s.askedBy !== me,
    }
    const why = this.#whyNot(s, certified, party, works, sealed)
    return can.write || why === undefined ? can : { ...can, whyNot: why }
  }

  #whyNot(s: ThreadState, certified: boolean, party: boolean, works: boolean, sealed: boolean): Can['whyNot'] {
    if (!certified) return 'lapsed'
    if (!party) return works && s.state === 'open' ? 'claim-first' : 'not-yours'
    return sealed ? 'sealed-away' : undefined
  }
}
