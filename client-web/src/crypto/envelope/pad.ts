// Padding (section 2.5).

import type { Bytes } from './bytes.ts'
import { refuse } from './refusal.ts'

/** The smallest padded message in bytes: short answers all look alike. */
export const minPadded = 512

/**
 * Rounds a size up to one that tells O(log log n) bits and costs at most 12 %.
 * Sizes stay below 2^53, where numbers count exactly.
 */
export function padme(n: number): number {
  if (n < 2) return n
  const e = bits(n) - 1
  const step = 2 ** (e - bits(e))
  return Math.ceil(n / step) * step
}

/** How many binary digits a number has. */
function bits(n: number): number {
  return n.toString(2).length
}

function padded(length: number): number {
  return padme(Math.max(minPadded, length + 4))
}

/** u32 length || bytes || zeros. */
export function pad(b: Uint8Array): Bytes {
  const out = new Uint8Array(padded(b.length))
  new DataView(out.buffer).setUint32(0, b.length)
  out.set(b, 4)
  return out
}

/** The strict inverse: any other padding is refused. */
export function unpad(b: Bytes): Bytes {
  if (b.length < minPadded) refuse('malformed')
  const n = new DataView(b.buffer, b.byteOffset).getUint32(0)
  if (n > b.length - 4 || padded(n) !== b.length) refuse('malformed') // padding of the wrong size
  if (b.subarray(4 + n).some((c) => c !== 0)) refuse('malformed') // padding is not zero
  return b.subarray(4, 4 + n)
}
