// Single keys, the same in the list and in the thread. They do nothing while
// somebody types or a dialog is open, and can be switched off or changed.

export type Action = 'next' | 'previous' | 'reply' | 'note' | 'claim' | 'close' | 'unread' | 'release' | 'transfer' | 'mark' | 'wait' | 'urgent' | 'suggest' | 'tie' | 'move' | 'history' | 'call' | 'help' | 'search'

export const defaultKeys: Readonly<Record<Action, string>> = {
  next: 'j', previous: 'k', reply: 'r', note: 'n', claim: 'c', close: 'e', unread: 'u', release: 'b', transfer: 't', mark: 'x', wait: 'w', urgent: 'g', suggest: 'a', tie: 'l', move: 'm', history: 'h', call: 'p', help: '?', search: '/',
}

export const actions = Object.keys(defaultKeys) as Action[]

export interface Press {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  repeat: boolean
  isComposing: boolean
  target: EventTarget | null
}

/** Whether somebody is writing or choosing in this element. */
export function typing(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  if (target.closest('[contenteditable=""],[contenteditable="true"],textarea,select') !== null) return true
  const input = target.closest('input')
  return input !== null && !['checkbox', 'radio', 'button'].includes(input.type)
}

/** The act that a key press asks for, if any. */
export function actionFor(press: Press, keys: Readonly<Record<Action, string>>, on: boolean): Action | undefined {
  if (!on || press.ctrlKey || press.metaKey || press.altKey || press.isComposing) return undefined
  if (typing(press.target) || document.querySelector('dialog[open]') !== null) return undefined
  const action = actions.find((a) => keys[a] === press.key)
  // A held key walks through a list; it must never claim or close a whole one.
  return press.repeat && action !== 'next' && action !== 'previous' ? undefined : action
}

/** The palette's key, which also works while typing. */
export function isPalette(press: Press): boolean {
  return (press.ctrlKey || press.metaKey) && !press.altKey && press.key.toLowerCase() === 'k'
}
