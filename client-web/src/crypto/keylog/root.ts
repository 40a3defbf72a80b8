// The root of a tree whose leaves come one after another (RFC 9162, section
// 2.1.1): for whoever reads a whole log and compares it with what was signed.

import { concat, digest, toHash, type Bytes, type Hash } from '../envelope/bytes.ts'
import { leafHash } from './tree.ts'

export class Growing {
  /** Roots of the complete trees that make up this one, largest first, with their heights. */
  readonly #parts: { height: number; root: Bytes }[] = []
  size = 0n

  add(leaf: Bytes): void {
    let part = { height: 0, root: leafHash(leaf) }
    for (let last = this.#parts.at(-1); last?.height === part.height; last = this.#parts.at(-1)) {
      this.#parts.pop()
      part = { height: part.height + 1, root: node(last.root, part.root) }
    }
    this.#parts.push(part)
    this.size++
  }

  root(): Hash {
    const parts = this.#parts.toReversed()
    const [smallest, ...larger] = parts
    if (smallest === undefined) return toHash(digest(new Uint8Array(0)))
    return toHash(larger.reduce((right, left) => node(left.root, right), smallest.root))
  }
}

function node(left: Bytes, right: Bytes): Bytes {
  return digest(concat(Uint8Array.of(1), left, right))
}
