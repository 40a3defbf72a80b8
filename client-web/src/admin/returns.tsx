// People who lost everything and are brought back by two officers.

import { useSignal } from '@preact/signals'
import type { Return } from '../link/office.ts'
import { useAsked } from '../state/asked.ts'
import { withFactor } from '../state/factor.ts'
import { calls } from '../state/link.ts'
import { me } from '../state/me.ts'
import { told } from '../state/problem.ts'
import { when } from '../state/time.ts'
import { Field } from '../ui/field.tsx'
import { Empty } from '../ui/note.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { o } from '../words/office.ts'
import { w } from '../words/words.ts'
import { may } from './may.ts'
import { Asked, Done, Page, settled } from './parts.tsx'

function Agree({ x, done }: { x: Return; done: (text: string) => void }) {
  const words = o().returns
  const called = useSignal('')
  const number = useSignal('')
  const wrongs = useSignal<Wrong[]>([])
  const ids = { called: `called-${x.id}`, number: `number-${x.id}` }
  const wrong = (field: string) => wrongs.value.find((y) => y.field === field)?.text
  const agree = async (e: Event) => {
    e.preventDefault()
    const found: Wrong[] = []
    if (called.value.trim() === '') found.push({ field: ids.called, text: words.needCalled })
    const fits = await calls.isReturnDevice({ id: x.id, number: number.value }).catch((error: unknown) => told(error).text)
    if (fits !== true) found.push({ field: ids.number, text: fits === false ? words.other : fits })
    wrongs.value = found
    if (found.length > 0) return
    const sure = await withFactor({
      title: words.releaseTitle(x.name), text: words.releaseText(x.name), go: words.release, act: (factor) => calls.releaseReturn({ id: x.id, number: number.value, called: called.value.trim(), factor }),
    })
    if (sure) done(words.releaseDone)
  }
  return (
    <form class="stack" noValidate onSubmit={(e) => void agree(e)}>
      <Summary title={w().errors.title(wrongs.value.length)} wrongs={wrongs.value} />
      <Field id={ids.called} label={words.called} wrong={wrong(ids.called)} value={called.value} set={(v) => { called.value = v }} more={{ autocomplete: 'off', inputMode: 'tel' }} />
      <Field id={ids.number} label={words.number} hint={words.numberHint} look="code" wrong={wrong(ids.number)} value={number.value} set={(v) => { number.value = v }} more={{ autocomplete: 'off', spellcheck: false, autocapitalize: 'characters' }} />
      <p class="ends"><button type="submit" class="btn main">{words.release}</button></p>
    </form>
  )
}

function One({ x, done }: { x: Return; done: (text: string) => void }) {
  const words = o().returns
  const open = x.state !== 'done' && x.state !== 'cancelled' && x.state !== 'expired'
  const cancel = async () => {
    const sure = await withFactor({ title: words.cancelTitle(x.name), text: words.cancelText, go: words.cancel, danger: true, act: (factor) => calls.cancelReturn({ id: x.id, factor }) })
    if (sure) done(words.cancelDone)
  }
  return (
    <section class="block stack-s">
      <h2>{x.name} <span class="tag">{words.states[x.state] ?? x.state}</span></h2>
      <dl class="sheetfacts">
        <div><dt>{words.phone}</dt><dd>{x.phone}</dd></div>
        <div><dt>{words.proofed}</dt><dd>{x.proofed}</dd></div>
      </dl>
      <p class="small mute">{words.began(x.by, when(x.started))} · {words.ends(when(x.expires))}</p>
      <p>{x.came ? words.came : words.notCame} {words.released(x.released)}</p>
      {open && x.came && may(me.value?.role, 'POST /v1/reissues/{reissue}/release') && (x.canRelease ? <Agree x={x} done={done} /> : <p class="hint">{words.yours}</p>)}
      {open && may(me.value?.role, 'POST /v1/reissues/{reissue}/cancel') && <p class="apart"><button type="button" class="btn danger" onClick={() => void cancel()}>{words.cancel}<span class="unseen"> {x.name}</span></button></p>}
    </section>
  )
}

export function Returns() {
  const words = o().returns
  const list = useAsked(() => calls.returns())
  const said = useSignal<string | undefined>(undefined)
  const done = (text: string) => {
    said.value = text
    settled(text)
    list.again()
  }
  return (
    <Page title={words.title}>
      <p class="hint">{words.text} {words.begin}</p>
      <div class="blocks">
        <Done text={said.value} />
        <Asked asked={list} label={words.title}>
          {(all) => (all.length === 0 ? <Empty icon="people" title={words.none} /> : all.map((x) => <One key={x.id} x={x} done={done} />))}
        </Asked>
      </div>
    </Page>
  )
}
