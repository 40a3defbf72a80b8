// One question and its answers.

import { useSignal } from '@preact/signals'
import type { Id } from '../link/facts.ts'
import { shownThread } from '../state/overlay.ts'
import { go } from '../state/route.ts'
import { date } from '../state/time.ts'
import { actsFor } from '../talk/acts.ts'
import { Composer } from '../talk/composer.tsx'
import { Urgent } from '../talk/head.tsx'
import { useLook } from '../talk/look.ts'
import { Messages } from '../talk/messages.tsx'
import { Readers } from '../talk/people.tsx'
import { Title } from '../talk/title.tsx'
import { statusOf } from '../talk/status.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icons.tsx'
import { Late } from '../ui/late.tsx'
import { w } from '../words/words.ts'
import { Standing } from './standing.tsx'

function backToList(id: Id): void {
  go({ at: 'home' })
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-thread="${id}"]`)?.focus())
}

export function Thread({ id }: { id: Id }) {
  useLook(id)
  const who = useSignal(false)
  const words = w()
  const t = shownThread.value
  if (t === undefined || t.id !== id) {
    return <div class="grow"><button type="button" class="btn quiet icon onlyphone" aria-label={words.app.back} onClick={() => backToList(id)}><Icon name="back" /></button><h1 class="unseen">{words.app.loading}</h1><Late label={words.app.loading} words={words.app.stillLoading} /></div>
  }
  const s = statusOf(t.row)
  return (
    <>
      <header class="threadhead">
        <button type="button" class="btn quiet icon onlyphone" aria-label={words.app.back} onClick={() => backToList(id)}><Icon name="back" /></button>
        <div class="what">
          <Title subject={t.row.subject} />
          <p class="meta">
            <span class={s.turn ? 'is turn' : 'is'}><Icon name={s.icon} size={15} />{s.text}</span>
            <button type="button" class="link" onClick={() => { who.value = true }}>{words.thread.readersOf(t.readers.length)}</button>
            <span class="onlywide">{words.thread.opened(date(t.row.opened))}</span>
            <span>{s.next}</span>
          </p>
        </div>
      </header>
      <Urgent />
      <Standing t={t} />
      <Messages thread={t} acts={actsFor(id)} />
      <Composer thread={t} />
      {who.value && (
        <Dialog title={words.thread.whoReads} shut={() => { who.value = false }} closeWord={words.app.close}>
          <div class="stack"><Readers readers={t.readers} /><p class="mute small">{words.thread.readersText}</p></div>
        </Dialog>
      )}
    </>
  )
}
