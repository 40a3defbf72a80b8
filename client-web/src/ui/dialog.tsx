// A native dialog: the browser keeps the focus inside, Escape leaves it, and the
// focus goes back to where it was.

import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { Icon } from './icons.tsx'

interface Props {
  title: string
  shut: () => void
  closeWord: string
  look?: string
  /** The palette has a field instead of a heading. */
  bare?: boolean
  children: ComponentChildren
}

export function Dialog({ title, shut, closeWord, look, bare, children }: Props) {
  const box = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = box.current
    const before = document.activeElement
    dialog?.showModal()
    return () => {
      dialog?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
      else document.querySelector<HTMLElement>('main')?.focus()
    }
  }, [])
  return (
    <dialog
      ref={box} class={look} aria-labelledby={bare === true ? undefined : id} aria-label={bare === true ? title : undefined}
      onCancel={(e) => {
        e.preventDefault()
        shut()
      }}
      onClick={(e) => {
        if (e.target === box.current) shut()
      }}
    >
      {bare === true ? children : (
        <div class="in">
          <h2 id={id} tabIndex={-1}>{title}</h2>
          {children}
          <button type="button" class="btn quiet icon shut" aria-label={closeWord} onClick={shut}><Icon name="close" /></button>
        </div>
      )}
    </dialog>
  )
}
