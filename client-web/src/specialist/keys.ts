// The keyboard: one listener, one table.

import { useEffect } from 'preact/hooks'
import { display } from '../state/display.ts'
import { go } from '../state/route.ts'
import { actionFor, isPalette, type Action } from '../state/shortcuts.ts'
import { claim, close, mark, markUnread, meant, move, note, offer, release, reply, window_ } from './acts.ts'

const onThread: Partial<Record<Action, (id: string) => void>> = { reply, note, claim, close, unread: markUnread, release, transfer: offer, mark }

export function run(action: Action): void {
  if (action === 'next') return move(1)
  if (action === 'previous') return move(-1)
  if (action === 'search') return go({ at: 'search' })
  if (action === 'help') {
    window_.value = 'help'
    return
  }
  const id = meant()
  if (id !== undefined) onThread[action]?.(id)
}

export function useKeys(): void {
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (isPalette(e)) {
        e.preventDefault()
        window_.value = window_.value === 'palette' ? 'none' : 'palette'
        return
      }
      const action = actionFor(e, display.value.keys, display.value.shortcuts)
      if (action === undefined) return
      e.preventDefault()
      run(action)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}
