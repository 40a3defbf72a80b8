// The recovery code, shown once, and asked back so that the note is known to be right.

import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { announce } from '../state/announce.ts'
import { CodeGroups, groupsOf } from '../ui/code.tsx'
import { Field } from '../ui/field.tsx'
import { Icon } from '../ui/icons.tsx'
import { Note } from '../ui/note.tsx'
import { Summary, type Wrong } from '../ui/summary.tsx'
import { w } from '../words/words.ts'
import { Sheet } from './door.tsx'

interface Step {
  at: number
  of: number
}

/** Two different places, chosen so that the first and the last are not always the answer. */
export function twoOf(count: number, dice: () => number): [number, number] {
  const a = Math.floor(dice() * count)
  const b = Math.floor(dice() * (count - 1))
  return b >= a ? [a, b + 1] : [b, a]
}

/** Letters that paper confuses are the same; so are small and capital ones. */
export function sameGroup(typed: string, right: string): boolean {
  const plain = (s: string) => s.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  return plain(typed) === plain(right)
}

function dice(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32
}

function Back({ code, step, again, noted }: { code: string; step: Step; again: () => void; noted: () => void }) {
  const words = w()
  const groups = groupsOf(code)
  const asked = useMemo(() => twoOf(groups.length, dice), [code])
  const first = useSignal('')
  const second = useSignal('')
  const wrongs = useSignal<Wrong[]>([])
  const boxes = [{ id: 'group-a', at: asked[0], value: first }, { id: 'group-b', at: asked[1], value: second }]
  const submit = (e: Event) => {
    e.preventDefault()
    wrongs.value = boxes.flatMap((b) => (sameGroup(b.value.value, groups[b.at] ?? '') ? [] : [{ field: b.id, text: words.setup.wrongGroup(b.at + 1) }]))
    if (wrongs.value.length === 0) noted()
  }
  return (
    <Sheet title={words.setup.check} step={step}>
      <p class="lead">{words.setup.checkText}</p>
      <form class="stack" noValidate onSubmit={submit}>
        <Summary title={words.errors.title(wrongs.value.length)} wrongs={wrongs.value} />
        {boxes.map((b) => (
          <Field key={b.id} id={b.id} label={words.setup.group(b.at + 1)} look="code" wrong={wrongs.value.find((x) => x.field === b.id)?.text} value={b.value.value} set={(v) => { b.value.value = v }} more={{ autocomplete: 'off', spellcheck: false, autocapitalize: 'characters' }} />
        ))}
        <div class="ends">
          <button type="button" class="btn tall" onClick={again}>{words.setup.seeAgain}</button>
          <button type="submit" class="btn main tall">{words.app.next}</button>
        </div>
      </form>
    </Sheet>
  )
}

export function RecoveryStep({ code, step, noted }: { code: string; step: Step; noted: () => void }) {
  const words = w()
  const checking = useSignal(false)
  if (checking.value) return <Back code={code} step={step} again={() => { checking.value = false }} noted={noted} />
  const copy = () => navigator.clipboard.writeText(code).then(() => announce(words.app.copied), () => undefined) // it stands on the screen all the same
  return (
    <Sheet title={words.setup.recovery} step={step} wide>
      <p class="lead">{words.setup.recoveryText}</p>
      <CodeGroups code={code} label={words.setup.groupLabel} />
      <Note icon="archive"><p>{words.setup.recoveryKeep}</p></Note>
      <div class="ends">
        <button type="button" class="btn tall" onClick={() => void copy()}>{words.app.copy}</button>
        <button type="button" class="btn tall" onClick={() => print()}><Icon name="print" />{words.app.print}</button>
        <button type="button" class="btn main tall" onClick={() => { checking.value = true }}>{words.setup.recoveryNext}</button>
      </div>
    </Sheet>
  )
}
