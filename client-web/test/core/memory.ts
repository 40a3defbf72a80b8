// A vault that forgets, for tests. It keeps packed bytes, so what cannot be
// packed fails here as it would on a disk.

import { pack, unpack } from '../../src/core/pack.ts'
import type { Vault } from '../../src/core/vault.ts'

export class MemoryVault implements Vault {
  readonly #records = new Map<string, Uint8Array>()

  async load<T>(name: string): Promise<T | undefined> {
    const b = this.#records.get(name)
    return b === undefined ? undefined : unpack<T>(b)
  }

  async save(name: string, value: unknown): Promise<void> {
    this.#records.set(name, pack(value))
  }

  async delete(name: string): Promise<void> {
    this.#records.delete(name)
  }

  readonly #files = new Map<string, Blob>()

  async keepFile(id: string, sealed: Blob): Promise<void> {
    this.#files.set(id, sealed)
  }

  async file(id: string): Promise<Blob | undefined> {
    return this.#files.get(id)
  }

  async dropFile(id: string): Promise<void> {
    this.#files.delete(id)
  }

  async list(prefix: string): Promise<string[]> {
    return [...this.#records.keys()].filter((n) => n.startsWith(prefix)).sort()
  }
}
