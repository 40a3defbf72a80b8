import { setDisplay, type Language } from '../state/display.ts'
import { rules } from '../words/rules.ts'
import { language, w } from '../words/words.ts'

const tags = Object.keys(rules) as Language[]

/** Every language by its own name, in its own language. */
export function Languages() {
  return (
    <div class="langs" role="group" aria-label={w().app.language}>
      {tags.map((l) => (
        <button key={l} type="button" lang={l} aria-pressed={language.value === l} onClick={() => setDisplay({ language: l })}>{rules[l].name}</button>
      ))}
    </div>
  )
}
