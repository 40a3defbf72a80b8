// Reading and writing the wire by hand, once: gen.ts only has tables.
//
// A decoder throws on anything that the Go side would not send. JSON.parse
// alone is not enough for that: it keeps the last of two equal names, takes
// 1.0 for 1 and rounds large integers, so the text is looked at first.

import type { Reason } from './gen.ts'

/** A string of lower-case hex digits that was checked, and whose kind is known. */
export type Brand<Name extends string> = string & { readonly __kind: Name }

/** A frame with the name that says which one it is. */
export type Tagged<Tag extends string, Frame> = { type: Tag } & Frame

/** What was refused, why in one word (the same word as on the Go side), and where. */
export class DecodeError extends Error {
  readonly reason: Reason
  readonly path: string

  constructor(reason: Reason, path: string) {
    super(path === '' ? reason : `${reason} ${path}`)
    this.name = 'DecodeError'
    this.reason = reason
    this.path = path
  }
}

type Json = boolean | number | string | Json[] | { [name: string]: Json }

/** Both directions of one type. Paths are only built where something fails. */
export interface Codec<T> {
  read(value: unknown, at: string): T
  write(value: T): Json
}

function fail(reason: Reason, at: string): never {
  throw new DecodeError(reason, at)
}

/** A wrong kind of value; null has a word of its own, since Go so likes to send it. */
function wrongKind(value: unknown, at: string): never {
  return fail(value === null ? 'null' : 'kind', at)
}

function readText(value: unknown, at: string): string {
  if (typeof value !== 'string') return wrongKind(value, at)
  if (!value.isWellFormed()) return fail('text', at)
  return value
}

export const text: Codec<string> = { read: readText, write: (value) => value }

export const flag: Codec<boolean> = {
  read: (value, at) => (typeof value === 'boolean' ? value : wrongKind(value, at)),
  write: (value) => value,
}

function integer(low: number, top: number): Codec<number> {
  return {
    read(value, at) {
      if (typeof value !== 'number') return wrongKind(value, at)
      if (!Number.isSafeInteger(value) || value < low || value > top) return fail('number', at)
      return value
    },
    write: (value) => value,
  }
}

export const u32 = integer(0, 2 ** 32 - 1)
export const u53 = integer(0, Number.MAX_SAFE_INTEGER)
export const i53 = integer(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)

export function hex<T extends string>(digits: number): Codec<T> {
  const form = new RegExp(`^[0-9a-f]{${digits}}$`)
  return {
    read(value, at) {
      const word = readText(value, at)
      return form.test(word) ? (word as T) : fail('hex', at)
    },
    write: (value) => value,
  }
}

export function oneOf<const Words extends readonly string[]>(words: Words): Codec<Words[number]> {
  const known: ReadonlySet<string> = new Set(words)
  return {
    read(value, at) {
      const word = readText(value, at)
      return known.has(word) ? word : fail('word', at)
    },
    write: (value) => value,
  }
}

export const base64: Codec<Uint8Array> = {
  read(value, at) {
    const word = readText(value, at)
    let bytes: string
    try {
      bytes = atob(word)
    } catch {
      return fail('base64', at)
    }
    // atob passes spaces, missing padding and stray bits at the end.
    if (btoa(bytes) !== word) return fail('base64', at)
    const out = new Uint8Array(bytes.length)
    for (let i = 0; i < out.length; i++) out[i] = bytes.charCodeAt(i)
    return out
  },
  write(value) {
    // In pieces: an engine only takes so many arguments in one call.
    let bytes = ''
    for (let i = 0; i < value.length; i += 4096) {
      bytes += String.fromCharCode(...value.subarray(i, i + 4096))
    }
    return btoa(bytes)
  },
}

export function list<T>(of: Codec<T>): Codec<T[]> {
  return {
    read(value, at) {
      if (!Array.isArray(value)) return wrongKind(value, at)
      return value.map((item: unknown, i) => of.read(item, `${at}[${i}]`))
    },
    write: (value) => value.map((item) => of.write(item)),
  }
}

/** A field of a record, and whether it may be absent. */
interface Field<T, Optional extends boolean> {
  readonly codec: Codec<T>
  readonly optional: Optional
}

export const must = <T>(codec: Codec<T>): Field<T, false> => ({ codec, optional: false })
export const may = <T>(codec: Codec<T>): Field<T, true> => ({ codec, optional: true })

/** The fields of T; the compiler demands `may` exactly where T has a question mark. */
type Fields<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K>
    ? Field<Exclude<T[K], undefined>, true>
    : Field<T[K], false>
}

type AnyField = Field<unknown, boolean>

/** encoding/json leaves an optional field out when it says nothing; so do we. */
function saysNothing(value: unknown): boolean {
  return (
    value === undefined ||
    value === '' ||
    value === 0 ||
    value === false ||
    ((Array.isArray(value) || value instanceof Uint8Array) && value.length === 0)
  )
}

