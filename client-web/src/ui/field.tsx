// Form fields: a label, help under it, and what is wrong in words, tied together
// for a screen reader.

import type { ComponentChildren, InputHTMLAttributes, Ref, TextareaHTMLAttributes } from 'preact'
import { Icon } from './icons.tsx'

interface Common {
  id: string
  label: string
  hint?: string | undefined
  wrong?: string | undefined
  value: string
  set: (value: string) => void
}

function described({ id, hint, wrong }: Common): string | undefined {
  const ids = [wrong === undefined ? '' : `${id}-wrong`, hint === undefined ? '' : `${id}-hint`].filter((x) => x !== '')
  return ids.length === 0 ? undefined : ids.join(' ')
}

function Around({ common, children }: { common: Common; children: ComponentChildren }) {
  const { id, label, hint, wrong } = common
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint !== undefined && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      {wrong !== undefined && <span class="wrong" id={`${id}-wrong`}><Icon name="warn" size={16} />{wrong}</span>}
      {children}
    </div>
  )
}

type InputProps = Common & { look?: string; more?: InputHTMLAttributes; box?: Ref<HTMLInputElement> }

export function Field(p: InputProps) {
  return (
    <Around common={p}>
      <input
        {...p.more} ref={p.box ?? null} id={p.id} class={`input ${p.look ?? ''}`} value={p.value} aria-describedby={described(p)}
        aria-invalid={p.wrong === undefined ? undefined : 'true'} onInput={(e) => p.set(e.currentTarget.value)}
      />
    </Around>
  )
}

export function Area(p: Common & { more?: TextareaHTMLAttributes; box?: Ref<HTMLTextAreaElement> }) {
  return (
    <Around common={p}>
      <textarea
        // A browser keeps what is typed for "restore tabs", readable, unless it is told not to.
        autocomplete="off" {...p.more} ref={p.box ?? null} id={p.id} class="area" value={p.value} aria-describedby={described(p)} aria-invalid={p.wrong === undefined ? undefined : 'true'}
        onInput={(e) => p.set(e.currentTarget.value)}
      />
    </Around>
  )
}

const sixDigits = 6

/** Six digits of the authenticator app. Spaces that apps show between them are taken out. */
export function Digits({ id, label, hint, wrong, value, set, box }: Common & { box?: Ref<HTMLInputElement> }) {
  return (
    <Field
      id={id} label={label} hint={hint} wrong={wrong} value={value} set={(v) => set(v.replace(/\D/g, '').slice(0, sixDigits))} look="code digits" box={box ?? null}
      more={{ inputMode: 'numeric', autocomplete: 'one-time-code', spellcheck: false }}
    />
  )
}

export function isSixDigits(code: string): boolean {
  return /^\d{6}$/.test(code)
}

export function Password(p: Common & { shown: boolean; showing: (shown: boolean) => void; fresh?: boolean; show: string; hide: string; box?: Ref<HTMLInputElement> }) {
  const type = { type: p.shown ? 'text' : 'password' } as InputHTMLAttributes
  return (
    <Around common={p}>
      <div class="pair">
        <input
          {...type} ref={p.box ?? null} id={p.id} name={p.id} class="input" value={p.value} autocomplete={p.fresh === true ? 'new-password' : 'current-password'} spellcheck={false}
          autocapitalize="off" aria-describedby={described(p)} aria-invalid={p.wrong === undefined ? undefined : 'true'} onInput={(e) => p.set(e.currentTarget.value)}
        />
        <button type="button" class="btn" aria-pressed={p.shown} onClick={() => p.showing(!p.shown)}>{p.shown ? p.hide : p.show}</button>
      </div>
    </Around>
  )
}

export function Check({ id, label, hint, on, set }: { id: string; label: ComponentChildren; hint?: string; on: boolean; set: (on: boolean) => void }) {
  return (
    <label class="check" for={id}>
      <input id={id} type="checkbox" checked={on} aria-describedby={hint === undefined ? undefined : `${id}-hint`} onChange={(e) => set(e.currentTarget.checked)} />
      <span>{label}</span>
      {hint !== undefined && <span class="hint" id={`${id}-hint`}>{hint}</span>}
    </label>
  )
}
