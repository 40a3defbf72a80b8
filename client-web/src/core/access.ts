// A sign-in that lives: the access it gives, its renewal, and second factors.

import { digest, toID, utf8 } from '../crypto/envelope/bytes.ts'
import type { Factor, PageCalls, Asked } from '../link/calls.ts'
import * as wire from '../wire/gen.ts'
import { isCode, Offline, refusedFor } from './problem.ts'
import { objectOf, type Ask, type Requests } from './requests.ts'
import type { Vault } from './vault.ts'

const record = 'session'

/** Seconds before its end at which an access is renewed. */
const early = 30

export class Access {
  readonly #requests: Requests
  readonly #vault: Vault
  readonly #now: () => number
  readonly #page: () => Asked<PageCalls> | undefined
  #tokens: wire.Tokens | undefined
  #renewing: Promise<string> | undefined

  constructor(requests: Requests, vault: Vault, now: () => number, page: () => Asked<PageCalls> | undefined) {
    this.#requests = requests
    this.#vault = vault
    this.#now = now
    this.#page = page
  }

  async restore(): Promise<boolean> {
    this.#tokens = await this.#vault.load<wire.Tokens>(record)
    return this.#tokens !== undefined
  }

  async #keep(tokens: wire.Tokens): Promise<string> {
    this.#tokens = tokens
    await this.#vault.save(record, tokens)
    return tokens.access
  }

  /** Signs in with password and second factor at once. */
  async signIn(name: string, device: wire.ID, password: string, factor: Factor): Promise<void> {
    const input: wire.SignIn = { name, password, code: '', device }
    if ('code' in factor) {
      input.code = factor.code
    } else {
      const asked = await this.#requests.call({ method: 'POST', path: '/v1/session/begin', body: wire.encodeBeginSignIn({ name, device }) }, wire.decodePasskeyOptions)
      input.passkey = await this.#passkey(asked.options)
    }
    await this.#keep(await this.#requests.call({ method: 'POST', path: '/v1/session', body: wire.encodeSignIn(input) }, wire.decodeTokens))
  }

  #passkey(options: string): Promise<string> {
    const page = this.#page()
    if (page === undefined) throw new Offline('no page is open')
    return page.passkeyGet(options)
  }

  /** Forgets the sign-in here; the service is told by whoever calls. */
  async drop(): Promise<void> {
    this.#tokens = undefined
    await this.#vault.delete(record)
  }

  /** An access that is good for some time yet. */
  async token(): Promise<string> {
    const t = this.#tokens
    if (t === undefined) throw refusedFor('sign_in')
    if (this.#now() / 1000 < t.expires - early) return t.access
    this.#renewing ??= this.#renew(t).finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  /**
   * The request's number follows from the secret, so a repeat after a lost
   * answer asks the same question and gets the same answer.
   */
  async #renew(t: wire.Tokens): Promise<string> {
    const request = toID(digest(utf8(t.refresh)).slice(0, 16))
    const body = wire.encodeRefresh({ refresh: t.refresh, request })
    for (let left = 2; ; left--) {
      try {
        return await this.#keep(await this.#requests.call({ method: 'POST', path: '/v1/session/refresh', body }, wire.decodeTokens))
      } catch (error) {
        if (!(error instanceof Offline) || left === 0) throw error
      }
    }
  }

  /** A request as this device's person. */
  async send(ask: Ask, signal?: AbortSignal): Promise<Response> {
    const access = await this.token()
    try {
      return await this.#requests.send({ ...ask, access }, signal)
    } catch (error) {
      if (!isCode(error, 'sign_in') || this.#tokens === undefined) throw error
      // The service may have changed the key of its tokens: then the sign-in lives.
      if (this.#tokens.access === access) this.#tokens = { ...this.#tokens, expires: 0 }
      return this.#requests.send({ ...ask, access: await this.token() }, signal)
    }
  }

  async call<T>(ask: Ask, decode: (text: string) => T): Promise<T> {
    const answer = await this.send(ask)
    return decode(await answer.text())
  }

  /** A request under a second factor that is bound to exactly it. */
  async withFactor(factor: Factor | undefined, ask: Ask & { body?: string | undefined }): Promise<Response> {
    if (factor === undefined) return this.send(ask)
    const bare = `${ask.method} ${ask.path}`
    const attestation = await this.attest(factor, actOf(bare), objectOf(ask.path, ask.body ?? ''))
    return this.send({ ...ask, factor: attestation })
  }

  /** The service's word that a second factor was just given for this act on this object. */
  async attest(factor: Factor, act: string, object: string): Promise<string> {
    const input: wire.StepUp = { act, object, code: '' }
    if ('code' in factor) {
      input.code = factor.code
    } else {
      const asked = await this.call({ method: 'POST', path: '/v1/stepup/begin', body: wire.encodeBeginStepUp({ act, object }) }, wire.decodePasskeyOptions)
      input.passkey = await this.#passkey(asked.options)
    }
    const given = await this.call({ method: 'POST', path: '/v1/stepup', body: wire.encodeStepUp(input) }, wire.decodeAttestation)
    return given.attestation
  }
}

/** The row of the permission table that an address falls under. */
function actOf(name: string): string {
  const have = name.split('/')
  const fits = (row: string) => {
    const want = row.split('/')
    return want.length === have.length && want.every((part, i) => part === have[i] || part.startsWith('{'))
  }
  return Object.keys(wire.acts).find(fits) ?? name
}
