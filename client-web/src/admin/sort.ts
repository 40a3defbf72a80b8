// Filtering and sorting the roster. Plain functions over plain rows: ten
// thousand of them must answer each letter at once.

import type { PersonRow } from '../wire/gen.ts'

export type Column = 'name' | 'role' | 'organization' | 'id' | 'state' | 'standing' | 'until'
export const columns: readonly Column[] = ['name', 'role', 'organization', 'id', 'state', 'standing', 'until']

export interface Sorting {
  by: Column
  down: boolean
}

/** A row with the text that a filter looks in, made once. */
export interface Known {
  row: PersonRow
  text: string
}

export function known(rows: readonly PersonRow[], roleWord: (r: PersonRow['role']) => string): Known[] {
  return rows.map((row) => ({ row, text: [row.name, row.organization, row.id, row.login, roleWord(row.role)].join('\n').toLowerCase() }))
}

const collator = new Intl.Collator('en', { numeric: true })

function compare(a: PersonRow, b: PersonRow, by: Column): number {
  if (by === 'until') return a.until - b.until
  if (by === 'standing') return Number(a.certified) - Number(b.certified) || collator.compare(a.standing, b.standing)
  return collator.compare(a[by], b[by])
}

export function pick(list: readonly Known[], filter: string, problems: boolean, sorting: Sorting): PersonRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter((x) => x !== '')
  const rows = list.filter((k) => (!problems || !k.row.certified) && words.every((x) => k.text.includes(x))).map((k) => k.row)
  const sign = sorting.down ? -1 : 1
  return rows.sort((a, b) => sign * compare(a, b, sorting.by) || collator.compare(a.name, b.name))
}
