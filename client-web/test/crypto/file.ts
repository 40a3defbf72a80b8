// The files of crypto/vectors/testdata, as its README.md describes them. No
// Node here: the same judges run in browsers.

import { hex, toHash, toID, unhex, type Bytes, type Hash, type ID } from '../../src/crypto/envelope/bytes.ts'
import type { Entry } from '../../src/crypto/envelope/entry.ts'
import type { Logged } from '../../src/crypto/envelope/link.ts'

/** A mistake of a file or of this reader; never what the cryptography refuses. */
export class Mistake extends Error {}

export function mistake(what: string): never {
  throw new Mistake(what)
}

/** Bytes of a word: hexadecimal, "-" for none. */
export function word(text: string): Bytes {
  return (text === '-' ? new Uint8Array(0) : unhex(text)) ?? mistake(`${text.slice(0, 20)} is not hexadecimal`)
}

export function words(text: string): Bytes[] {
  return text.split(' ').filter((w) => w !== '').map(word)
}

export function text(b: Uint8Array): string {
  return b.length === 0 ? '-' : hex(b)
}

/** One case. */
export class File {
  readonly expect: string
  readonly what: string
  readonly kind: string
  readonly fields: { name: string; value: string }[]

  constructor(content: string) {
    const lines = content.replace(/\n$/, '').split('\n').map((line) => {
      const colon = line.indexOf(':')
      if (colon < 0) mistake('a line has no name')
      return { name: line.slice(0, colon), value: line.slice(colon + 1).replace(/^ /, '') }
    })
    if (lines.slice(0, 3).map((f) => f.name).join() !== 'expect,what,kind') mistake('expect, what and kind come first')
    const [expect = '', what = '', kind = ''] = lines.map((f) => f.value)
    this.expect = expect
    this.what = what
    this.kind = kind
    this.fields = lines.slice(3)
  }

  all(name: string): string[] {
    return this.fields.filter((f) => f.name === name).map((f) => f.value)
  }

  /** The only value of a name, or nothing. */
  text(name: string): string {
    const [only, ...more] = this.all(name)
    return more.length === 0 ? (only ?? '') : ''
  }

  has(name: string): boolean {
    return this.text(name) !== ''
  }

  set(name: string, value: string): void {
    for (const f of this.fields) if (f.name === name) f.value = value
  }

  hexes(name: string): Bytes[] {
    return this.all(name).flatMap(words)
  }

  hex(name: string): Bytes {
    const [only, ...more] = this.hexes(name)
    return only === undefined || more.length > 0 ? mistake(`not one value of ${name}`) : only
  }

  id(name: string): ID {
    return toID(this.hex(name))
  }

  hash(name: string): Hash {
    return toHash(this.hex(name))
  }

  hashes(name: string): Hash[] {
    return this.hexes(name).filter((b) => b.length > 0).map(toHash)
  }

  num(name: string): bigint {
    const t = this.text(name)
    return /^[0-9]+$/.test(t) ? BigInt(t) : mistake(`${name} is no number`)
  }

  links(name: string): Logged[] {
    return this.all(name).map((v) => {
      const [leaf = '', ...rest] = v.split(' ')
      const [link, sig, countersig] = rest.map(word)
      if (link === undefined || sig === undefined || countersig === undefined) return mistake('a link has three values after its leaf')
      return { leaf: BigInt(leaf), link, sig, countersig }
    })
  }

  entries(name: string): Entry[] {
    return this.all(name).map((v) => {
      const [head, sig, body] = words(v)
      if (head === undefined || sig === undefined || body === undefined) return mistake('an entry has three values')
      return { head, sig, body }
    })
  }

  /** Whether a computed value is the one in the file. */
  same(name: string, got: Uint8Array | string): void {
    const value = typeof got === 'string' ? got : text(got)
    if (this.text(name) !== value) mistake(`${name}: ${value.slice(0, 80)}, not ${this.text(name).slice(0, 80)}`)
  }
}
