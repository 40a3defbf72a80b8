// Codes that survive paper, handwriting and the telephone: Crockford's base32 (section 9).

import { digest, utf8, type Bytes } from '../envelope/bytes.ts'
import { refuse } from '../envelope/refusal.ts'

/** No I, L, O and U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The most bytes of typing that are looked at. */
const maxTyped = 512

/** Writes bits in groups of four characters, then the check characters: the first bits of their digest. */
export function writeCode(bits: Bytes, checks: number): string {
  const body = encode32(bits, (bits.length * 8) / 5)
  const groups = body.match(/.{4}/g) ?? []
  return groups.join('-') + (checks > 1 ? '-' : '') + encode32(digest(bits), checks)
}

/** Reads n bytes and their check characters as a person typed them. What is refused is never repeated. */
export function readCode(text: string, n: number, checks: number): Bytes {
  if (utf8(text).length > maxTyped) refuse('code-length') // too much was typed
  const digits: number[] = []
  for (const c of text) {
    if (/^[\p{White_Space}\p{Dash_Punctuation}]$/u.test(c)) continue
    const d = digit(c)
    if (d < 0) refuse('code-character') // a character that no code has
    digits.push(d)
  }
  const body = (n * 8) / 5
  if (digits.length !== body + checks) refuse('code-length') // too few or too many characters
  const bits = pack32(digits.slice(0, body))
  const wanted = encode32(digest(bits), checks)
  if (digits.slice(body).some((d, i) => alphabet[d] !== wanted[i])) refuse('code-checksum')
  return bits
}

/** The value of a character as it may have been typed; -1 for one that no code has. */
function digit(c: string): number {
  const upper = /^[a-z]$/.test(c) ? c.toUpperCase() : c
  return alphabet.indexOf(upper === 'O' ? '0' : upper === 'I' || upper === 'L' ? '1' : upper)
}

/** Writes the first n groups of five bits. */
function encode32(b: Bytes, n: number): string {
  let out = ''
  for (let i = 0; i < n; i++) {
    let v = 0
    for (let bit = 5 * i; bit < 5 * i + 5; bit++) v = (v << 1) | (((b[bit >> 3] ?? 0) >> (7 - (bit % 8))) & 1)
    out += alphabet[v]
  }
  return out
}

/** The inverse of encode32 for a whole number of bytes. */
function pack32(digits: readonly number[]): Bytes {
  const out = new Uint8Array((digits.length * 5) / 8)
  for (let i = 0; i < out.length * 8; i++) {
    const bit = ((digits[Math.floor(i / 5)] ?? 0) >> (4 - (i % 5))) & 1
    out[i >> 3] = (out[i >> 3] ?? 0) | (bit << (7 - (i % 8)))
  }
  return out
}
