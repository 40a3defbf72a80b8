// Every file of crypto/vectors/testdata has the verdict that Go gives it.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { reasons } from '../src/crypto/envelope/refusal.ts'
import { File } from './crypto/file.ts'
import { verdict } from './crypto/judge.ts'

const folder = new URL('../../crypto/vectors/testdata/', import.meta.url)
const all = new Map(
  readdirSync(folder).filter((name) => name.endsWith('.txt')).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
)

describe('vectors', () => {
  it('are there', () => {
    expect(all.size).toBeGreaterThan(230)
  })

  it('name every refusal there is', () => {
    const used = new Set(Array.from(all.values(), (content) => new File(content).expect))
    expect([...used].sort()).toEqual(['ok', ...reasons].sort())
  })

  it.each([...all.keys()])('%s', async (name) => {
    const f = new File(all.get(name) ?? '')
    expect(await verdict(f, all)).toBe(f.expect)
  })
})
