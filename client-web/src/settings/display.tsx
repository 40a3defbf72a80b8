// How things look here: language, colours, spacing, the time to take back.

import type { ComponentChildren } from 'preact'
import { display, setDisplay, undoChoices, type Density, type Language, type Theme } from '../state/display.ts'
import { rules } from '../words/rules.ts'
import { w } from '../words/words.ts'

const themes: readonly Theme[] = ['system', 'light', 'dark']
const densities: readonly Density[] = ['comfortable', 'compact']
const languages = Object.keys(rules) as Language[]

function Choice<T extends string>({ name, label, choices, at, word, set }: { name: string; label: string; choices: readonly T[]; at: T; word: (t: T) => string; set: (t: T) => void }) {
  return (
    <fieldset class="set">
      <legend class="unseen">{label}</legend>
      <b aria-hidden="true">{label}</b>
      <div class="seg">
        {choices.map((c) => <label key={c}><input type="radio" name={name} checked={c === at} onChange={() => set(c)} />{word(c)}</label>)}
      </div>
    </fieldset>
  )
}

function Pick({ id, label, hint, value, set, children }: { id: string; label: string; hint?: string; value: string; set: (v: string) => void; children: ComponentChildren }) {
  return (
    <div class="set">
      <label for={id}><b>{label}</b>{hint !== undefined && <span class="hint">{hint}</span>}</label>
      <select id={id} class="pick" value={value} onChange={(e) => set(e.currentTarget.value)}>{children}</select>
    </div>
  )
}

export function DisplayPage() {
  const words = w().settings
  const d = display.value
  const partial = d.language === 'so' || d.language === 'hmn'
  return (
    <section class="block">
      <h2>{words.display}</h2>
      <p class="hint">{words.here}</p>
      <Pick id="set-language" label={words.language} {...(partial ? { hint: words.partial } : {})} value={d.language} set={(v) => setDisplay({ language: v as Language })}>
        {languages.map((l) => <option key={l} value={l} lang={l}>{rules[l].name}</option>)}
      </Pick>
      <Choice name="theme" label={words.theme} choices={themes} at={d.theme} word={(t) => words.themes[t]} set={(theme) => setDisplay({ theme })} />
      <Choice name="density" label={words.density} choices={densities} at={d.density} word={(t) => words.densities[t]} set={(density) => setDisplay({ density })} />
      <Pick id="set-undo" label={words.undo} hint={words.undoHint} value={String(d.undo)} set={(v) => setDisplay({ undo: Number(v) })}>
        {undoChoices.map((s) => <option key={s} value={String(s)}>{words.undoSeconds(s)}</option>)}
      </Pick>
    </section>
  )
}
