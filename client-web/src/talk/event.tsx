// What happened between the messages, in one line, with who can read from here.

import type { EventItem } from '../link/facts.ts'
import { full, when } from '../state/time.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import { w } from '../words/words.ts'
import { factorAge } from './message.tsx'
import { nameOf, readerWords } from './people.tsx'

const icons: Record<EventItem['what'], IconName> = {
  open: 'letter', claim: 'hand', rekey: 'lock', requeue: 'undo', 'transfer-offer': 'share', transfer: 'share', close: 'archive', ask: 'question', confirm: 'shield', reveal: 'form', outreach: 'letter', refused: 'warn',
}

export function Happening({ item }: { item: EventItem }) {
  const words = w()
  const by = item.mine ? words.thread.you : nameOf(item.by)
  const said = item.what === 'transfer' || item.what === 'transfer-offer' || item.what === 'outreach' ? words.event[item.what](by, nameOf(item.to))
    : item.what === 'close' && item.outcome !== undefined && item.outcome !== 'none' ? words.event.closedAs(by, words.outcomes[item.outcome]) : words.event[item.what](by)
  const bad = item.what === 'refused' || item.unproven
  return (
    <div class={bad ? 'happening bad' : 'happening'}>
      <Icon name={icons[item.what]} size={15} />
      <div>
        <b>{said}</b>
        {item.unproven && `, ${words.event.unproven}`}
        {item.factorAt !== undefined && !item.unproven && `. ${words.message.factor(factorAge(item.factorAt, item.at))}`}
        {' · '}<time dateTime={new Date(item.at).toISOString()} title={full(item.at)}>{when(item.at)}</time>
        {item.readers !== undefined && (
          <span class="who-can">{words.event.readersNow(item.readers.length === 0 ? words.event.nobody : item.readers.map(readerWords).join('; '))}</span>
        )}
      </div>
    </div>
  )
}
