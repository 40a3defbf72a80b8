// Finding the key statement in a link.

import { accountGenesisBody, deviceAddBody, deviceRevokeBody, officersBody, recoveryBody, rotationBody } from '../envelope/account.ts'
import type { Bytes } from '../envelope/bytes.ts'
import { decodeKeys, type Keys, type Purpose } from '../envelope/keys.ts'
import { accountRotateBody, lineRotateBody, memberAddBody, memberRemoveBody } from '../envelope/line.ts'
import type { Link } from '../envelope/link.ts'

/** The key statement in a link, if its type carries one. The link need not be verified for this. */
export function keysOf(l: Link): Keys | undefined {
  const found = statementIn(l)
  if (found === undefined) return undefined
  const { purpose, rotation, grant } = found
  return decodeKeys(purpose, rotation === undefined ? grant : rotationBody.decode(rotation).keys)
}

type Found = { purpose: Purpose; rotation: Bytes; grant?: undefined } | { purpose: Purpose; rotation?: undefined; grant: Bytes }

function statementIn(l: Link): Found | undefined {
  switch (l.type) {
    case 'account/genesis':
      return { purpose: 'puk', rotation: accountGenesisBody.decode(l.body).rotation }
    case 'account/device-add':
      return { purpose: 'puk', grant: deviceAddBody.decode(l.body).grant }
    case 'account/device-revoke':
      return { purpose: 'puk', rotation: deviceRevokeBody.decode(l.body).rotation }
    case 'account/recovery-replace':
      return { purpose: 'puk', rotation: recoveryBody.decode(l.body).rotation }
    case 'account/officers':
      return { purpose: 'puk', grant: officersBody.decode(l.body).grant }
    case 'account/puk-rotate':
      return accountRotateBody.decode(l.body)
    case 'line/rotate':
      return lineRotateBody.decode(l.body)
    case 'line/member-add':
      return { purpose: 'line', grant: memberAddBody.decode(l.body).keys }
    case 'line/member-remove':
      return { purpose: 'line', rotation: memberRemoveBody.decode(l.body).rotation }
    default:
      return undefined
  }
}
