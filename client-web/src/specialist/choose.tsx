// Parts of the desk's windows: one of several, and the buttons under it.

import type { ComponentChildren } from 'preact'
import { Icon } from '../ui/icons.tsx'
import { w } from '../words/words.ts'
import { shutWindow } from './deskacts.ts'

interface Props<T extends string> {
  name: string
  label: string
  value: T | undefined
  set: (value: T) => void
  choices: readonly { value: T; text: string; more?: string }[]
  wrong?: string | undefined
}

export function Choices<T extends string>({ name, label, value, set, choices, wrong }: Props<T>) {
  return (
    <fieldset aria-describedby={wrong === undefined ? undefined : `${name}-wrong`}>
      <legend class="small"><b>{label}</b></legend>
      {wrong !== undefined && <p class="wrong" id={`${name}-wrong`} role="alert"><Icon name="warn" size={16} />{wrong}</p>}
      <div class="choices picklist">
        {choices.map((c, i) => (
          <label class="choice" key={c.value}>
            <input type="radio" name={name} id={i === 0 ? `${name}-first` : undefined} checked={value === c.value} onChange={() => set(c.value)} />
            <span><b>{c.text}</b>{c.more !== undefined && <span>{c.more}</span>}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

export function Ends({ go, word, before, disabled = false }: { go: () => void; word: string; before?: ComponentChildren; disabled?: boolean }) {
  return (
    <div class="ends">
      {before}
      <button type="button" class="btn" onClick={shutWindow}>{w().app.cancel}</button>
      <button type="button" class="btn main" disabled={disabled} onClick={go}>{word}</button>
    </div>
  )
}
