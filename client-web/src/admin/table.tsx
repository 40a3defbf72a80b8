// A real table: headings with their scope, the order announced, a heading that
// stays, cards on a telephone. Its columns are also the columns of its file.

import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { announce } from '../state/announce.ts'
import { Icon } from '../ui/icons.tsx'
import { w } from '../words/words.ts'
import { o } from '../words/office.ts'
import { csv, fileName, save } from './csv.ts'

/** Rows drawn at first, and at each "more": a table of ten thousand would not scroll well. */
const batch = 100

export interface Col<T> {
  key: string
  label: string
  /** What the cell says; in the file, too. */
  text: (row: T) => string
  /** How the cell looks, where that is more than its text. */
  show?: (row: T) => ComponentChildren
  sorts?: boolean
  num?: boolean
  /** Has buttons only: not in the file. */
  acts?: boolean
}

export interface Order {
  by: string
  down: boolean
}

interface Props<T> {
  label: string
  cols: readonly Col<T>[]
  rows: readonly T[]
  id: (row: T) => string
  order?: Order
  sort?: (by: string) => void
  /** Where a row can be led to from elsewhere on the page. */
  anchor?: (row: T) => string
}

function Head<T>({ col, order, sort }: { col: Col<T>; order: Order | undefined; sort: ((by: string) => void) | undefined }) {
  if (col.sorts !== true || sort === undefined) return <th scope="col"><span class="headword">{col.label}</span></th>
  const here = order?.by === col.key
  return (
    <th scope="col" aria-sort={!here ? 'none' : order.down ? 'descending' : 'ascending'}>
      <button type="button" onClick={() => sort(col.key)}>{col.label}{here && <Icon name={order.down ? 'down' : 'up'} size={14} />}</button>
    </th>
  )
}

function Cells<T>({ cols, row, anchor }: { cols: readonly Col<T>[]; row: T; anchor: string | undefined }) {
  return (
    <tr id={anchor} tabIndex={anchor === undefined ? undefined : -1}>
      {cols.map((c, i) => {
        const inside = c.show === undefined ? c.text(row) : c.show(row)
        if (i === 0) return <th key={c.key} scope="row"><span>{inside}</span></th>
        return <td key={c.key} data-label={c.label} class={c.num === true ? 'num' : undefined}><span>{inside}</span></td>
      })}
    </tr>
  )
}

export function DataTable<T>({ label, cols, rows, id, order, sort, anchor }: Props<T>) {
  const shown = useSignal(batch)
  const left = Math.min(batch, rows.length - shown.value)
  return (
    <>
      <div class="tablebox" role="region" aria-label={label} tabIndex={0}>
        <table>
          <caption class="unseen">{label}</caption>
          <thead><tr>{cols.map((c) => <Head key={c.key} col={c} order={order} sort={sort} />)}</tr></thead>
          <tbody>{rows.slice(0, shown.value).map((r) => <Cells key={id(r)} cols={cols} row={r} anchor={anchor?.(r)} />)}</tbody>
        </table>
      </div>
      {left > 0 && <p class="ends"><button type="button" class="btn" onClick={() => { shown.value += batch }}>{w().admin.more(left)}</button></p>}
    </>
  )
}

/** The same rows and columns as a file. */
export function fileOf<T>(cols: readonly Col<T>[], rows: readonly T[]): string {
  const said = cols.filter((c) => c.acts !== true)
  return csv(said.map((c) => c.label), rows.map((r) => said.map((c) => c.text(r))))
}

export function SaveButton<T>({ what, cols, rows }: { what: string; cols: readonly Col<T>[]; rows: readonly T[] }) {
  const go = () => {
    save(fileOf(cols, rows), fileName(what, 'csv'))
    announce(o().csvSaved(rows.length))
  }
  return <button type="button" class="btn" disabled={rows.length === 0} onClick={go}>{o().csv}</button>
}

/** Says how a table is sorted now. */
export function sorted(col: string, down: boolean): void {
  const words = w().admin
  announce(`${col}: ${down ? words.sortedDown : words.sortedUp}`)
}
