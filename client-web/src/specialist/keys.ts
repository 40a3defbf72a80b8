// The keyboard: one listener, one table.

import { useEffect } from 'preact/hooks'
import { display } from '../state/display.ts'
import { go } from '../state/route.ts'
import { actionFor, isPalette, type Action } from '../state/shortcuts.ts'
import { runDesk } from './deskacts.ts'
import { claim, close, mark, markOn, markUnread, meant, move, note, offer, release, reply, window_ } from './acts.ts'

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
  if (id === undefined) return
  if (onThread[action] === undefined) runDesk(action, id)
  else onThread[action]?.(id)
}

/** Shift and the letter for next or previous marks on the way. */
function rangeStep(e: KeyboardEvent): 1 | -1 | undefined {
  if (!e.shiftKey) return undefined
  const plain = { key: e.key.toLowerCase(), ctrlKey: e.ctrlKey, metaKey: e.metaKey, altKey: e.altKey, repeat: e.repeat, isComposing: e.isComposing, target: e.target }
  const action = e.key === e.key.toLowerCase() ? undefined : actionFor(plain, display.value.keys, display.value.shortcuts)
  return action === 'next' ? 1 : action === 'previous' ? -1 : undefined
}

export function useKeys(): void {
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (isPalette(e)) {
        e.preventDefault()
        window_.value = window_.value === 'palette' ? 'none' : 'palette'
        return
      }
      const walk = rangeStep(e)
      if (walk !== undefined) {
        e.preventDefault()
        return markOn(walk)
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
