// Bodies of an account's links (section 4.3).

import type { ID } from './bytes.ts'
import { anyBytes, bytes, hash, id, ids, inner, table, type Of } from './enc.ts'

/** Sizes in bytes: an X-Wing public key, a sealed secret of 32 bytes. */
export const boxKeyLen = 1216
export const boxLen = 1120 + 32 + 16

/** Stands where a device's id stands when the officers' key signs. */
export const officersSigner = 'f'.repeat(32) as ID

/** An Ed25519 public key, unchecked. */
export const signKey = bytes(32)

/** An X-Wing public key, unchecked. */
export const boxKey = bytes(boxKeyLen)

/** A device's public keys: for statements, for boxes, for sign-in. No key does another's work. */
export const deviceKeys = table('arc1/device', { device: id, sign: signKey, box: boxKey, session: signKey })
export type DeviceKeys = Of<typeof deviceKeys>

/** Publishes a generation: its public key, and the key statement that hands its seed to the roster. */
export const rotationBody = table('arc1/rotation', { box: boxKey, keys: anyBytes })
export type RotationBody = Of<typeof rotationBody>

/** Starts an account. inviteMAC is the HMAC of the invitation over the link with 32 zero bytes in this place. */
export const accountGenesisBody = table('arc1/account/genesis', {
  device: inner(deviceKeys), recoverySign: signKey, recoveryBox: boxKey, rotation: anyBytes, inviteMAC: bytes(32),
})

/** Binds a further device. grant: key statement with the new device as its only reader. */
export const deviceAddBody = table('arc1/account/device-add', { device: inner(deviceKeys), grant: anyBytes })

/** Unbinds devices and rotates the account key without them. */
export const deviceRevokeBody = table('arc1/account/device-revoke', { devices: ids(1), rotation: anyBytes })

/** Replaces the recovery pair and rotates. */
export const recoveryBody = table('arc1/account/recovery-replace', { recoverySign: signKey, recoveryBox: boxKey, rotation: anyBytes })

/**
 * Binds a pair of keys whose seed is divided among officers. commit: to the seed,
 * as shares are bound; held: who holds one; grant: key statement with the
 * officers' key as its only reader.
 */
export const officersBody = table('arc1/account/officers', { sign: signKey, box: boxKey, commit: hash, held: ids(2), grant: anyBytes })
