// Finding the key statement in a link.

import { decodeAccountGenesis, decodeDeviceAdd, decodeDeviceRevoke, decodeOfficers, decodeRecovery, decodeRotation } from '../envelope/account.ts'
import type { Bytes } from '../envelope/bytes.ts'
import { decodeKeys, type Keys, type Purpose } from '../envelope/keys.ts'
import { decodeLineMember, decodeRotate } from '../envelope/line.ts'
import type { Link } from '../envelope/link.ts'

/** The key statement in a link, if its type carries one. The link need not be verified for this. */
export function keysOf(l: Link): Keys | undefined {
  const found = statementIn(l)
  if (found === undefined) return undefined
  const { purpose, rotation, grant } = found
  return decodeKeys(purpose, rotation === undefined ? grant : decodeRotation(rotation).keys)
}

type Found = { purpose: Purpose; rotation: Bytes; grant?: undefined } | { purpose: Purpose; rotation?: undefined; grant: Bytes }

function statementIn(l: Link): Found | undefined {
  switch (l.type) {
    case 'account/genesis':
      return { purpose: 'puk', rotation: decodeAccountGenesis(l.body).rotation }
    case 'account/device-add':
      return { purpose: 'puk', grant: decodeDeviceAdd(l.body).grant }
    case 'account/device-revoke':
      return { purpose: 'puk', rotation: decodeDeviceRevoke(l.body).rotation }
    case 'account/recovery-replace':
      return { purpose: 'puk', rotation: decodeRecovery(l.body).rotation }
    case 'account/officers':
      return { purpose: 'puk', grant: decodeOfficers(l.body).grant }
    case 'account/puk-rotate':
    case 'line/rotate':
      return decodeRotate(l.type, l.body)
    case 'line/member-add':
      return { purpose: 'line', grant: decodeLineMember(l.type, l.body).keys }
    case 'line/member-remove':
      return { purpose: 'line', rotation: decodeLineMember(l.type, l.body).keys }
    default:
      return undefined
  }
}
