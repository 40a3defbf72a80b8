// Keys as text, for files: what a key is can be told by eye (section 2.4).

import { base64url, unbase64url, type Bytes } from '../envelope/bytes.ts'
import { refuse } from '../envelope/refusal.ts'

export const signingPrefix = 'arc1-sign-private-'
export const boxPrefix = 'arc1-box-private-'
export const verifyPrefix = 'arc1-sign-public-'

export function keyText(prefix: string, b: Bytes): string {
  return prefix + base64url(b)
}

/** Reads 32 bytes after a prefix. */
export function readKeyText(prefix: string, text: string): Bytes {
  const line = text.trim()
  const b = line.startsWith(prefix) ? unbase64url(line.slice(prefix.length)) : undefined
  return b?.length === 32 ? b : refuse('bad-key')
}
