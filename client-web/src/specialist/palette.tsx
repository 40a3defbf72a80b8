// Find anything: acts, places and threads, by a few letters.

import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Row } from '../link/facts.ts'
import { display } from '../state/display.ts'
import { best } from '../state/fuzzy.ts'
import { lines } from '../state/lines.ts'
import { queues } from '../state/queues.ts'
import { go } from '../state/route.ts'
import { rows } from '../state/rows.ts'
import type { Action } from '../state/shortcuts.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon, type IconName } from '../ui/icons.tsx'
import { w } from '../words/words.ts'
import { accept, ask, canOf, claim, close, markUnread, meant, note, offer, openAt, release, reply, window_ } from './acts.ts'
import { deskActs } from './deskacts.ts'
import { thread } from '../state/thread.ts'
import { d } from '../words/staff.ts'
import { setShift } from './shift.tsx'
import { setSearch } from './search-state.ts'

const most = 12

interface Hit {
  id: string
  icon: IconName
  label: string
  sub: string
  letter?: string
  act: () => void
  group: 'actions' | 'threads' | 'go'
}

/** Acts that are possible now, for the thread that a shortcut would mean. */
function actHits(): Hit[] {
  const words = w().acts
  const id = meant()
  if (id === undefined) return []
  const can = { ...canOf(id), ...(thread.value?.id === id ? thread.value.can : {}) }
  const hit = (word: string, icon: IconName, act: () => void, action?: Action): Hit => ({
    id: word, icon, label: word, sub: '', act, group: 'actions', ...(action === undefined || !display.value.shortcuts ? {} : { letter: display.value.keys[action] }),
  })
  return [
    ...(can.claim ? [hit(words.claim, 'hand', () => claim(id), 'claim')] : []),
    ...('accept' in can && can.accept ? [hit(words.accept, 'hand', () => accept(id))] : []),
    hit(words.reply, 'pen', () => reply(id), 'reply'),
    ...('note' in can && can.note ? [hit(words.note, 'lock', () => note(id), 'note')] : []),
    ...(can.close ? [hit(words.close, 'archive', () => close(id), 'close')] : []),
    ...(can.transfer ? [hit(words.transfer, 'share', () => offer(id), 'transfer')] : []),
    ...(can.release ? [hit(words.release, 'undo', () => release(id), 'release')] : []),
    ...('ask' in can && can.ask ? [hit(words.ask, 'question', () => ask(id))] : []),
    ...deskActs(id).map((a) => hit(a.word, a.icon, a.run, a.action)),
    hit(words.unread, 'dot', () => markUnread(id), 'unread'),
  ]
}

function placeHits(): Hit[] {
  const words = w()
  const hit = (label: string, icon: IconName, act: () => void): Hit => ({ id: label, icon, label, sub: words.palette.go, act, group: 'go' })
  return [
    hit(words.queue.mine, 'inbox', () => go({ at: 'home' })),
    ...lines.value.filter((l) => l.works).map((l) => hit(l.name, 'people', () => go({ at: 'line', line: l.id }))),
    ...lines.value.filter((l) => l.leads && l.works).map((l) => hit(`${d().board}: ${l.name}`, 'form', () => go({ at: 'board', line: l.id }))),
    hit(words.search.title, 'search', () => go({ at: 'search' })),
    hit(words.settings.title, 'gear', () => go({ at: 'settings', page: 'display' })),
    ...(['available', 'away', 'off'] as const).map((s) => hit(d().shift.label(d().shift.states[s]), 'person', () => void setShift(s))),
    hit(words.help.title, 'info', () => { window_.value = 'help' }),
  ]
}

function everyRow(): Row[] {
  const all = new Map<string, Row>()
  for (const r of [...Object.values(queues.value).flat(), ...(rows.value ?? [])]) all.set(r.id, r)
  return [...all.values()]
}

export function textOf(r: Row): string {
  return [r.subject, r.opener?.name, r.opener?.organization].filter((x) => x !== undefined).join(' ')
}

