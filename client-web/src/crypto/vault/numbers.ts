// Numbers for people to read out and compare (section 9). None of them is secret.

import { deviceKeys, type DeviceKeys } from '../envelope/account.ts'
import { concat, digest, empty, hashBytes, idBytes, type Hash, type ID } from '../envelope/bytes.ts'
import { enc } from '../envelope/enc.ts'
import { hkdf } from '../key/hash.ts'
import { writeCode } from './crockford.ts'

/** Names a device by its public keys, written like a code. */
export function deviceNumber(keys: DeviceKeys): string {
  return writeCode(digest(deviceKeys.encode(keys)).slice(0, 10), 1)
}

/** Twelve groups of five digits from two identities: the same on both sides, and stable over devices. */
export function safetyNumber(a: Hash, b: Hash, agencies: readonly ID[]): string {
  const both = [a, b].toSorted().map(hashBytes)
  const raw = hkdf(concat(...both), empty(), enc('arc1/safety', ...agencies.toSorted().map(idBytes)), 60)
  const groups: string[] = []
  for (let i = 0; i < 60; i += 5) {
    const n = raw.subarray(i, i + 5).reduce((sum, c) => sum * 256 + c, 0)
    groups.push(String(n % 100_000).padStart(5, '0'))
  }
  return groups.join(' ')
}
