// How the browser writes down what it keeps: JSON, with bytes and large numbers
// marked. Whatever is packed is sealed before it reaches the disk.

import { base64, unbase64, utf8, type Bytes } from '../crypto/envelope/bytes.ts'

const bytesMark = '$b'
const numberMark = '$n'

function write(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return { [bytesMark]: base64(value) }
  if (typeof value === 'bigint') return { [numberMark]: value.toString() }
  return value
}

function read(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (bytesMark in value && typeof value[bytesMark] === 'string') return unbase64(value[bytesMark])
  if (numberMark in value && typeof value[numberMark] === 'string') return BigInt(value[numberMark])
  return value
}

export function pack(value: unknown): Bytes {
  return utf8(JSON.stringify(value, write))
}

/** Reads what pack wrote. The bytes were authenticated before, so their shape is ours. */
export function unpack<T>(b: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(b), read) as T
}
