// Names: random, and made from no key.

import { toID, type ID } from '../crypto/envelope/bytes.ts'
import { random } from '../crypto/key/random.ts'

export function freshID(): ID {
  return toID(random(16))
}
