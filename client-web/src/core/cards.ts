// Consumers' cards: what identifies somebody, sealed by itself. The service hands
// one out only to whoever has said in the thread, with a second factor, that they
// open it; what was opened is shown and kept nowhere.

import { fromUTF8, utf8, type Bytes, type ID } from '../crypto/envelope/bytes.ts'
import { Moot } from './problem.ts'
import type { Access } from './access.ts'
import type { FileInfo } from './content.ts'
import { download, seal, upload } from './files.ts'
import { freshID } from './id.ts'
import { cardKinds, type Card, type CardKind } from '../link/desk.ts'

/** A card on its way: the outbox holds it until the service has it. */
export interface SealedCard {
  info: FileInfo
  bytes: Bytes
}

const names = [...cardKinds, 'phone'] as const

/** Which identifiers a card holds. */
export function kindsOf(card: Card): CardKind[] {
  return cardKinds.filter((k) => (card[k] ?? '') !== '')
}

export async function sealCard(thread: ID, card: Card): Promise<SealedCard> {
  const filled = Object.fromEntries(names.flatMap((n) => ((card[n] ?? '') === '' ? [] : [[n, card[n]]])))
  const { info, sealed } = await seal(thread, freshID(), new File([utf8(JSON.stringify(filled))], ''), () => undefined)
  return { info: { ...info, mime: '' }, bytes: new Uint8Array(await sealed.arrayBuffer()) }
}

/** Brings a card to the service. The same bytes may be brought again. */
export async function bringCard(access: Access, thread: ID, card: SealedCard): Promise<void> {
  await upload(access, thread, card.info, new Blob([card.bytes]), () => undefined, undefined, 'cards')
}

/** Fetches a card that was revealed, and opens it. */
export async function openCard(access: Access, thread: ID, info: FileInfo): Promise<Card> {
  const opened = await download(access, thread, info, 'cards')
  const text = fromUTF8(new Uint8Array(await opened.arrayBuffer()))
  let v: unknown
  try {
    v = JSON.parse(text ?? '')
  } catch {
    throw new Moot('no card')
  }
  if (typeof v !== 'object' || v === null) throw new Moot('no card')
  const out: Card = {}
  for (const n of names) {
    const value = (v as Record<string, unknown>)[n]
    if (typeof value === 'string') out[n] = value
  }
  return out
}
