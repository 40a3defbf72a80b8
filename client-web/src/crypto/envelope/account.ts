// Bodies of an account's links (section 4.3).

import { hashBytes, idBytes, type Bytes, type Hash, type ID } from './bytes.ts'
import { enc, Fields, ids } from './enc.ts'

/** Sizes in bytes: an X-Wing public key, a sealed secret of 32 bytes. */
export const boxKeyLen = 1216
export const boxLen = 1120 + 32 + 16

/** Stands where a device's id stands when the officers' key signs. */
export const officersSigner = 'f'.repeat(32) as ID

/** A device's public keys: for statements, for boxes, for sign-in. No key does another's work. */
export interface DeviceKeys {
  device: ID
  /** Ed25519, 32 bytes. */
  sign: Bytes
  /** X-Wing, 1216 bytes. */
  box: Bytes
  /** Ed25519, 32 bytes. */
  session: Bytes
}

export function encodeDeviceKeys(d: DeviceKeys): Bytes {
  return enc('arc1/device', idBytes(d.device), d.sign, d.box, d.session)
}

export function decodeDeviceKeys(b: Bytes): DeviceKeys {
  const f = new Fields('arc1/device', b)
  return f.done({ device: f.id(), sign: f.bytes(32), box: f.bytes(boxKeyLen), session: f.bytes(32) })
}

/** Publishes a generation: its public key, and the key statement that hands its seed to the roster. */
export interface Rotation {
  box: Bytes
  keys: Bytes
}

export function encodeRotation(r: Rotation): Bytes {
  return enc('arc1/rotation', r.box, r.keys)
}

export function decodeRotation(p: Bytes): Rotation {
  const f = new Fields('arc1/rotation', p)
  return f.done({ box: f.bytes(boxKeyLen), keys: f.part() })
}

/** A recovery pair's public halves with the rotation that seals to them. */
export interface RecoveryBody {
  recoverySign: Bytes
  recoveryBox: Bytes
  rotation: Bytes
}

/** Starts an account. */
export interface AccountGenesisBody extends RecoveryBody {
  device: DeviceKeys
  /** HMAC of the invitation over the link with 32 zero bytes in this place. */
  inviteMAC: Bytes
}

export function encodeAccountGenesis(b: AccountGenesisBody): Bytes {
  return enc('arc1/account/genesis', encodeDeviceKeys(b.device), b.recoverySign, b.recoveryBox, b.rotation, b.inviteMAC)
}

export function decodeAccountGenesis(p: Bytes): AccountGenesisBody {
  const f = new Fields('arc1/account/genesis', p)
  return f.done({
    device: decodeDeviceKeys(f.part()), recoverySign: f.bytes(32), recoveryBox: f.bytes(boxKeyLen), rotation: f.part(), inviteMAC: f.bytes(32),
  })
}

/** Binds a further device. */
export interface DeviceAddBody {
  device: DeviceKeys
  /** Key statement with the new device as its only reader. */
  grant: Bytes
}

export function encodeDeviceAdd(b: DeviceAddBody): Bytes {
  return enc('arc1/account/device-add', encodeDeviceKeys(b.device), b.grant)
}

export function decodeDeviceAdd(p: Bytes): DeviceAddBody {
  const f = new Fields('arc1/account/device-add', p)
  return f.done({ device: decodeDeviceKeys(f.part()), grant: f.part() })
}

/** Unbinds devices and rotates the account key without them. */
export interface DeviceRevokeBody {
  devices: ID[]
  rotation: Bytes
}

export function encodeDeviceRevoke(b: DeviceRevokeBody): Bytes {
  return enc('arc1/account/device-revoke', ids(b.devices), b.rotation)
}

export function decodeDeviceRevoke(p: Bytes): DeviceRevokeBody {
  const f = new Fields('arc1/account/device-revoke', p)
  return f.done({ devices: f.ids(1), rotation: f.part() })
}

export function encodeRecovery(b: RecoveryBody): Bytes {
  return enc('arc1/account/recovery-replace', b.recoverySign, b.recoveryBox, b.rotation)
}

export function decodeRecovery(p: Bytes): RecoveryBody {
  const f = new Fields('arc1/account/recovery-replace', p)
  return f.done({ recoverySign: f.bytes(32), recoveryBox: f.bytes(boxKeyLen), rotation: f.part() })
}

/** Binds a pair of keys whose seed is divided among the agency's officers. */
export interface OfficersBody {
  /** Ed25519, 32 bytes. */
  sign: Bytes
  /** X-Wing, 1216 bytes. */
  box: Bytes
  /** To the seed, as vault/shares.ts binds shares. */
  commit: Hash
  /** Accounts of the officers who hold a share. */
  held: ID[]
  /** Key statement with the officers' key as its only reader. */
  grant: Bytes
}

export function encodeOfficers(b: OfficersBody): Bytes {
  return enc('arc1/account/officers', b.sign, b.box, hashBytes(b.commit), ids(b.held), b.grant)
}

export function decodeOfficers(p: Bytes): OfficersBody {
  const f = new Fields('arc1/account/officers', p)
  return f.done({ sign: f.bytes(32), box: f.bytes(boxKeyLen), commit: f.hash(), held: f.ids(2), grant: f.part() })
}
