// The goldens and the refusals are files of the Go side: both languages read
// them, so neither can drift alone.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as gen from '../src/wire/gen.ts'
import { DecodeError } from '../src/wire/decode.ts'

const testdata = new URL('../../server/wire/testdata/', import.meta.url)

function files(folder: string): { name: string; bytes: Uint8Array }[] {
  const dir = new URL(`${folder}/`, testdata)
  return readdirSync(dir)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ name: file.slice(0, -'.json'.length), bytes: readFileSync(new URL(file, dir)) }))
}

type Decode = (data: string | Uint8Array) => unknown
type Encode = (value: unknown) => string

// The generated module by name: a new type is under test without a line here.
const module = new Map<string, unknown>(Object.entries(gen))

function pair(name: string): { decode: Decode; encode: Encode } {
  const decode = module.get(`decode${name}`)
  const encode = module.get(`encode${name}`)
  if (typeof decode !== 'function' || typeof encode !== 'function') throw new Error(`gen.ts has no decoder for ${name}`)
  return { decode: decode as Decode, encode: encode as Encode }
}

/** Readers are named as in the refusals: client, server, or the name of a body. */
function reader(name: string): { decode: Decode; encode: Encode } {
  if (name === 'client') return pair('ClientFrame')
  if (name === 'server') return pair('ServerFrame')
  return pair(name)
}

function readerOf(golden: string, bytes: Uint8Array): { decode: Decode; encode: Encode } {
  const { type } = JSON.parse(new TextDecoder().decode(bytes)) as { type?: string }
  if (type === undefined) return pair(golden.replace(/\.bare$/, ''))
  try {
    gen.decodeClientFrame(bytes)
    return pair('ClientFrame')
  } catch (error) {
    if (error instanceof DecodeError && error.reason === 'frame') return pair('ServerFrame')
    throw error
  }
}

describe('goldens', () => {
  const goldens = files('good')

  it('are there', () => {
    expect(goldens.length).toBeGreaterThan(80)
  })

  it.each(goldens)('$name is read and written back byte for byte', ({ name, bytes }) => {
    const { decode, encode } = readerOf(name, bytes)
    expect(`${encode(decode(bytes))}\n`).toBe(new TextDecoder().decode(bytes))
  })

  it.each(goldens)('$name is refused with any one name taken out or made null', ({ name, bytes }) => {
    const { decode } = readerOf(name, bytes)
    const full = JSON.parse(new TextDecoder().decode(bytes)) as { [name: string]: unknown }
    for (const field of Object.keys(full)) {
      expect(() => decode(JSON.stringify({ ...full, [field]: null })), `${field}: null`).toThrow(DecodeError)
      if (name.endsWith('.bare')) {
        const { [field]: _, ...rest } = full
        expect(() => decode(JSON.stringify(rest)), `without ${field}`).toThrow(DecodeError)
      }
    }
  })
})

describe('refusals', () => {
  const refusals = files('refuse')

  it('are there, for every reason', () => {
    const reasons = new Set(refusals.map(({ name }) => name.split('.')[1]))
    expect([...reasons].sort()).toEqual([...gen.reasonWords].sort())
  })

  it.each(refusals)('$name', ({ name, bytes }) => {
    const [who = '', reason] = name.split('.')
    let refusal: unknown
    try {
      reader(who).decode(bytes)
    } catch (error) {
      refusal = error
    }
    expect(refusal).toBeInstanceOf(DecodeError)
    expect((refusal as DecodeError).reason).toBe(reason)
  })
})

describe('decoders', () => {
  it('say where', () => {
    const frame = '{"type":"threads","rid":1,"threads":[],"gone":["00"]}'
    expect(() => gen.decodeServerFrame(frame)).toThrow(new DecodeError('hex', 'gone[0]'))
    const twice = '{"type":"threads","rid":1,"threads":[{"next":1,"next":2}]}'
    expect(() => gen.decodeServerFrame(twice)).toThrow(new DecodeError('repeated', 'threads[0].next'))
  })

  it('refuse bytes that are not UTF-8', () => {
    const bytes = new TextEncoder().encode('{"ticket":"x"}')
    bytes[11] = 0xff
    expect(() => gen.decodeTicket(bytes)).toThrow(new DecodeError('syntax', ''))
  })

  it('take space between tokens, as the Go side does', () => {
    expect(gen.decodeClientFrame(' {"type":"ping" , "rid" : 7 }\n')).toEqual({ type: 'ping', rid: 7 })
  })

  it('leave out what is absent', () => {
    const frame = gen.decodeClientFrame('{"type":"list","rid":1,"live":true}')
    expect('line' in frame).toBe(false)
  })

  it('are not misled by braces and quotes inside of text', () => {
    expect(gen.decodeTicket('{"ticket":"a\\"},{\\"ticket\\":\\\\"}').ticket).toBe('a"},{"ticket":\\')
  })

  it('take every byte in base64, in any number', () => {
    for (const length of [0, 1, 2, 3, 255, 256, 4095, 4096, 4097, 49152]) {
      const sealed = Uint8Array.from({ length }, (_, i) => i)
      const credential = { credential: sealed, sig: new Uint8Array(64) }
      expect(gen.decodeCredential(gen.encodeCredential(credential))).toEqual(credential)
    }
  })
})

describe('tables', () => {
  it('have a text for every code', () => {
    expect(Object.keys(gen.errors).sort()).toEqual([...gen.codeWords].sort())
  })

  it('have an act for every kind of entry', () => {
    for (const kind of gen.kindWords) expect(Object.keys(gen.acts)).toContain(`append ${kind}`)
  })
})
