// The published vectors, in Node.

import { createDecipheriv } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hex, unhex } from '../src/crypto/envelope/bytes.ts'
import { checkEd25519, checkHPKE, checkXWing, type Official } from './crypto/official.ts'

const folder = new URL('../../crypto/vectors/testdata/official/', import.meta.url)
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as never

const official: Official = { xwing: read('xwing.json'), hpke: read('hpke-pq-xwing.json'), ed25519: read('ed25519-cctv.json') }

describe('official vectors', () => {
  it('are there', () => {
    expect(official.xwing.length).toBeGreaterThanOrEqual(3)
    expect(official.hpke.length).toBeGreaterThanOrEqual(2)
    expect(official.ed25519.length).toBeGreaterThanOrEqual(914)
  })

  it('X-Wing: a seed gives its public key', async () => {
    expect(await checkXWing(official)).toEqual([])
  })

  // The vectors' AEAD is ChaCha20-Poly1305, which WebCrypto does not have; Node does.
  it('HPKE: decapsulation, key schedule, exports and ciphertexts', async () => {
    const { wrong, schedules } = await checkHPKE(official)
    expect(wrong).toEqual([])
    for (const { vector, schedule } of schedules) {
      vector.encryptions.forEach(({ aad, ct, pt }, i) => {
        const nonce = Buffer.from(schedule.nonce)
        nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ i) >>> 0, 8)
        const sealed = unhex(ct) ?? new Uint8Array(0)
        const plain = createDecipheriv('chacha20-poly1305', schedule.key, nonce, { authTagLength: 16 })
        plain.setAAD(Buffer.from(aad, 'hex'), { plaintextLength: sealed.length - 16 }).setAuthTag(sealed.subarray(-16))
        expect(hex(Buffer.concat([plain.update(sealed.subarray(0, -16)), plain.final()]))).toBe(pt)
      })
    }
  })

  it('Ed25519: the edge cases have the verdict of the reference', async () => {
    expect(await checkEd25519(official)).toEqual([])
  })
})
