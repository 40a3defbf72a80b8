// Shamir's scheme over GF(2^8) with x^8+x^4+x^3+x+1, byte by byte (section 9). A
// share is one y byte per byte of the secret, then x. No table and no branch
// depends on a secret byte.

import { empty, hashBytes, toHash, type Bytes, type Hash } from '../envelope/bytes.ts'
import { enc } from '../envelope/enc.ts'
import { refuse } from '../envelope/refusal.ts'
import { equalSecrets, hkdf } from '../key/hash.ts'
import { random } from '../key/random.ts'

/** The longest secret that can be divided, in bytes. */
const maxShared = 1 << 16

/**
 * Divides a secret into n shares of which any k give it back and fewer say
 * nothing about it. Wrong shares combine to garbage, so the secret is bound:
 * splitBound.
 */
export function split(secret: Bytes, n: number, k: number): Bytes[] {
  if (k < 2 || k > n || n > 255) refuse('share-threshold')
  if (secret.length === 0 || secret.length > maxShared) refuse('shares')
  const shares = randomXs(n).map((x) => {
    const share = new Uint8Array(secret.length + 1)
    share[secret.length] = x
    return share
  })
  // One random polynomial of degree k-1 per byte, with the byte at x = 0. Every
  // coefficient is uniform, the highest may be zero: that is what makes k-1
  // shares independent of the secret.
  secret.forEach((s, at) => {
    const coefficients = random(k)
    coefficients[0] = s
    for (const share of shares) {
      const x = share[secret.length] ?? 0
      share[at] = coefficients.reduceRight((y, c) => mul(y, x) ^ c, 0)
    }
  })
  return shares
}

/** Interpolates at x = 0. With wrong shares, or fewer than the threshold, the result is garbage without a refusal. */
export function combine(shares: readonly Bytes[]): Bytes {
  if (shares.length < 2 || shares.length > 255) refuse('share-threshold')
  const size = (shares[0]?.length ?? 0) - 1
  if (size < 1 || size > maxShared || shares.some((s) => s.length !== size + 1)) refuse('shares')
  const xs = shares.map((s) => s[size] ?? 0)
  if (xs.includes(0) || new Set(xs).size !== xs.length) refuse('shares') // one stands twice or has no number
  const secret = new Uint8Array(size)
  shares.forEach((s, i) => {
    const w = weight(xs, i)
    for (let at = 0; at < size; at++) secret[at] = (secret[at] ?? 0) ^ mul(w, s[at] ?? 0)
  })
  return secret
}

function commitOf(secret: Bytes): Hash {
  return toHash(hkdf(secret, empty(), enc('arc1/commit', enc('shares')), 32))
}

/**
 * Divides 32 random bytes and gives the commitment that combineBound checks. It
 * is not secret; it must reach whoever combines by a way that whoever holds
 * shares cannot change.
 */
export function splitBound(secret: Bytes, n: number, k: number): { shares: Bytes[]; commit: Hash } {
  if (secret.length !== 32) throw new RangeError('a bound secret has 32 bytes')
  return { shares: split(secret, n, k), commit: commitOf(secret) }
}

/** Combines shares and refuses another secret than the one divided. */
export function combineBound(shares: readonly Bytes[], commit: Hash): Bytes {
  const secret = combine(shares)
  if (secret.length !== 32) refuse('shares') // not of 32 bytes
  if (!equalSecrets(hashBytes(commitOf(secret)), hashBytes(commit))) refuse('shares-commitment')
  return secret
}

/** The i-th Lagrange coefficient at 0. It depends on the shares' numbers only, which are not secret. */
function weight(xs: readonly number[], i: number): number {
  const mine = xs[i] ?? 0
  return xs.reduce((w, x, j) => (j === i ? w : mul(w, mul(x, inverse(x ^ mine)))), 1)
}

/** Multiplies in GF(2^8): the same eight steps whatever the operands. */
function mul(a: number, b: number): number {
  let p = 0
  for (let i = 0; i < 8; i++) {
    p ^= a & -(b & 1)
    b >>= 1
    a = ((a << 1) ^ (0x11b & -(a >> 7))) & 0xff
  }
  return p
}

/** a^254, since a^255 = 1 for every a but zero. */
function inverse(a: number): number {
  let out = 1
  for (let i = 0; i < 254; i++) out = mul(out, a)
  return out
}

/** n distinct numbers from 1 to 255, so that a share does not tell its place in the list (Fisher and Yates). */
function randomXs(n: number): number[] {
  const xs = Array.from({ length: 255 }, (_, i) => i + 1)
  return Array.from({ length: n }, () => xs.splice(below(xs.length), 1)[0] ?? 0)
}

/** A uniform number from 0 to n-1, for n up to 255, with rejection against bias. */
function below(n: number): number {
  for (;;) {
    const v = random(1)[0] ?? 0
    if (v < 256 - (256 % n)) return v % n
  }
}
