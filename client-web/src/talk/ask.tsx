// "Is it you?": one side asks, the other answers with a fresh second step.

import type { ThreadFact } from '../link/facts.ts'
import { withFactor } from '../state/factor.ts'
import { calls } from '../state/link.ts'
import { Note } from '../ui/note.tsx'
import { w } from '../words/words.ts'

export function Ask({ thread }: { thread: ThreadFact }) {
  const words = w().ask
  const { asked, can, id } = thread
  if (asked === undefined) return null
  if (!can.confirm) {
    return <div class="askbox"><Note tone="warn" icon="question"><p><b>{words.waits}</b></p><p>{words.waitsText}</p></Note></div>
  }
  const confirm = () => void withFactor({ title: words.title, text: words.text(asked.by), go: words.confirm, act: (factor) => calls.confirm({ thread: id, factor }) })
  return (
    <div class="askbox">
      <Note tone="warn" icon="question">
        <p><b>{words.title}</b></p>
        <p>{words.text(asked.by)}</p>
        <p><button type="button" class="btn main" onClick={confirm}>{words.confirm}</button></p>
      </Note>
    </div>
  )
}
