// What an old device tells a new one of its person (section 9, pairing).

import { hashBytes, idBytes, utf8, type Bytes, type Hash, type ID } from './bytes.ts'
import { enc, Fields } from './enc.ts'

/** Authenticated by the code that the person typed, not signed. */
export interface Welcome {
  agency: ID
  /** The agency's root key, 32 bytes. */
  root: Bytes
  /** Verifier key of the key log; the agency's policy must confirm it. */
  logKey: string
  /** Sign-in name. */
  name: string
  account: ID
  /** The account's identity. */
  genesis: Hash
  /** Its newest link before the new device's. */
  head: Hash
}

export function encodeWelcome(w: Welcome): Bytes {
  return enc('arc1/pair/welcome', idBytes(w.agency), w.root, utf8(w.logKey), utf8(w.name), idBytes(w.account), hashBytes(w.genesis), hashBytes(w.head))
}

export function decodeWelcome(b: Bytes): Welcome {
  const f = new Fields('arc1/pair/welcome', b)
  return f.done({ agency: f.id(), root: f.bytes(32), logKey: f.text(512), name: f.text(64), account: f.id(), genesis: f.hash(), head: f.hash() })
}

/** What an invitation says besides its code. */
export interface Letter {
  agency: ID
  /** The agency's root key, 32 bytes. */
  root: Bytes
  /** Sign-in name. */
  name: string
}

export function encodeLetter(l: Letter): Bytes {
  return enc('arc1/invite/letter', idBytes(l.agency), l.root, utf8(l.name))
}

/** Believed because the code's MAC fits (section 9). */
export function decodeLetter(b: Bytes): Letter {
  const f = new Fields('arc1/invite/letter', b)
  return f.done({ agency: f.id(), root: f.bytes(32), name: f.text(64) })
}
