// A consumer has taken their written permission back: that goes to the specialist
// as a message of its own.

import { useSignal } from '@preact/signals'
import type { Consumer } from '../link/desk.ts'
import type { Id } from '../link/facts.ts'
import { display } from '../state/display.ts'
import { calls } from '../state/link.ts'
import { told, type Told } from '../state/problem.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Area, Field } from '../ui/field.tsx'
import { Trouble } from '../ui/trouble.tsx'
import { said } from '../words/told.ts'
import { w } from '../words/words.ts'
import { isDay, today } from './day.ts'

const second = 1000

export function TakeBack({ thread, consumer, shut }: { thread: Id; consumer: Consumer; shut: () => void }) {
  const words = said().consent
  const on = useSignal(today())
  const why = useSignal('')
  const wrong = useSignal<string | undefined>(undefined)
  const failed = useSignal<Told | undefined>(undefined)
  const busy = useSignal(false)
  const send = async (e: Event) => {
    e.preventDefault()
    wrong.value = isDay(on.value) && on.value <= today() ? undefined : words.onWrong
    if (wrong.value !== undefined) {
      document.getElementById('take-on')?.focus()
      return
    }
    busy.value = true
    failed.value = undefined
    try {
      await calls.send({ thread, text: '', files: [], identifiers: false, hold: display.value.undo * second, rescinded: [{ card: consumer.id, on: on.value, why: why.value.trim() }] })
      shut()
    } catch (error) {
      failed.value = told(error)
    } finally {
      busy.value = false
    }
  }
  return (
    <Dialog title={words.takeTitle(consumer.label)} shut={shut} closeWord={w().app.close}>
      <form class="stack" noValidate onSubmit={(e) => void send(e)}>
        <p>{words.takeText}</p>
        {failed.value !== undefined && <Trouble {...failed.value} />}
        <Field id="take-on" label={words.on} wrong={wrong.value} value={on.value} set={(v) => { on.value = v }} more={{ type: 'date', max: today() }} />
        <Area id="take-why" label={words.why} value={why.value} set={(v) => { why.value = v }} more={{ rows: 2, maxLength: 500 }} />
        <div class="ends">
          <button type="button" class="btn" onClick={shut}>{w().app.cancel}</button>
          <button type="submit" class="btn main" disabled={busy.value}>{words.takeGo}</button>
        </div>
      </form>
    </Dialog>
  )
}
