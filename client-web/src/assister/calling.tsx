// Asking for a call: what must go by phone, to which number, and when. The same
// in a new question and in a thread.

import type { DeskInfo, PhoneKind, Topic } from '../link/desk.ts'
import { when } from '../state/time.ts'
import { Check, Field } from '../ui/field.tsx'
import { Icon } from '../ui/icons.tsx'
import { Note } from '../ui/note.tsx'
import { ask } from '../words/asking.ts'
import { Group, Radio, type WrongOf } from './fields.tsx'
import { byPhone, callFor, calls_, type Question } from './question.ts'

export type Wanted = Pick<Question, 'number' | 'other' | 'slot'>

export function CallFields({ q, info, wrong, set }: { q: Wanted; info: DeskInfo | undefined; wrong: WrongOf; set: (x: Partial<Wanted>) => void }) {
  const words = ask().phone
  const slots = (info?.slots ?? []).filter((s) => s.left > 0)
  return (
    <div class="stack-s">
      <Group id="call-where" legend={words.where} wrong={undefined}>
        <Radio id="call-file" name="call-where" on={q.number === 'file'} set={() => set({ number: 'file' })}>{words.file}</Radio>
        <Radio id="call-other" name="call-where" on={q.number === 'other'} set={() => set({ number: 'other' })}>{words.other}</Radio>
      </Group>
      {q.number === 'other' && <Field id="call-number" label={words.number} hint={words.numberHint} wrong={wrong('call-number')} value={q.other} set={(other) => set({ other })} look="day" more={{ type: 'tel', autocomplete: 'off' }} />}
      {slots.length > 0 && (
        <Group id="call-when" legend={words.when} wrong={undefined}>
          <Radio id="call-now" name="call-when" on={q.slot === 0} set={() => set({ slot: 0 })}>{words.now}</Radio>
          {slots.map((s) => <Radio key={s.from} id={`call-${s.from}`} name="call-when" on={q.slot === s.from} set={() => set({ slot: s.from })}>{when(s.from)} <span class="mute small">({words.left(s.left)})</span></Radio>)}
        </Group>
      )}
      <p class="mute small">{words.codes}</p>
    </div>
  )
}

interface Props {
  topic: Topic
  q: Question
  set: (x: Partial<Question>) => void
}

function titles(kinds: readonly PhoneKind[], ids: readonly string[]): string {
  return kinds.filter((k) => ids.includes(k.id)).map((k) => k.title).join(', ')
}

/** Asked before the first letter is typed. */
export function AskKinds({ topic, q, set }: Props) {
  const kinds = topic.by_phone ?? []
  const words = ask().phone
  if (kinds.length === 0) return null
  return (
    <Group id="by-phone" legend={words.ask} hint={words.askHint} wrong={undefined}>
      <div class="cells">
        {kinds.map((k) => <Check key={k.id} id={`by-phone-${k.id}`} label={k.title} on={q.kinds.includes(k.id)} set={(on) => set({ kinds: on ? [...q.kinds, k.id] : q.kinds.filter((x) => x !== k.id) })} />)}
      </div>
    </Group>
  )
}

/** What the words that are typed mean, said while there is time to stop. */
export function FoundKinds({ topic, q, set }: Props) {
  const words = ask().phone
  const { ticked, found } = byPhone(topic, q)
  const kinds = topic.by_phone ?? []
  return (
    <div aria-live="polite" class="foundkinds">
      {found.length > 0 && (
        <Note tone="warn" icon="phone">
          <p><b>{words.found(titles(kinds, found))}</b></p>
          <p>{words.foundText}</p>
          <button type="button" class="link" onClick={() => set({ notMeant: [...q.notMeant, ...found] })}>{words.notMeant}</button>
        </Note>
      )}
      {found.length === 0 && ticked.length > 0 && <Note icon="phone"><p>{words.whole}</p></Note>}
    </div>
  )
}

/** The call itself, where there is one. */
export function Calling({ topic, q, info, wrong, set }: Props & { info: DeskInfo | undefined; wrong: WrongOf }) {
  const words = ask().phone
  const how = callFor(topic, q, info)
  if (how === 'no') return null
  const never = how === 'must' && info?.desk.call_back.offered !== true
  return (
    <section class="block stack-s" aria-labelledby="call-title">
      <h2 id="call-title" tabIndex={-1}><Icon name="phone" size={18} /> {words.title}</h2>
      {topic.phone === true && <p>{words.only}</p>}
      {never && <Note tone="warn"><p>{words.never}</p></Note>}
      {how === 'may' && <Check id="call-wants" label={words.want} hint={words.wantHint} on={q.wants} set={(wants) => set({ wants })} />}
      {!never && calls_(topic, q, info) && <CallFields q={q} info={info} wrong={wrong} set={set} />}
    </section>
  )
}
