// What a screen reader hears. Emptied and filled again, so that the same words
// twice are said twice.

import { useEffect, useRef } from 'preact/hooks'
import { said } from '../state/announce.ts'

const gap = 60

export function Live() {
  const box = useRef<HTMLDivElement>(null)
  const { text, turn } = said.value
  useEffect(() => {
    const b = box.current
    if (b === null) return undefined
    b.textContent = ''
    const timer = setTimeout(() => {
      b.textContent = text
    }, gap)
    return () => clearTimeout(timer)
  }, [text, turn])
  return <div class="unseen" role="status" aria-live="polite" ref={box} />
}
