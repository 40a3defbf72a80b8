// Who is writing, how sure that is, and who can read: beside every thread.

import type { MessageItem, Person, ThreadFact } from '../link/facts.ts'
import { serviceMinute } from '../state/clock.ts'
import { shownThread } from '../state/overlay.ts'
import { date, when } from '../state/time.ts'
import { Readers } from '../talk/people.tsx'
import { focusTitle } from '../talk/title.tsx'
import { Icon } from '../ui/icons.tsx'
import { w } from '../words/words.ts'
import { ask, sideOpen, window_ } from './acts.ts'

function lastFactor(t: ThreadFact, p: Person): number | undefined {
  return t.items.findLast((i): i is MessageItem => i.kind === 'message' && i.by?.account === p.account && i.factorAt !== undefined && !i.unproven)?.factorAt
}

function Who({ t, p }: { t: ThreadFact; p: Person }) {
  const words = w()
  const { context } = words
  const factor = lastFactor(t, p)
  const good = p.certified && p.until > serviceMinute()
  return (
    <section aria-label={context.title}>
      <h2>{context.title}</h2>
      <div class="person">
        <b>{p.name}</b>
        <span class={good ? 'tag good' : 'tag bad'}><Icon name={good ? 'shield' : 'warn'} size={13} />{good ? context.certified : context.notCertified}</span>
      </div>
      <dl class="facts">
        <dt>{context.role}</dt><dd>{words.roles[p.role]}</dd>
        <dt>{context.organization}</dt><dd>{p.organization}</dd>
        <dt>{context.number}</dt><dd class="num">{p.number}</dd>
        <dt>{context.until}</dt><dd>{date(p.until)}</dd>
        <dt>{context.factor}</dt><dd>{factor === undefined ? context.never : when(factor)}</dd>
        {t.row.onBehalf !== undefined && <><dt>{context.onBehalf}</dt><dd>{t.row.onBehalf.name}</dd></>}
      </dl>
      <div class="row">
        {t.can.ask && <button type="button" class="btn" onClick={() => ask(t.id)}><Icon name="question" size={16} />{words.acts.ask}</button>}
        <button type="button" class="btn" onClick={() => { window_.value = 'safety' }}><Icon name="shield" size={16} />{context.compare}</button>
      </div>
    </section>
  )
}

export function Context() {
  const t = shownThread.value
  const words = w()
  const shut = () => {
    sideOpen.value = false
    focusTitle()
  }
  return (
    <aside class="pane side" aria-label={words.thread.showAbout}>
      <button type="button" class="btn quiet sidetoggle" onClick={shut}><Icon name="close" />{words.context.hide}</button>
      {t !== undefined && (
        <>
          {t.other !== undefined && <Who t={t} p={t.other} />}
          <section aria-label={words.thread.whoReads}><h2>{words.thread.whoReads}</h2><Readers readers={t.readers} /></section>
          {t.notes !== undefined && (
            <section class="noted" aria-label={words.notes.whoReads}>
              <h2><Icon name="lock" size={14} />{words.notes.whoReads}</h2>
              {t.notes.readers.length > 0 ? <Readers readers={t.notes.readers} /> : <p class="mute small">{t.notes.waitsFor === undefined ? words.notes.locked : words.notes.waits(t.notes.waitsFor)}</p>}
            </section>
          )}
        </>
      )}
    </aside>
  )
}
