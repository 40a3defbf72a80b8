// The person's own account under watch: what changed there that this device
// did not do and its person has not confirmed stops everything that seals.

import { accountGenesisBody, deviceAddBody, type DeviceKeys } from '../crypto/envelope/account.ts'
import { nobody, type Hash, type ID } from '../crypto/envelope/bytes.ts'
import { decodeLink, linkHash, type Link, type LinkType, type SignedLink } from '../crypto/envelope/link.ts'
import type { OwnChange } from '../link/facts.ts'
import type { Log } from './log.ts'
import { WasThisYou } from './problem.ts'
import type { Vault } from './vault.ts'

const record = 'own'

/** Hashes of statements. */
interface Known {
  made: Hash[]
  confirmed: Hash[]
}

const words: Partial<Record<LinkType, OwnChange['what']>> = {
  'account/device-add': 'device-added',
  'account/device-revoke': 'device-removed',
  'account/puk-rotate': 'sealed-anew',
  'account/recovery-replace': 'code-replaced',
  'account/officers': 'officers-changed',
}

/** Remembers statements that a device made before there was anybody to ask: those that brought it into the account. */
export async function keepMade(vault: Vault, made: Hash[]): Promise<void> {
  await vault.save(record, { made, confirmed: [] } satisfies Known)
}

export class Own {
  readonly #log: Log
  readonly #vault: Vault
  readonly #account: ID
  readonly #device: ID

  constructor(log: Log, vault: Vault, account: ID, device: ID) {
    this.#log = log
    this.#vault = vault
    this.#account = account
    this.#device = device
  }

  async #known(): Promise<Known> {
    return (await this.#vault.load<Known>(record)) ?? { made: [], confirmed: [] }
  }

  /** Changes that nobody here has confirmed, oldest first. What came before this device was added is not asked. */
  async changes(): Promise<OwnChange[]> {
    const mem = this.#log.chain(this.#account)
    if (mem === undefined) return []
    const { made, confirmed } = await this.#known()
    const out: OwnChange[] = []
    let here = false // this device was added by now
    for (const s of mem.links) {
      const l = decodeLink(s.link)
      const id = linkHash(s)
      const what = words[l.type]
      if (here && what !== undefined && !this.#isUpkeep(l) && !made.includes(id) && !confirmed.includes(id)) {
        out.push({ id, what, at: Number(l.time), device: l.signerDev })
      }
      here ||= this.#addsMe(l)
    }
    return out
  }

  /** What a person's other devices do by themselves: it gives nobody a device. */
  #isUpkeep(l: Link): boolean {
    return l.signerDev !== nobody && l.signerDev !== this.#device && (l.type === 'account/puk-rotate' || l.type === 'account/officers')
  }

  #addsMe(l: Link): boolean {
    const device = deviceIn(l)
    return device?.device === this.#device
  }

  async confirm(ids: readonly string[]): Promise<void> {
    const known = await this.#known()
    await this.#vault.save(record, { ...known, confirmed: [...known.confirmed, ...(ids as Hash[])] } satisfies Known)
  }

  /** Remembers a statement of the own account before it is sent: whatever happens to the answer, it was made here. */
  async made(s: SignedLink): Promise<void> {
    const known = await this.#known()
    await this.#vault.save(record, { ...known, made: [...known.made, linkHash(s)] } satisfies Known)
  }

  /** Asked before anything is sealed. */
  async undisturbed(): Promise<void> {
    if ((await this.changes()).length > 0) throw new WasThisYou()
  }

  /**
   * Asked before a statement is brought to the service. One of the own account
   * is always allowed: removing a device is what to do about an alarm.
   */
  async mayPost(s: SignedLink): Promise<void> {
    const l = decodeLink(s.link)
    if (l.kind === 'account' && l.chain === this.#account) await this.made(s)
    else await this.undisturbed()
  }
}

function deviceIn(l: Link): DeviceKeys | undefined {
  if (l.type === 'account/genesis') return accountGenesisBody.decode(l.body).device
  if (l.type === 'account/device-add') return deviceAddBody.decode(l.body).device
  return undefined
}
