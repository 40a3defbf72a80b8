// People, roles and readers in words.

import type { Person, Reader } from '../link/facts.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import { w } from '../words/words.ts'

export function nameOf(p: Person | undefined): string {
  return p?.name ?? w().event.somebody
}

/** "Navigator, Portico" */
export function roleOf(p: Person): string {
  return [w().roles[p.role], p.organization].filter((x) => x !== '').join(', ')
}

export function readerWords(x: Reader): string {
  const words = w().thread
  switch (x.kind) {
    case 'line':
      return words.line(x.name)
    case 'leads':
      return words.leads(x.name)
    case 'records':
      return words.records(x.name)
    default:
      return x.name === '' ? words.unknown : x.name
  }
}

const icons: Record<Reader['kind'], IconName> = { person: 'person', line: 'people', leads: 'people', records: 'archive' }

export function Readers({ readers }: { readers: readonly Reader[] }) {
  return (
    <ul class="can-read">
      {readers.map((x) => (
        <li key={x.kind + x.id}>
          <Icon name={icons[x.kind]} size={16} />
          <span>
            {readerWords(x)}
            {x.person !== undefined && <span>{roleOf(x.person)}</span>}
          </span>
        </li>
      ))}
    </ul>
  )
}
