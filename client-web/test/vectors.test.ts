// Every file of crypto/vectors/testdata has the verdict that Go gives it.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Reason } from '../src/crypto/envelope/refusal.ts'
import { File } from './crypto/file.ts'
import { verdict } from './crypto/judge.ts'

const folder = new URL('../../crypto/vectors/testdata/', import.meta.url)
const all = new Map(
  readdirSync(folder).filter((name) => name.endsWith('.txt')).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
)

/** Every reason; a missing or strange one does not compile. */
const reasons: { readonly [reason in Reason]: true } = {
  malformed: true,
  'bad-key': true, 'bad-signature': true, 'not-opened': true,
  order: true, signer: true, signature: true, roster: true, generation: true, revoked: true, unknown: true, credential: true, state: true,
  'checkpoint-back': true, 'checkpoint-ahead': true, body: true, stale: true, factor: true,
  'not-for-me': true, box: true, 'secret-commitment': true, 'no-history': true, published: true, 'step-up': true,
  'log-size': true, inclusion: true, fork: true, lookup: true,
  'log-policy': true, 'log-checkpoint': true, 'log-origin': true, 'log-signature': true, 'log-quorum': true, 'log-request': true,
  'log-rollback': true, 'log-no-dirroot': true, 'log-not-last': true, 'log-prefix': true, 'log-count': true, 'log-stale': true,
  'record-format': true, record: true,
  'code-length': true, 'code-character': true, 'code-checksum': true,
  'share-threshold': true, shares: true, 'shares-commitment': true,
  'file-header': true, 'file-key': true, 'file-piece': true, 'file-truncated': true, 'file-trailing': true, 'file-padding': true, 'file-size': true,
}

describe('vectors', () => {
  it('are there', () => {
    expect(all.size).toBeGreaterThan(230)
  })

  it('name every refusal there is', () => {
    const used = new Set(Array.from(all.values(), (content) => new File(content).expect))
    expect([...used].sort()).toEqual(['ok', ...Object.keys(reasons)].sort())
  })

  it.each([...all.keys()])('%s', async (name) => {
    const f = new File(all.get(name) ?? '')
    expect(await verdict(f, all)).toBe(f.expect)
  })
})
