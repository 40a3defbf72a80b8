// A device's private half (section 1).

import type { DeviceKeys } from '../envelope/account.ts'
import type { ID } from '../envelope/bytes.ts'
import { Box, freshKeptBox, type KeptBox } from '../key/box.ts'
import { Session, Signing, type KeptSigning } from '../key/sign.ts'

/** A device's private half as the device keeps it; it can be put into IndexedDB. */
export interface KeptDevice {
  id: ID
  sign: KeptSigning
  box: KeptBox
  session: KeptSigning
}

/** A device's private half. */
export interface Device {
  id: ID
  sign: Signing
  box: Box
  session: Session
}

/** Makes a device's keys, to be kept and read back before anything is published. */
export async function freshDevice(id: ID, form?: KeptBox['form']): Promise<KeptDevice> {
  const [sign, box, session] = await Promise.all([Signing.fresh(), freshKeptBox(form), Session.fresh()])
  return { id, sign: sign.keep(), box, session: session.keep() }
}

export function deviceOf(kept: KeptDevice): Device {
  return { id: kept.id, sign: new Signing(kept.sign), box: Box.fromKept(kept.box), session: new Session(kept.session) }
}

/** What the account's chain says about a device. */
export function publicOf(d: Device): DeviceKeys {
  return { device: d.id, sign: d.sign.public.bytes, box: d.box.public.bytes, session: d.session.public.bytes }
}