export function record<T extends object>(fields: Fields<T>): Codec<T> {
  const table = new Map<string, AnyField>(Object.entries(fields))
  return {
    read(value, at) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrongKind(value, at)
      const from = new Map<string, unknown>(Object.entries(value))
      const under = at === '' ? '' : `${at}.`
      for (const name of from.keys()) {
        if (!table.has(name)) fail('unknown', under + name)
      }
      const out: { [name: string]: unknown } = {}
      for (const [name, field] of table) {
        if (from.has(name)) out[name] = field.codec.read(from.get(name), under + name)
        else if (!field.optional) fail('missing', under + name)
      }
      return out as T
    },
    write(value) {
      const from = new Map<string, unknown>(Object.entries(value))
      const out: { [name: string]: Json } = {}
      for (const [name, field] of table) {
        const part = from.get(name)
        if (!field.optional || !saysNothing(part)) out[name] = field.codec.write(part)
      }
      return out
    },
  }
}

export function bodyDecoder<T>(codec: Codec<T>): (data: string | Uint8Array) => T {
  return (data) => codec.read(parse(data).value, '')
}

export function bodyEncoder<T>(codec: Codec<T>): (value: T) => string {
  return (value) => stringify(codec.write(value))
}

/** For each case of a union, the codec of what follows its type. */
type Cases<Frame extends { type: string }> = {
  readonly [Tag in Frame['type']]: Codec<Omit<Extract<Frame, { type: Tag }>, 'type'>>
}

export function frameDecoder<Frame extends { type: string }>(
  cases: Cases<Frame>,
): (data: string | Uint8Array) => Frame {
  const table = new Map<string, Codec<object>>(Object.entries(cases))
  return (data) => {
    const { source, value } = parse(data)
    if (!source.trimStart().startsWith('{"type":"')) return fail('tag', '')
    const { type, ...rest } = value as { type: string }
    const codec = table.get(type)
    if (codec === undefined) return fail('frame', 'type')
    return { type, ...codec.read(rest, '') } as Frame
  }
}

export function frameEncoder<Frame extends { type: string }>(cases: Cases<Frame>): (frame: Frame) => string {
  const table = new Map<string, Codec<object>>(Object.entries(cases))
  return (frame) => {
    const codec = table.get(frame.type)
    if (codec === undefined) return fail('frame', 'type')
    return stringify({ type: frame.type, ...(codec.write(frame) as { [name: string]: Json }) })
  }
}

/** JSON as encoding/json writes it: safe inside HTML and script. */
function stringify(value: Json): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function parse(data: string | Uint8Array): { source: string; value: unknown } {
  let source: string
  let value: unknown
  try {
    source = typeof data === 'string' ? data : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data)
    value = JSON.parse(source)
  } catch {
    return fail('syntax', '')
  }
  new Scan(source).run()
  return { source, value }
}

/** One object or list that the scan is inside of. */
interface Level {
  readonly names: Set<string> | undefined // undefined: a list
  at: string | number
}

/**
 * Scan walks a text that is known to be JSON and refuses what JSON.parse lets
 * pass. It has no recursion: nesting as deep as the text is long must not end
 * in a stack overflow.
 */
class Scan {
  private readonly levels: Level[] = []
  private nameIsNext = false
  private i = 0
  private readonly source: string

  constructor(source: string) {
    this.source = source
  }

  run(): void {
    while (this.i < this.source.length) this.step(this.source.charAt(this.i))
  }

  private step(sign: string): void {
    const top = this.levels.at(-1)
    switch (sign) {
      case '{':
      case '[':
        this.levels.push({ names: sign === '{' ? new Set() : undefined, at: 0 })
        this.nameIsNext = sign === '{'
        break
      case '}':
      case ']':
        this.levels.pop()
        this.nameIsNext = false
        break
      case ',':
        this.nameIsNext = top?.names !== undefined
        if (typeof top?.at === 'number' && top.names === undefined) top.at++
        break
      case '"':
        this.string(top)
        return
      default:
        if (sign === '-' || (sign >= '0' && sign <= '9')) {
          this.number()
          return
        }
    }
    this.i++
  }

  private string(top: Level | undefined): void {
    const start = this.i + 1
    let end = start
    for (;;) {
      end = this.source.indexOf('"', end)
      let slashes = 0
      while (this.source.charAt(end - 1 - slashes) === '\\') slashes++
      if (slashes % 2 === 0) break
      end++
    }
    this.i = end + 1
    if (!this.nameIsNext || top?.names === undefined) return
    this.nameIsNext = false
    const name = this.source.slice(start, end)
    top.at = name
    // A name has one spelling, without escapes.
    if (name.includes('\\')) fail('unknown', this.path())
    if (top.names.has(name)) fail('repeated', this.path())
    top.names.add(name)
  }

  private number(): void {
    const start = this.i
    while (this.i < this.source.length && !' \t\r\n,]}'.includes(this.source.charAt(this.i))) this.i++
    const digits = this.source.slice(start, this.i)
    if (!/^-?[0-9]+$/.test(digits) || digits === '-0') fail('number', this.path())
  }

  private path(): string {
    return this.levels
      .map(({ at, names }, i) => (names === undefined ? `[${at}]` : `${i === 0 ? '' : '.'}${at}`))
      .join('')
  }
}
