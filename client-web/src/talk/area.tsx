// The field that letters go into, for a reply and for a note: kept as a draft,
// sent by Ctrl+Enter, left by Escape.

import type { RefObject } from 'preact'
import type { More } from './composer.tsx'
import { typed, type Box } from './drafts.ts'
import { focusTitle } from './title.tsx'

interface Props {
  /** Where the draft is kept. */
  draft: Box
  id: string
  field: RefObject<HTMLTextAreaElement | null>
  label: string
  text: string
  /** Element with the words for what is wrong, where something is. */
  wrong: string | undefined
  send: () => void
  typing: (() => void) | undefined
  more?: Pick<More, 'press' | 'moved' | 'owns'> | undefined
}

export function Area({ draft, id, field, label, text, wrong, send, typing, more }: Props) {
  return (
    <textarea
      // A browser keeps what is typed for "restore tabs", readable, unless it is told not to.
      autocomplete="off" ref={field} id={id} aria-label={label} placeholder={label} value={text} rows={1} aria-invalid={wrong === undefined ? undefined : 'true'} aria-describedby={wrong}
      onInput={(e) => {
        typed(draft, e.currentTarget.value)
        typing?.()
        more?.moved?.(e.currentTarget)
      }}
      onSelect={(e) => more?.moved?.(e.currentTarget)}
      aria-autocomplete={more?.owns === undefined ? undefined : 'list'} aria-controls={more?.owns?.list} aria-activedescendant={more?.owns?.line}
      onKeyDown={(e) => {
        if (more?.press?.(e, e.currentTarget) === true) e.preventDefault()
        else if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && !e.isComposing) {
          e.preventDefault()
          send()
        } else if (e.key === 'Escape') focusTitle()
      }}
    />
  )
}
