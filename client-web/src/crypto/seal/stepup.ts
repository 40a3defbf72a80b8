// The service's attestation of a second factor (section 8).

import { base64url, fromUTF8, unbase64url, utf8, type Bytes } from '../envelope/bytes.ts'
import type { Head } from '../envelope/entry.ts'
import { refuse, refusedAs } from '../envelope/refusal.ts'
import { Verify } from '../key/verify.ts'

/** The only header. There is no algorithm to choose, so it is compared, not parsed. */
const header = base64url(utf8('{"alg":"EdDSA","typ":"arc-stepup+jwt"}'))

/** This account, on this device, gave a fresh second factor for this act on this object. Times are Unix seconds. */
export interface StepUp {
  iss: string
  sub: string
  dev: string
  act: string
  obj: string
  amr: string[]
  auth_time: number
  iat: number
  exp: number
  jti: string
}

/**
 * Verifies the attestation in a head under the policy's key, and that it speaks
 * about this entry. The age of the second factor is for showing; whether it was
 * fresh enough and used once was the service's to refuse.
 */
export async function readStepUp(pub: Bytes, h: Head, act: string): Promise<StepUp> {
  const key = refusedAs('step-up', () => Verify.from(pub))
  const [first, payload = '', signature = '', ...more] = fromUTF8(h.attest)?.split('.') ?? []
  const sig = unbase64url(signature)
  const body = unbase64url(payload)
  if (first !== header || sig === undefined || body === undefined || more.length !== 0) return refuse('step-up') // not in the one form there is
  if (!(await key.verifies(utf8(`${first}.${payload}`), sig))) refuse('step-up')
  const s = claims(body)
  if (s.sub !== h.acct || s.dev !== h.dev) refuse('step-up') // another person or device
  if (s.obj !== h.thread || s.act !== act) refuse('step-up') // another act or thread
  return s
}

const texts = ['iss', 'sub', 'dev', 'act', 'obj', 'jti'] as const
const times = ['auth_time', 'iat', 'exp'] as const
const members = [...texts, ...times, 'amr'] as const

/** One object of exactly these members. */
function claims(body: Bytes): StepUp {
  let value: unknown
  const text = fromUTF8(body) ?? ''
  try {
    value = JSON.parse(text)
  } catch {
    return refuse('step-up')
  }
  // What JSON.parse does not tell: a member that stood twice, a number in another spelling than digits.
  const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
  if (bare.split(':').length - 1 !== members.length || /[^\s{}[\],:0-9-]/.test(bare)) return refuse('step-up')
  if (typeof value !== 'object' || value === null) return refuse('step-up')
  const given = new Map<string, unknown>(Object.entries(value))
  const amr = given.get('amr')
  const good =
    given.size === members.length &&
    texts.every((name) => typeof given.get(name) === 'string') &&
    times.every((name) => Number.isSafeInteger(given.get(name))) &&
    Array.isArray(amr) && amr.every((x) => typeof x === 'string')
  return good ? (value as StepUp) : refuse('step-up') // another member, or one of another kind
}
