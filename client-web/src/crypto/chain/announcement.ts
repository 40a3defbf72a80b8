// Whether an announcement was signed by somebody who may speak for the agency.

import { announcementStatement, type Announcement } from '../envelope/announcement.ts'
import type { Bytes } from '../envelope/bytes.ts'
import { refuse, refusedAs } from '../envelope/refusal.ts'
import { settled } from './checks.ts'
import type { People } from './people.ts'

/** A registrar or a lead, by a device and a credential in force at the checkpoint it names, when it begins to be shown. */
export async function checkAnnouncement(signed: Bytes, sig: Bytes, people: People): Promise<Announcement> {
  const a = announcementStatement.decode(signed)
  if (a.agency !== people.agency.id) refuse('signer') // of another agency
  if (a.ktSize > people.reach) refuse('checkpoint-ahead')
  const account = refusedAs('signer', () => people.account(a.acct))
  const key = account.device(a.dev, a.ktSize)
  await settled((checks) => checks.signature(key, 'announcement', signed, sig))
  const { role } = people.credential(a.acct, a.ktSize, a.from)
  if (role !== 'registrar' && role !== 'lead') refuse('credential')
  return a
}
