// Lines under the top bar: things that concern the whole page. Each says what
// happened and what was kept.

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { alarm } from '../state/alarm.ts'
import { announce } from '../state/announce.ts'
import { serviceNow } from '../state/clock.ts'
import { connection } from '../state/connection.ts'
import { house } from '../state/house.ts'
import { calls } from '../state/link.ts'
import { offers } from '../state/offers.ts'
import { sentence } from '../state/problem.ts'
import { signInEnds } from '../state/signin.ts'
import { tellTrouble, trouble } from '../state/trouble.ts'
import { Icon } from '../ui/icons.tsx'
import { w } from '../words/words.ts'

const backFor = 5000
const patience = 2000
const minute = 60_000
const warnBefore = 2 * minute

function AlarmLine() {
  const words = w().banner
  if (alarm.value === undefined) return null
  return (
    <div class="banner alarm" role="alert">
      <Icon name="warn" size={22} />
      <div class="grow">
        <b>{words.alarmTitle}</b>
        <p>{words.alarm}</p>
        <code>{alarm.value}</code>
        {house.value !== undefined && house.value.urgentPhone !== '' && <p>{w().own.callNumber(house.value.urgentPhone)}</p>}
      </div>
    </div>
  )
}

/** What the line says: a short gap says nothing, so that nobody is disturbed by a blink. */
function useConnection() {
  const shown = useSignal<'none' | 'offline' | 'back'>('none')
  const waited = useRef(0)
  const { state, waiting } = connection.value
  useEffect(() => {
    if (state !== 'online') {
      waited.current = Math.max(waited.current, waiting)
      const timer = setTimeout(() => {
        if (shown.value !== 'offline') announce(w().banner.offline)
        shown.value = 'offline'
      }, state === 'offline' ? 0 : patience)
      return () => clearTimeout(timer)
    }
    if (shown.value !== 'offline') return undefined
    shown.value = 'back'
    announce(backWords(waited.current))
    const timer = setTimeout(() => {
      shown.value = 'none'
      waited.current = 0
    }, backFor)
    return () => clearTimeout(timer)
  }, [state])
  return { shown: shown.value, waiting, sent: waited.current }
}

function backWords(sent: number): string {
  const words = w().banner
  return sent === 0 ? words.back : `${words.back} ${words.sent(sent)}`
}

function ConnectionLine() {
  const words = w().banner
  const { shown, waiting, sent } = useConnection()
  if (shown === 'none') return null
  if (shown === 'back') return <div class="banner good"><Icon name="check" /><p>{backWords(sent)}</p></div>
  return (
    <div class="banner">
      <Icon name="offline" />
      <p>{words.offline}{waiting > 0 && ` ${words.waiting(waiting)}`}</p>
    </div>
  )
}

function TimeoutLine() {
  const words = w().banner
  const ends = signInEnds.value
  const left = ends === undefined ? Infinity : ends - serviceNow()
  const near = left > 0 && left <= warnBefore
  useEffect(() => {
    if (near) announce(`${words.timeout(words.minutes(2))} ${words.timeoutKept}`)
  }, [near])
  if (!near) return null
  const stay = () => calls.stay().catch((error: unknown) => tellTrouble(sentence(error)))
  return (
    <div class="banner">
      <Icon name="clock" />
      <p><b>{words.timeout(left < minute ? words.under : words.minutes(Math.round(left / minute)))}</b> {words.timeoutKept}</p>
      {offers.value.includes('stay') && <button type="button" class="btn main" onClick={() => void stay()}>{words.stay}</button>}
    </div>
  )
}

function TroubleLine() {
  if (trouble.value === undefined) return null
  const put = () => {
    trouble.value = undefined
    document.querySelector<HTMLElement>('main')?.focus()
  }
  return (
    <div class="banner" role="alert">
      <Icon name="warn" />
      <p>{trouble.value}</p>
      <button type="button" class="btn quiet icon" aria-label={w().app.close} onClick={put}><Icon name="close" /></button>
    </div>
  )
}

export function Banners() {
  return (
    <section class="banners" aria-label={w().app.notices}>
      <AlarmLine />
      <ConnectionLine />
      <TimeoutLine />
      <TroubleLine />
    </section>
  )
}
