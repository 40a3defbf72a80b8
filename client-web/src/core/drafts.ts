// What somebody began and did not send: kept sealed on this device, and sealed
// for their other devices with the service (section 9 of the protocol). What was
// begun in two places at once is both, one after the other: nothing is lost.

import { fromUTF8, nobody, utf8, type Bytes, type ID } from '../crypto/envelope/bytes.ts'
import { pad, unpad } from '../crypto/envelope/pad.ts'
import { reasonOf } from '../crypto/envelope/refusal.ts'
import type { Secret } from '../crypto/seal/secret.ts'
import { openRecord, recordKey, sealRecord } from '../crypto/vault/record.ts'
import * as wire from '../wire/gen.ts'
import type { Access } from './access.ts'
import { isCode, Offline } from './problem.ts'
import type { Secrets } from './secrets.ts'
import { Turn } from './turn.ts'
import type { Vault } from './vault.ts'

/** Which draft: a thread's, or that of the notes beside it. */
export type DraftKey = ID | `${ID}/note`

/** The thread that does not exist yet. */
export const newThreadDraft: DraftKey = nobody

export function noteDraft(thread: ID): DraftKey {
  return `${thread}/note`
}

const prefix = 'draft/'
/** The same name on this device and in the sealed record. */
const nameOf = (key: DraftKey) => prefix + key

/** How long after the last letter the other devices' copy is renewed, in milliseconds. */
const pause = 3000

interface Kept {
  text: string
  /** The newest version that was read from the service or written to it. */
  version: number
  /** The service has another text. */
  ahead: boolean
}

export class Drafts {
  readonly #vault: Vault
  readonly #access: Access
  readonly #secrets: Secrets
  readonly #changed: () => void
  readonly #all = new Map<DraftKey, Kept>()
  readonly #turn = new Turn()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(vault: Vault, access: Access, secrets: Secrets, changed: () => void) {
    this.#vault = vault
    this.#access = access
    this.#secrets = secrets
    this.#changed = changed
  }

  async restore(): Promise<void> {
    for (const name of await this.#vault.list(prefix)) {
      const kept = await this.#vault.load<Kept>(name)
      if (kept !== undefined) this.#all.set(name.slice(prefix.length) as DraftKey, kept)
    }
  }

  of(key: DraftKey): string {
    return this.#all.get(key)?.text ?? ''
  }

  /** Keeps what is in a box on this device at once, and for the others soon. */
  async keep(key: DraftKey, text: string): Promise<void> {
    const before = this.#all.get(key)
    if (text === (before?.text ?? '')) return
    await this.#put(key, { text, version: before?.version ?? 0, ahead: true })
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#give().catch(() => undefined), pause) // it stays ahead, and the next meeting tries again
  }

  async #put(key: DraftKey, kept: Kept): Promise<void> {
    this.#all.set(key, kept)
    await this.#vault.save(nameOf(key), kept)
    this.#changed()
  }

  /** Reads what the other devices have begun, and gives them what was begun here. */
  async meet(): Promise<void> {
    await this.#turn.take(() => this.#read())
    await this.#give()
  }

  async #read(): Promise<void> {
    const { drafts } = await this.#access.call({ method: 'GET', path: '/v1/drafts' }, wire.decodeDraftList)
    for (const d of drafts) {
      const key: DraftKey = d.note === true ? noteDraft(d.thread as ID) : (d.thread as ID)
      const mine = this.#all.get(key)
      if (mine !== undefined && mine.version >= d.version) continue
      const text = await this.#open(key, d)
      if (text === undefined) continue
      const both = mine?.ahead === true && mine.text !== '' && mine.text !== text
      await this.#put(key, both && text !== '' ? { text: `${text}\n\n${mine.text}`, version: d.version, ahead: true } : both ? { ...mine, version: d.version } : { text, version: d.version, ahead: false })
    }
  }

  /** The words of a draft; undefined where this device cannot open it, and keeps what it has. */
  async #open(key: DraftKey, d: wire.Draft): Promise<string | undefined> {
    if (d.sealed === undefined || d.sealed.length === 0) return ''
    const secret = this.#secrets.account.get(d.gen)
    if (secret === undefined) return undefined
    try {
      return fromUTF8(unpad(await openRecord(await recordKey(secret.draftsKey()), nameOf(key), BigInt(d.version), d.sealed as Bytes)))
    } catch (error) {
      if (reasonOf(error) === undefined) throw error
      return undefined
    }
  }

  async #give(): Promise<void> {
    await this.#turn.take(async () => {
      for (const [key, kept] of this.#all) if (kept.ahead) await this.#giveOne(key, kept)
    })
  }

  async #giveOne(key: DraftKey, kept: Kept): Promise<void> {
    const now = this.#secrets.numbered()
    if (now === undefined) return
    const version = kept.version + 1
    try {
      await this.#access.call({ method: 'PUT', path: '/v1/drafts', body: wire.encodeDraft(await sealed(key, kept.text, version, now)) }, () => undefined)
    } catch (error) {
      if (error instanceof Offline) throw error
      if (isCode(error, 'conflict')) return this.#read() // another device has written since: the next meeting gives both
      if (isCode(error, 'too_large') || isCode(error, 'too_many') || isCode(error, 'forbidden')) return // it stays on this device
      throw error
    }
    const after = this.#all.get(key)
    if (after !== undefined) await this.#put(key, { ...after, version, ahead: after.text !== kept.text })
  }
}

async function sealed(key: DraftKey, text: string, version: number, { gen, secret }: { gen: number; secret: Secret }): Promise<wire.Draft> {
  const thread = key.slice(0, nobody.length) as wire.ID
  const out: wire.Draft = { thread, gen, version, ...(key === thread ? {} : { note: true }) }
  if (text === '') return out
  return { ...out, sealed: await sealRecord(await recordKey(secret.draftsKey()), nameOf(key), BigInt(version), pad(utf8(text))) }
}
