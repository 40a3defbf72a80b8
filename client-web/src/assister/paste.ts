// Several consumers out of a spreadsheet: tab-separated name, birth date, case
// number, last four digits.

import type { AskingWords } from '../words/en-asking.ts'
import { isDay } from '../talk/day.ts'
import { newWho, type Who } from './question.ts'

export interface Pasted {
  who: Who[]
  wrong: string[]
}

const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/

/** A day as a spreadsheet writes it: 2006-01-02 or 1/2/2006. */
export function readDay(text: string): string | undefined {
  const found = american.exec(text)
  const day = found === null ? text : `${found[3]}-${(found[1] ?? '').padStart(2, '0')}-${(found[2] ?? '').padStart(2, '0')}`
  return isDay(day) ? day : undefined
}

/** What a list may show of a name: its first letters, told apart by the row where two are the same. */
function labelOf(name: string, taken: Set<string>, row: number): string {
  const letters = name.split(/\s+/).filter((x) => x !== '').map((x) => `${[...x][0] ?? ''}.`).join(' ')
  const label = taken.has(letters) ? `${letters} ${row}` : letters
  taken.add(label)
  return label
}

/** A first row without a date or a digit is the columns' names. */
function isHead(cells: readonly string[]): boolean {
  const rest = cells.slice(1).filter((c) => c !== '')
  return rest.length > 0 && rest.every((c) => !/\d/.test(c))
}

export function readRows(text: string, words: AskingWords['paste'], taken: readonly string[] = []): Pasted {
  const labels = new Set(taken)
  const out: Pasted = { who: [], wrong: [] }
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === '') return
    const cells = line.split('\t').map((c) => c.trim().replace(/^"(.*)"$/, '$1'))
    if (i === 0 && isHead(cells)) return
    const [name = '', born = '', reference = '', last = ''] = cells
    const birth = born === '' ? '' : readDay(born)
    const ssn4 = last === '' ? '' : last.padStart(4, '0') // a spreadsheet drops zeros in front
    if (name === '') out.wrong.push(words.rowName(i + 1))
    else if (birth === undefined) out.wrong.push(words.rowBirth(i + 1))
    else if (ssn4 !== '' && !/^\d{4}$/.test(ssn4)) out.wrong.push(words.rowSsn(i + 1))
    else out.who.push(newWho({ label: labelOf(name, labels, i + 1), case: reference, card: { name, ...(birth === '' ? {} : { birth }), ...(ssn4 === '' ? {} : { ssn4 }) } }))
  })
  return out
}
