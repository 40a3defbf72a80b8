// How this device shows things. The only thing that lives in localStorage.

import { effect, signal } from '@preact/signals'
import { defaultKeys, type Action } from './shortcuts.ts'

export type Theme = 'system' | 'light' | 'dark'
export type Density = 'comfortable' | 'compact'
export type Language = 'en' | 'es' | 'so' | 'hmn'

export interface Display {
  theme: Theme
  density: Density
  language: Language
  /** Seconds in which a message can be taken back; 0 sends at once. */
  undo: number
  shortcuts: boolean
  keys: Record<Action, string>
}

const place = 'arcline.display'
const languages: readonly Language[] = ['en', 'es', 'so', 'hmn']
export const undoChoices = [0, 8, 20, 60] as const

function preferred(): Language {
  const wanted = typeof navigator === 'undefined' ? [] : navigator.languages
  for (const tag of wanted) {
    const base = tag.split('-')[0]
    const found = languages.find((l) => l === base)
    if (found !== undefined) return found
  }
  return 'en'
}

function oneOf<T>(value: unknown, choices: readonly T[], otherwise: T): T {
  return choices.find((c) => c === value) ?? otherwise
}

function keysFrom(kept: unknown): Record<Action, string> {
  const keys = { ...defaultKeys }
  if (typeof kept !== 'object' || kept === null) return keys
  for (const [action, key] of Object.entries(kept)) {
    if (action in keys && typeof key === 'string' && key.length === 1) keys[action as Action] = key
  }
  return keys
}

/** Reads what was kept; whatever does not fit falls back. */
export function readDisplay(text: string | null): Display {
  let kept: Record<string, unknown> = {}
  try {
    const parsed: unknown = JSON.parse(text ?? '{}')
    if (typeof parsed === 'object' && parsed !== null) kept = parsed as Record<string, unknown>
  } catch {
    kept = {}
  }
  return {
    theme: oneOf<Theme>(kept['theme'], ['system', 'light', 'dark'], 'system'),
    density: oneOf<Density>(kept['density'], ['comfortable', 'compact'], 'comfortable'),
    language: oneOf(kept['language'], languages, preferred()),
    undo: oneOf<number>(kept['undo'], undoChoices, 8),
    shortcuts: kept['shortcuts'] !== false,
    keys: keysFrom(kept['keys']),
  }
}

function kept(): string | null {
  try {
    return localStorage.getItem(place)
  } catch {
    return null // storage is blocked: this tab keeps the choice while it is open
  }
}

export const display = signal<Display>(readDisplay(kept()))

export function setDisplay(change: Partial<Display>): void {
  display.value = { ...display.value, ...change }
  try {
    localStorage.setItem(place, JSON.stringify(display.value))
  } catch {
    return // as above
  }
}

/** Puts the choices on the page, and takes over what another tab chose. */
export function showDisplay(): void {
  effect(() => {
    const { theme, density } = display.value
    document.documentElement.dataset['theme'] = theme
    document.documentElement.dataset['density'] = density
  })
  addEventListener('storage', (event) => {
    if (event.key === place) display.value = readDisplay(event.newValue)
  })
}
