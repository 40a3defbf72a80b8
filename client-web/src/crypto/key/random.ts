// The one place where randomness comes from.

import type { Bytes } from '../envelope/bytes.ts'

/** n random bytes of the platform. */
export function random(n: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(n))
}
