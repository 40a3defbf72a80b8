// A failed act: what happened, what was kept, what to do.

import { Note } from './note.tsx'

export function Trouble({ text, hint, number }: { text: string; hint: string; number?: string | undefined }) {
  return (
    <div role="alert">
      <Note tone="bad">
        <p><b>{text}</b></p>
        <p>{hint}</p>
        {number !== undefined && <p class="small">{number}</p>}
      </Note>
    </div>
  )
}
