// Two measures over time, drawn with plain elements: bars for one, a line with dots
// for the other, so that no colour has to tell them apart. The same numbers stand
// in a table beside it.

import type { Numbers } from '../link/desk.ts'
import { b } from '../words/board.ts'
import { measureName, measures } from './measures.ts'

const height = 120
const step = 26
const side = 26

/** label: short, because many stand side by side. */
export function Chart({ rows, label }: { rows: readonly Numbers[]; label: (x: Numbers) => string }) {
  const words = b()
  const most = Math.max(1, ...rows.map((x) => Math.max(x.arrived, x.answered)))
  const y = (v: number) => height - (v / most) * (height - 12)
  const mid = (i: number) => side + i * step + step / 2
  const every = Math.max(1, Math.ceil(rows.length / 8))
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${side + rows.length * step + 8} ${height + 22}`} role="img" aria-label={`${words.chart}. ${words.tells(measureName('arrived'), measureName('answered'))}`}>
        {[0, Math.ceil(most / 2), most].map((v) => <g key={v}><line class="grid" x1={side} x2={side + rows.length * step} y1={y(v)} y2={y(v)} /><text class="tick" x={side - 5} y={y(v) + 4} text-anchor="end">{v}</text></g>)}
        {rows.map((x, i) => <rect key={x.from} class="bar" x={side + i * step + 4} width={step - 8} y={y(x.arrived)} height={height - y(x.arrived)} />)}
        <polyline class="trace" points={rows.map((x, i) => `${mid(i)},${y(x.answered)}`).join(' ')} />
        {rows.map((x, i) => <circle key={x.from} class="point" cx={mid(i)} cy={y(x.answered)} r="3" />)}
        {rows.map((x, i) => i % every === 0 && <text key={x.from} class="tick" x={mid(i)} y={height + 15} text-anchor="middle">{label(x)}</text>)}
      </svg>
      <figcaption>{words.tells(measureName('arrived'), measureName('answered'))}</figcaption>
    </figure>
  )
}

/** The same numbers, with the sum of all; what each is stands one step away. */
export function NumbersTable({ rows, total, label, head, meanings, name }: { rows: readonly Numbers[]; total: Numbers; label: (x: Numbers) => string; head: string; meanings: ReadonlyMap<string, string>; name: string }) {
  const words = b()
  return (
    <>
      <div class="tablebox" role="region" aria-label={name} tabIndex={0}>
        <table>
          <caption class="unseen">{name}</caption>
          <thead><tr><th scope="col"><span class="headword">{head}</span></th>{measures.map((m) => <th scope="col" key={m.name}><span class="headword">{meanings.has(m.name) ? <a href={`#means-${m.name}`} aria-label={words.means(measureName(m.name))} onClick={(e) => {
            e.preventDefault()
            const there = document.getElementById(`means-${m.name}`)
            there?.closest('details')?.setAttribute('open', '')
            there?.focus()
          }}>{measureName(m.name)}</a> : measureName(m.name)}</span></th>)}</tr></thead>
          <tbody>
            {rows.map((x) => <tr key={x.from}><th scope="row"><span>{label(x)}</span></th>{measures.map((m) => <td key={m.name} class="num" data-label={measureName(m.name)}><span>{m.text(x)}</span></td>)}</tr>)}
            <tr class="total"><th scope="row"><span>{words.total}</span></th>{measures.map((m) => <td key={m.name} class="num" data-label={measureName(m.name)}><span>{m.text(total)}</span></td>)}</tr>
          </tbody>
        </table>
      </div>
    </>
  )
}

export function Meanings({ list }: { list: readonly { name: string; text: string }[] }) {
  return (
    <details class="meanings">
      <summary>{b().meanings}</summary>
      <dl>{list.map((m) => <div key={m.name} id={`means-${m.name}`} tabIndex={-1}><dt>{measureName(m.name)}</dt><dd>{m.text}</dd></div>)}</dl>
    </details>
  )
}
