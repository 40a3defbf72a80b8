// What a person asks about their own account: devices, sign-ins, passkeys, the
// password, and changes that they did not make.

import type { ID } from '../crypto/envelope/bytes.ts'
import { deviceNumber } from '../crypto/vault/numbers.ts'
import type { Asked, Factor, PageCalls } from '../link/calls.ts'
import * as wire from '../wire/gen.ts'
import type { Person } from './person.ts'
import type { Statements } from './statements.ts'

export abstract class AccountCalls {
  protected abstract who(): Person
  protected abstract says(): Statements
  /** The page that asked last: only a page can use a passkey. */
  protected abstract page(): Asked<PageCalls>

  async devices() {
    const { log, identity } = this.who()
    await log.learn()
    return log.book.account(identity.account).devices().map((d) => ({
      id: d.device, number: deviceNumber(d), added: Number(d.boundAt), current: d.device === identity.device, ...(d.revoked ? { removed: Number(d.unboundAt) } : {}),
    }))
  }

  async removeDevice({ device, factor }: { device: string; factor: Factor }): Promise<void> {
    await this.says().removeDevice(device as ID, factor)
  }

  async pairing(code: string) {
    const { number, from, at } = await this.says().lookAtDevice(code)
    return { name: number, from, asked: at }
  }

  async approve({ code, factor }: { code: string; factor: Factor }): Promise<void> {
    await this.says().approveDevice(code, factor)
  }

  /** Refuses the new device behind a code: it is told so, and its code is dead. */
  async block(code: string): Promise<void> {
    await this.says().refuseDevice(code)
  }

  async stay(): Promise<void> {
    await this.who().stay()
  }

  async replaceRecovery(factor: Factor): Promise<{ recovery: string }> {
    return { recovery: await this.says().replaceRecovery(factor) }
  }

  async confirmOwn(ids: string[]): Promise<void> {
    await this.who().confirmOwn(ids)
  }

  async signIns() {
    const list = await this.who().access.call({ method: 'GET', path: '/v1/sessions' }, wire.decodeSessionList)
    return list.sessions.map(({ session, ...rest }) => ({ id: session, ...rest }))
  }

  async endSignIn(id: string): Promise<void> {
    await this.who().access.send({ method: 'DELETE', path: `/v1/sessions/${id}` })
  }

  async authenticators() {
    return (await this.who().access.call({ method: 'GET', path: '/v1/authenticators' }, wire.decodeAuthenticatorList)).authenticators
  }

  async passkeys() {
    return (await this.who().access.call({ method: 'GET', path: '/v1/passkeys' }, wire.decodePasskeyList)).passkeys
  }

  async addPasskey({ name, factor }: { name: string; factor: Factor }): Promise<void> {
    const { access } = this.who()
    const asked = await access.withFactor(factor, { method: 'POST', path: '/v1/passkeys/begin' })
    const { options } = wire.decodePasskeyOptions(await asked.text())
    const answer = await this.page().passkeyMake(options)
    await access.send({ method: 'POST', path: '/v1/passkeys', body: wire.encodeNewPasskey({ name, answer }) })
  }

  async removePasskey({ passkey, factor }: { passkey: string; factor: Factor }): Promise<void> {
    await this.who().access.withFactor(factor, { method: 'DELETE', path: `/v1/passkeys/${passkey}` })
  }

  async changePassword({ old, next, factor }: { old: string; next: string; factor: Factor }): Promise<void> {
    await this.who().access.withFactor(factor, { method: 'POST', path: '/v1/password', body: wire.encodeChangePassword({ old, new: next }) })
  }
}
