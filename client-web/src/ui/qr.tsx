// A picture for a camera, drawn as one SVG path: no image, no canvas, nothing
// that the page's policy would have to allow.

import { generate } from 'lean-qr'
import { useMemo } from 'preact/hooks'

const quiet = 2

function pathOf(text: string): { path: string; size: number } {
  const code = generate(text)
  let path = ''
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) if (code.get(x, y)) path += `M${x} ${y}h1v1h-1z`
  }
  return { path, size: code.size }
}

export function Qr({ text, label }: { text: string; label: string }) {
  const { path, size } = useMemo(() => pathOf(text), [text])
  return (
    <div class="qr">
      <svg viewBox={`${-quiet} ${-quiet} ${size + 2 * quiet} ${size + 2 * quiet}`} role="img" aria-label={label} shape-rendering="crispEdges">
        <path d={path} fill="#000" />
      </svg>
    </div>
  )
}