function find(query: string): Hit[] {
  const acts = [...actHits(), ...placeHits()]
  const threads = query.trim() === '' ? [] : best(query, everyRow(), textOf, most)
  const words = w()
  const searchHit: Hit[] = query.trim() === '' ? [] : [{
    id: 'search', icon: 'search', label: words.palette.searchFor(query.trim()), sub: '', group: 'go',
    act: () => {
      setSearch(query.trim())
      go({ at: 'search' })
    },
  }]
  return [
    ...best(query, acts, (h) => h.label, most).sort((a, b) => a.group.localeCompare(b.group)),
    ...threads.map((r): Hit => ({ id: r.id, icon: r.state === 'closed' ? 'archive' : 'letter', label: r.subject ?? words.list.sealed, sub: r.opener?.name ?? '', group: 'threads', act: () => openAnywhere(r) })),
    ...searchHit,
  ]
}

function openAnywhere(r: Row): void {
  if (r.mine) {
    go({ at: 'home' })
    openAt(r.id)
  } else go({ at: 'line', line: r.line, thread: r.id })
}

function Hits({ hits, at, pick }: { hits: readonly Hit[]; at: number; pick: (h: Hit) => void }) {
  const words = w().palette
  return (
    <div class="found" id="palette-found" role="listbox" aria-label={words.title} tabIndex={-1}>
      {hits.map((h, i) => (
        <div key={h.group + h.id}>
          {hits[i - 1]?.group !== h.group && <div class="cap" role="presentation">{words[h.group]}</div>}
          <div class="hit" id={`hit-${i}`} role="option" aria-selected={i === at} onClick={() => pick(h)}>
            <Icon name={h.icon} /><span class="lab">{h.label}</span>{h.sub !== '' && <span class="sub">{h.sub}</span>}{h.letter !== undefined && <kbd>{h.letter}</kbd>}
          </div>
        </div>
      ))}
    </div>
  )
}

function Inside({ shut }: { shut: () => void }) {
  const words = w().palette
  const query = useSignal('')
  const at = useSignal(0)
  const hits = useComputed(() => find(query.value))
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])
  useEffect(() => document.getElementById(`hit-${at.value}`)?.scrollIntoView({ block: 'nearest' }), [at.value])
  const pick = (h: Hit) => {
    shut()
    // After the dialog has given the focus back, so that the act may move it.
    setTimeout(h.act)
  }
  const press = (e: KeyboardEvent) => {
    const count = hits.value.length
    if (e.key === 'ArrowDown' && count > 0) at.value = (at.value + 1) % count
    else if (e.key === 'ArrowUp' && count > 0) at.value = (at.value + count - 1) % count
    else if (e.key === 'Enter') {
      const h = hits.value[at.value]
      if (h !== undefined) pick(h)
    } else return
    e.preventDefault()
  }
  return (
    <>
      <div class="q">
        <Icon name="search" />
        <input
          ref={input} role="combobox" aria-expanded="true" aria-controls="palette-found" aria-activedescendant={hits.value.length === 0 ? undefined : `hit-${at.value}`} aria-label={words.label} placeholder={words.label}
          value={query.value} autocomplete="off" spellcheck={false} onKeyDown={press}
          onInput={(e) => {
            query.value = e.currentTarget.value
            at.value = 0
          }}
        />
        <button type="button" class="btn quiet icon" aria-label={w().app.close} onClick={shut}><Icon name="close" /></button>
      </div>
      {hits.value.length === 0 && <p class="empty">{words.none(query.value)}</p>}
      <Hits hits={hits.value} at={at.value} pick={pick} />
    </>
  )
}

export function Palette() {
  const shut = () => {
    window_.value = 'none'
  }
  return <Dialog bare look="palette" title={w().palette.title} shut={shut} closeWord={w().app.close}><Inside shut={shut} /></Dialog>
}
