// Nothing at first, then an outline, then words: a fast answer must not flicker,
// and a slow one must not look broken.

import { useEffect, useState } from 'preact/hooks'

const outlineAfter = 300
const wordsAfter = 3000
const bones = [1, 2, 3, 4]

export function Late({ label, words }: { label: string; words: string }) {
  const [stage, setStage] = useState(0)
  useEffect(() => {
    const first = setTimeout(() => setStage(1), outlineAfter)
    const second = setTimeout(() => setStage(2), wordsAfter)
    return () => {
      clearTimeout(first)
      clearTimeout(second)
    }
  }, [])
  return (
    <div aria-busy="true" aria-label={label} role="group">
      {stage > 1 && <p class="empty" role="status">{words}</p>}
      {stage > 0 && <div class="bones fade">{bones.map((b) => <i key={b} />)}</div>}
    </div>
  )
}
