// The open thread, with what can be done with it.

import type { Id, ThreadFact } from '../link/facts.ts'
import { display } from '../state/display.ts'
import { shownThread } from '../state/overlay.ts'
import { go } from '../state/route.ts'
import type { Action } from '../state/shortcuts.ts'
import { date } from '../state/time.ts'
import { actsFor } from '../talk/acts.ts'
import { Composer, type More } from '../talk/composer.tsx'
import { Title } from '../talk/title.tsx'
import { Watching } from '../talk/watchers.tsx'
import { useLook } from '../talk/look.ts'
import { Messages } from '../talk/messages.tsx'
import { Fit } from '../ui/fit.tsx'
import { Icon, type IconName } from '../ui/icons.tsx'
import { Late } from '../ui/late.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { d } from '../words/staff.ts'
import { w } from '../words/words.ts'
import { accept, ask, claim, close, markUnread, note, offer, openWindow, release, reply, sideOpen, typing } from './acts.ts'
import { Along, Consumers } from './answers.tsx'
import { Collision, forgetBegun, noteBegun, stops } from './collide.tsx'
import { along, bringBack, clearPending, unsaid } from './pending.ts'
import { savedFor, unfilled, useReplies } from './saved.tsx'
import { deskActs } from './deskacts.ts'
import { focusRow } from './queue.tsx'
import { Standing as Stands } from './work.tsx'
import { routeBack } from './view.ts'

function back(id: Id): void {
  go(routeBack())
  requestAnimationFrame(() => focusRow(id))
}

export function Letter({ action }: { action: Action }) {
  const { shortcuts, keys } = display.value
  return shortcuts ? <kbd aria-hidden="true">{keys[action]}</kbd> : null
}

function Act({ icon, word, narrow, action, act, main }: { icon: IconName; word: string; narrow?: string; action?: Action; act: () => void; main?: boolean }) {
  const { shortcuts, keys } = display.value
  return (
    <button type="button" class={['btn', main === true ? 'main' : '', action ?? ''].filter((c) => c !== '').join(' ')} onClick={act} aria-keyshortcuts={shortcuts && action !== undefined ? keys[action] : undefined}>
      <Icon name={icon} size={16} />{narrow === undefined ? word : <Fit wide={word} narrow={narrow} />}{action !== undefined && <Letter action={action} />}
    </button>
  )
}

function Acts({ t }: { t: ThreadFact }) {
  const words = w().acts
  const { id, can } = t
  return (
    <div class="actbar" role="group" aria-label={words.more}>
      {can.accept && <Act main icon="hand" word={words.accept} act={() => accept(id)} />}
      {can.claim && <Act main icon="hand" word={words.claim} action="claim" act={() => claim(id)} />}
      {can.write && <Act icon="pen" word={words.reply} action="reply" act={() => reply(id)} />}
      {can.close && <Act icon="archive" word={words.close} narrow={words.closeShort} action="close" act={() => close(id)} />}
      {can.transfer && <Act icon="share" word={words.transfer} action="transfer" act={() => offer(id)} />}
      <Menu label={words.more} look="btn" face={<>{words.more}<Icon name="down" size={14} /></>}>
        {can.release && <MenuItem act={() => release(id)}><Icon name="undo" />{words.release}<Letter action="release" /></MenuItem>}
        {can.note && <MenuItem act={() => note(id)}><Icon name="lock" />{words.note}<Letter action="note" /></MenuItem>}
        {can.ask && <MenuItem act={() => ask(id)}><Icon name="question" />{words.ask}</MenuItem>}
        {deskActs(id).map((a) => <MenuItem key={a.word} act={a.run}><Icon name={a.icon} />{a.word}{a.action !== undefined && <Letter action={a.action} />}</MenuItem>)}
        {can.write && <MenuItem act={() => openWindow('replies', id)}><Icon name="pen" />{d().saved.manage}</MenuItem>}
        <MenuItem act={() => markUnread(id)}><Icon name="dot" />{words.unread}<Letter action="unread" /></MenuItem>
      </Menu>
    </div>
  )
}

function Standing({ t }: { t: ThreadFact }) {
  const words = w()
  const { row } = t
  const text = row.state === 'closed' ? words.status.closed(date(row.changed)) : row.state === 'waiting' ? words.context.nobody
    : row.mine ? (row.turn === 'you' ? words.queue.groups.turn : words.queue.withYou) : words.queue.takenBy(row.claimer?.name ?? words.event.somebody)
  const turn = row.turn === 'you'
  return <span class={turn ? 'is turn' : 'is'}><Icon name={turn ? 'pen' : row.state === 'waiting' ? 'clock' : 'person'} size={15} />{text}</span>
}

/** What stands around the box of somebody who answers. */
function moreFor(t: ThreadFact): More {
  const saved = savedFor(t.id, t.row.line)
  return {
    above: <><Collision id={t.id} /><Along t={t} /></>, along: () => along(t.id), unsaid: (text) => unfilled(text) ?? unsaid(t.id), stops: (go) => stops(t, go), ...saved,
    moved: (field) => {
      if (field.value !== '') noteBegun(t.id)
      saved.moved?.(field)
    },
    back: () => bringBack(t.id),
    sent: () => {
      clearPending(t.id)
      forgetBegun(t.id)
    },
  }
}

export function Thread({ id }: { id: Id }) {
  useLook(id)
  const words = w()
  const t = shownThread.value
  useReplies(t?.id === id && t.can.write ? t.row.line : undefined)
  const backButton = <button type="button" class="btn quiet icon onlyphone" aria-label={words.app.back} onClick={() => back(id)}><Icon name="back" /></button>
  if (t === undefined || t.id !== id) return <div class="grow">{backButton}<h1 class="unseen">{words.app.loading}</h1><Late label={words.app.loading} words={words.app.stillLoading} /></div>
  return (
    <>
      <header class="threadhead">
        {backButton}
        <div class="what">
          <Title subject={t.row.subject} />
          <p class="meta"><Standing t={t} /><span>{t.row.lineName}</span><span class="onlywide">{words.thread.opened(date(t.row.opened))}</span></p>
        </div>
        <button type="button" class="btn quiet icon sidetoggle" aria-expanded={sideOpen.value} aria-label={words.context.show} onClick={() => { sideOpen.value = !sideOpen.value }}><Icon name="info" /></button>
      </header>
      <Acts t={t} />
      <Stands t={t} />
      <Watching row={t.row} />
      <Consumers t={t} />
      <Messages thread={t} acts={actsFor(id)} />
      <Composer thread={t} {...(t.other === undefined ? {} : { button: words.compose.sendTo(t.other.name) })} after="leave" typing={() => typing(id)} more={moreFor(t)} />
    </>
  )
}
