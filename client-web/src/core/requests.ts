// Requests over HTTP. Each proves that this device holds its sign-in key
// (RFC 9449); the access it carries is of no use to anybody without that.

import { base64url, digest, sum, utf8 } from '../crypto/envelope/bytes.ts'
import type { Session } from '../crypto/key/sign.ts'
import { decodeProblem, type Problem } from '../wire/gen.ts'
import { Offline, Refused } from './problem.ts'

export interface Ask {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  access?: string | undefined
  /** The attestation of a second factor for this request. */
  factor?: string | undefined
  body?: BodyInit | undefined
}

/** Name of the header that carries a second factor. */
const factorHeader = 'Arcline-Step-Up'

export class Requests {
  readonly origin: string
  readonly #now: () => number
  #proof: Session | undefined

  constructor(origin: string, now: () => number) {
    this.origin = origin
    this.#now = now
  }

  /** From now on requests are proved with this key. */
  proveWith(key: Session | undefined): void {
    this.#proof = key
  }

  async #proofOf(ask: Ask): Promise<string> {
    const key = this.#proof
    if (key === undefined) return ''
    const [bare = ''] = ask.path.split('?')
    const header = { typ: 'dpop+jwt', alg: 'EdDSA', jwk: { kty: 'OKP', crv: 'Ed25519', x: base64url(key.public.bytes) } }
    const claims: Record<string, string | number> = {
      htm: ask.method, htu: this.origin + bare, iat: Math.floor(this.#now() / 1000), jti: crypto.randomUUID(),
    }
    if (ask.access !== undefined) claims['ath'] = base64url(digest(utf8(ask.access)))
    const text = `${base64url(utf8(JSON.stringify(header)))}.${base64url(utf8(JSON.stringify(claims)))}`
    return `${text}.${base64url(await key.prove(utf8(text)))}`
  }

  /** Sends one request and returns a good answer, or throws Refused or Offline. */
  async send(ask: Ask, signal?: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = {}
    const proof = await this.#proofOf(ask)
    if (proof !== '') headers['DPoP'] = proof
    if (ask.access !== undefined) headers['Authorization'] = `DPoP ${ask.access}`
    if (ask.factor !== undefined) headers[factorHeader] = ask.factor
    let answer: Response
    try {
      answer = await fetch(this.origin + ask.path, {
        method: ask.method, headers, body: ask.body ?? null, signal: signal ?? null, credentials: 'omit', cache: 'no-store', redirect: 'error', referrerPolicy: 'no-referrer',
      })
    } catch (error) {
      if (signal?.aborted === true) throw error
      throw new Offline(error instanceof Error ? error.message : 'no answer')
    }
    if (answer.ok) return answer
    throw await refusalOf(answer)
  }

  /** Sends a body as JSON and reads the answer with its decoder. */
  async call<T>(ask: Ask, decode: (text: string) => T): Promise<T> {
    const answer = await this.send(ask)
    return decode(await answer.text())
  }

  /** call where there is nothing to read. */
  async tell(ask: Ask): Promise<void> {
    await this.send(ask)
  }
}

async function refusalOf(answer: Response): Promise<Error> {
  try {
    const problem: Problem = decodeProblem(await answer.text())
    return new Refused(problem)
  } catch {
    return new Offline(`it answered ${answer.status}`)
  }
}

/** What an HTTP act is about, for the second factor that is bound to it: the digest of path and body. */
export function objectOf(path: string, body: string): string {
  return sum(utf8(`${path}\n${body}`))
}
