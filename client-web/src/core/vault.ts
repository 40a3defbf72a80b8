// What this browser keeps. Every record is sealed under a key that nobody can
// read out of the browser; names are not secret. The keys themselves are stored
// as the platform stores keys, and are read back before they are relied on.

import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { Bytes } from '../crypto/envelope/bytes.ts'
import type { KeptDevice } from '../crypto/seal/device.ts'
import { freshRecordKey, openRecord, sealRecord } from '../crypto/vault/record.ts'
import { pack, unpack } from './pack.ts'

interface Schema extends DBSchema {
  records: { key: string; value: Bytes }
  keys: { key: 'vault'; value: CryptoKey }
  device: { key: 'device'; value: KeptDevice }
  files: { key: string; value: Blob }
}

const databaseName = 'arcline'
const recordVersion = 1n

/** Sealed records by name. */
export interface Vault {
  load<T>(name: string): Promise<T | undefined>
  save(name: string, value: unknown): Promise<void>
  delete(name: string): Promise<void>
  list(prefix: string): Promise<string[]>
  /** Keeps a file that is sealed already, until it was brought to the service. */
  keepFile(id: string, sealed: Blob): Promise<void>
  file(id: string): Promise<Blob | undefined>
  dropFile(id: string): Promise<void>
}

function database(): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(databaseName, 1, {
    upgrade(db) {
      db.createObjectStore('records')
      db.createObjectStore('keys')
      db.createObjectStore('device')
      db.createObjectStore('files')
    },
  })
}

export class BrowserVault implements Vault {
  #db: IDBPDatabase<Schema>
  readonly #key: CryptoKey

  private constructor(db: IDBPDatabase<Schema>, key: CryptoKey) {
    this.#db = db
    this.#key = key
  }

  /** Opens what this browser keeps, or begins anew. */
  static async open(): Promise<BrowserVault> {
    const db = await database()
    let key = await db.get('keys', 'vault')
    if (key === undefined) {
      await db.put('keys', await freshRecordKey(), 'vault')
      key = await db.get('keys', 'vault')
    }
    if (key === undefined) throw new TypeError('this browser does not keep keys')
    return new BrowserVault(db, key)
  }

  async load<T>(name: string): Promise<T | undefined> {
    const b = await this.#db.get('records', name)
    return b === undefined ? undefined : unpack<T>(await openRecord(this.#key, name, recordVersion, b))
  }

  async save(name: string, value: unknown): Promise<void> {
    const sealed = await sealRecord(this.#key, name, recordVersion, pack(value))
    // strict: what a person was told is kept must outlive a power cut.
    const tx = this.#db.transaction('records', 'readwrite', { durability: 'strict' })
    await Promise.all([tx.store.put(sealed, name), tx.done])
  }

  async delete(name: string): Promise<void> {
    await this.#db.delete('records', name)
  }

  async list(prefix: string): Promise<string[]> {
    return this.#db.getAllKeys('records', IDBKeyRange.bound(prefix, `${prefix}\uffff`))
  }

  async keepFile(id: string, sealed: Blob): Promise<void> {
    await this.#db.put('files', sealed, id)
  }

  async file(id: string): Promise<Blob | undefined> {
    return this.#db.get('files', id)
  }

  async dropFile(id: string): Promise<void> {
    await this.#db.delete('files', id)
  }

  async device(): Promise<KeptDevice | undefined> {
    return this.#db.get('device', 'device')
  }

  /** Stores a device's keys and returns them as a database that was opened anew gives them. */
  async keepDevice(kept: KeptDevice): Promise<KeptDevice> {
    await this.#db.put('device', kept, 'device')
    this.#db.close()
    this.#db = await database()
    const back = await this.device()
    if (back === undefined) throw new TypeError('this browser does not keep keys')
    return back
  }

  /** Forgets everything, keys and all. */
  async forget(): Promise<void> {
    this.#db.close()
    await deleteDB(databaseName)
  }
}
