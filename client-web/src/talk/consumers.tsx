// Whom a message is about: one consumer as a card, several as a table with the
// state of each.

import { useSignal } from '@preact/signals'
import type { Consent, Consumer } from '../link/desk.ts'
import type { Id, MessageItem } from '../link/facts.ts'
import { shownThread } from '../state/overlay.ts'
import { Icon } from '../ui/icons.tsx'
import { said } from '../words/told.ts'
import { about, answered } from './about.ts'
import { kindWords, OpenButton, OpenedCard, useCard } from './cards.tsx'
import { dayText, today } from './day.ts'
import { TakeBack } from './takeback.tsx'
import { StateTag } from './told.tsx'

interface One {
  thread: Id
  consumer: Consumer
  /** It was not sent yet. */
  waits: boolean
  /** This person gave the permission's record and can say that it was taken back. */
  mayTake: boolean
}

/** Where a written permission stands, in one line. calm: also when it is in order. */
function Standing({ consumer, calm }: { consumer: Consumer; calm: boolean }) {
  const words = said().consent
  const { consent } = consumer
  const taken = about.value.taken.get(consumer.id)
  if (taken !== undefined) return <span class="tag bad"><Icon name="warn" size={13} />{words.taken(dayText(taken.on))}</span>
  if (consent === undefined) return null
  if (consent.until !== '' && consent.until < today()) return <span class="tag warn"><Icon name="warn" size={13} />{words.ended(dayText(consent.until))}</span>
  if (!calm) return null
  return <span class="tag good"><Icon name="shield" size={13} />{consent.until === '' ? words.open : words.stands(dayText(consent.until))}</span>
}

function ConsentView({ consent }: { consent: Consent }) {
  const words = said().consent
  return (
    <details>
      <summary>{words.title}</summary>
      <dl class="pairs">
        <div><dt>{words.scope}</dt><dd class="pre">{consent.scope}</dd></div>
        <div><dt>{words.purpose}</dt><dd class="pre">{consent.purpose}</dd></div>
        <div><dt>{words.given}</dt><dd>{dayText(consent.given)}</dd></div>
        <div><dt>{words.until}</dt><dd>{consent.until === '' ? words.untilNone : dayText(consent.until)}</dd></div>
        <div><dt>{words.rescind}</dt><dd class="pre">{consent.rescind}</dd></div>
      </dl>
    </details>
  )
}

function Take({ thread, consumer, mayTake }: One) {
  const words = said().consent
  const asks = useSignal(false)
  if (!mayTake || consumer.consent === undefined || about.value.taken.has(consumer.id)) return null
  return (
    <>
      <button type="button" class="link" aria-label={`${words.take}: ${consumer.label}`} onClick={() => { asks.value = true }}>{words.take}</button>
      {asks.value && <TakeBack thread={thread} consumer={consumer} shut={() => { asks.value = false }} />}
    </>
  )
}

function Answer({ consumer }: { consumer: Consumer }) {
  const answer = about.value.answers.get(consumer.id)
  if (answer === undefined) return null
  return <div class="theanswer"><StateTag state={answer.state} />{answer.text !== '' && <p class="pre">{answer.text}</p>}</div>
}

function Case({ consumer }: { consumer: Consumer }) {
  const words = said().consumers
  return <>{consumer.case === undefined || consumer.case === '' ? words.noCase : `${words.case} ${consumer.case}`}</>
}

function CardView(one: One) {
  const words = said()
  const { consumer } = one
  const opened = useCard(one.thread, consumer)
  return (
    <article class="casecard" aria-label={consumer.label}>
      <h3>{consumer.label}</h3>
      <p class="marks"><span class="mute small"><Case consumer={consumer} /></span><Standing consumer={consumer} calm /></p>
      <Answer consumer={consumer} />
      {opened.card === undefined && <p class="small">{words.card.closed(kindWords(consumer.kinds))}</p>}
      <OpenedCard consumer={consumer} opened={opened} />
      {opened.card === undefined && <OpenButton consumer={consumer} opened={opened} waits={one.waits} />}
      {consumer.consent !== undefined && <ConsentView consent={consumer.consent} />}
      <Take {...one} />
    </article>
  )
}

function Line(one: One) {
  const words = said().consumers
  const { consumer } = one
  const opened = useCard(one.thread, consumer)
  const answer = about.value.answers.get(consumer.id)
  return (
    <>
      <tr>
        <th scope="row" data-label={words.who}>{consumer.label}</th>
        <td data-label={words.case} class="num">{consumer.case ?? ''}</td>
        <td data-label={words.answer}>{answer === undefined ? <span class="mute">{words.noAnswer}</span> : <Answer consumer={consumer} />}</td>
        <td data-label={words.card}><span class="stack-s"><Standing consumer={consumer} calm={false} /><OpenButton consumer={consumer} opened={opened} waits={one.waits} /><Take {...one} /></span></td>
      </tr>
      {opened.card !== undefined && <tr><td colSpan={4} class="whole"><OpenedCard consumer={consumer} opened={opened} /></td></tr>}
    </>
  )
}

export function Consumers({ item, list }: { item: MessageItem; list: readonly Consumer[] }) {
  const words = said().consumers
  const t = shownThread.value
  if (t === undefined || list.length === 0) return null
  const one = (consumer: Consumer): One => ({ thread: t.id, consumer, waits: item.index === undefined, mayTake: item.mine && t.can.write && item.index !== undefined })
  const title = list.length === 1 ? words.title : words.count(list.length)
  if (list.length === 1) return <div class="told"><h2><Icon name="person" size={16} />{title}</h2>{list.map((c) => <CardView key={c.id} {...one(c)} />)}</div>
  const done = answered(list, about.value)
  const shared = list[0]?.consent
  return (
    <div class="told">
      <h2><Icon name="people" size={16} />{title}</h2>
      <p class="progressline"><progress max={list.length} value={done} aria-hidden="true" /><span class="num">{words.progress(done, list.length)}</span></p>
      <div class="tablebox" role="region" aria-label={title} tabIndex={0}>
        <table class="plain-table">
          <thead><tr>{[words.who, words.case, words.answer, words.card].map((x) => <th key={x} scope="col">{x}</th>)}</tr></thead>
          <tbody>{list.map((c) => <Line key={c.id} {...one(c)} />)}</tbody>
        </table>
      </div>
      {shared !== undefined && <ConsentView consent={shared} />}
    </div>
  )
}
