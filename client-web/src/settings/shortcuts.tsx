// Single letters: on, off, or others.

import { useSignal } from '@preact/signals'
import { display, setDisplay } from '../state/display.ts'
import { actions, defaultKeys, type Action } from '../state/shortcuts.ts'
import { Check } from '../ui/field.tsx'
import { w } from '../words/words.ts'

export function Shortcuts() {
  const words = w()
  const wrong = useSignal('')
  const { shortcuts, keys } = display.value
  const change = (action: Action, typed: string) => {
    const letter = typed.slice(-1)
    if (letter.trim() === '') return
    const twice = actions.some((a) => a !== action && keys[a] === letter)
    wrong.value = twice ? words.settings.taken(letter) : ''
    if (!twice) setDisplay({ keys: { ...keys, [action]: letter } })
  }
  return (
    <section class="block stack">
      <h2>{words.settings.shortcuts}</h2>
      <Check id="set-shortcuts" label={words.settings.shortcutsOn} hint={words.settings.shortcutsHint} on={shortcuts} set={(on) => setDisplay({ shortcuts: on })} />
      {shortcuts && (
        <>
          {wrong.value !== '' && <p class="wrong" role="alert">{wrong.value}</p>}
          <div class="letters">
            {actions.map((a) => (
              <>
                <label for={`letter-${a}`}>{words.acts[a]}</label>
                <input id={`letter-${a}`} class="input" aria-label={words.settings.changeLetter(words.acts[a])} value={keys[a]} maxLength={2} autocomplete="off" onFocus={(e) => e.currentTarget.select()} onInput={(e) => {
                  change(a, e.currentTarget.value)
                  e.currentTarget.value = display.value.keys[a]
                }} />
              </>
            ))}
          </div>
          <button type="button" class="btn" onClick={() => setDisplay({ keys: { ...defaultKeys } })}>{words.settings.reset}</button>
        </>
      )}
    </section>
  )
}
