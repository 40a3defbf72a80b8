// A button with a short list of acts under it. Arrows walk, Escape leaves.

import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

function step(box: HTMLElement, by: number): void {
  const items = [...box.querySelectorAll<HTMLElement>('[role="menuitem"]')]
  const at = items.indexOf(document.activeElement as HTMLElement)
  items[(at + by + items.length) % items.length]?.focus()
}

export function Menu({ label, face, look, said, children }: { label: string; face: ComponentChildren; look?: string; said?: ComponentChildren; children: ComponentChildren }) {
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!open) return undefined
    box.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus()
    const away = (e: Event) => {
      if (box.current?.contains(e.target as Node) !== true) setOpen(false)
    }
    document.addEventListener('pointerdown', away)
    return () => document.removeEventListener('pointerdown', away)
  }, [open])
  const leave = () => {
    setOpen(false)
    button.current?.focus()
  }
  const onKey = (e: KeyboardEvent) => {
    if (!open || box.current === null) return
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key]
    if (by !== undefined) {
      e.preventDefault()
      step(box.current, by)
    } else if (e.key === 'Escape') {
      e.stopPropagation()
      leave()
    } else if (e.key === 'Tab') setOpen(false)
  }
  return (
    <div class="menu" ref={box} onKeyDown={onKey}>
      <button ref={button} type="button" class={look ?? 'btn quiet'} aria-label={label} aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}>{face}</button>
      {open && (
        <div class="pop fade">
          {said !== undefined && <div class="said">{said}</div>}
          <div role="menu" aria-label={label} onClick={leave}>{children}</div>
        </div>
      )}
    </div>
  )
}

export function MenuItem({ act, children }: { act: () => void; children: ComponentChildren }) {
  return <button type="button" role="menuitem" class="item" tabIndex={-1} onClick={act}>{children}</button>
}
