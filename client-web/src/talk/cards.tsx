// A consumer's card. It is closed until somebody says with a second step that they
// open it; then it is on the screen for a minute, and nowhere else.

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { cardKinds, type Card, type Consumer } from '../link/desk.ts'
import type { Id } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { now } from '../state/clock.ts'
import { withFactor } from '../state/factor.ts'
import { calls } from '../state/link.ts'
import { Icon } from '../ui/icons.tsx'
import { said } from '../words/told.ts'
import { dayText } from './day.ts'

const second = 1000
const minute = 60 * second

type Kind = keyof Card

/** "Name, birth date" of what a card has. */
export function kindWords(kinds: readonly string[]): string {
  const words = said().kinds
  return kinds.map((k) => words[k as Kind] ?? k).join(', ')
}

/** One card, and whether it is open here. */
export interface Opened {
  card: Card | undefined
  until: number
  open: () => void
  longer: () => void
  shut: () => void
}

export function useCard(thread: Id, consumer: Consumer): Opened {
  const card = useSignal<Card | undefined>(undefined)
  const until = useSignal(0)
  const shut = () => {
    if (card.peek() === undefined) return
    card.value = undefined
    announce(said().card.shutSaid)
    requestAnimationFrame(() => document.getElementById(buttonId(consumer.id))?.focus())
  }
  useEffect(() => {
    if (card.value === undefined) return undefined
    // A timer of its own: the clock of the screens stops while nobody looks.
    const timer = setTimeout(shut, Math.max(0, until.value - Date.now()))
    return () => clearTimeout(timer)
  }, [card.value, until.value])
  useEffect(() => () => {
    card.value = undefined
  }, [thread, consumer.id])
  const open = () => {
    const words = said().card
    void withFactor({
      title: words.title(consumer.label), text: words.text, go: words.open,
      act: async (factor) => {
        const opened = await calls.openCard({ thread, card: consumer.id, factor })
        until.value = Date.now() + minute
        card.value = opened
      },
    })
  }
  return { card: card.value, until: until.value, open, longer: () => { until.value = Date.now() + minute }, shut }
}

function buttonId(card: Id): string {
  return `card-${card}`
}

/** waits: it was not sent yet, so nobody can open it. */
export function OpenButton({ consumer, opened, waits }: { consumer: Consumer; opened: Opened; waits: boolean }) {
  const words = said().card
  if (waits) return <p class="mute small">{words.waits}</p>
  const shown = opened.card !== undefined
  return (
    <button type="button" class="btn" id={buttonId(consumer.id)} aria-expanded={shown} aria-label={`${shown ? words.shut : words.open}: ${consumer.label}`} onClick={shown ? opened.shut : opened.open}>
      <Icon name={shown ? 'close' : 'lock'} size={16} />{shown ? words.shut : words.open}
    </button>
  )
}

/** A part of its own: it changes every second, and the card around it does not. */
function Closes({ until }: { until: number }) {
  return <>{said().card.closes(Math.max(0, Math.ceil((until - now.value) / second)))}</>
}

export function OpenedCard({ consumer, opened }: { consumer: Consumer; opened: Opened }) {
  const words = said()
  const { card } = opened
  const box = useRef<HTMLDivElement>(null)
  const shown = card !== undefined
  useEffect(() => {
    if (!shown) return undefined
    // After the window of the second step has closed and given the focus back.
    const frame = requestAnimationFrame(() => box.current?.focus())
    return () => cancelAnimationFrame(frame)
  }, [shown])
  if (card === undefined) return null
  const has = ([...cardKinds, 'phone'] as const).filter((k) => (card[k] ?? '') !== '')
  return (
    <div class="opencard" ref={box} tabIndex={-1} role="group" aria-label={words.card.opened(consumer.label)}>
      {has.length === 0 ? <p>{words.card.empty}</p> : (
        <dl class="pairs">{has.map((k) => <div key={k}><dt>{words.kinds[k]}</dt><dd class="exact">{k === 'birth' ? dayText(card[k] ?? '') : card[k]}</dd></div>)}</dl>
      )}
      <p class="mute small"><Icon name="eye" size={14} /> {words.card.seen} <span class="num"><Closes until={opened.until} /></span></p>
      <div class="row">
        <button type="button" class="btn" onClick={opened.longer}>{words.card.longer}</button>
        <button type="button" class="btn" onClick={opened.shut}>{words.card.shut}</button>
      </div>
    </div>
  )
}
