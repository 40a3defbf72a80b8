// What the agency tells its assisters (section 4.5): signed, and not sealed.

import { fromUTF8 } from './bytes.ts'
import { bytes, hash, id, suited, text, u64, type Of } from './enc.ts'

export const announcementStatement = suited(
  'arc1/announcement',
  {
    agency: id, id, acct: id, dev: id, ktSize: u64, ktRoot: hash, from: u64, until: u64, roles: text(128), organization: text(128), title: text(200),
    text: bytes(1, 8 << 10),
  },
  ({ from, until, title, text: words }) => until > from && title !== '' && fromUTF8(words) !== undefined,
)
export type Announcement = Of<typeof announcementStatement>
