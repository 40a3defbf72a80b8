// What is wrong with a form, above it, with a way to each field. The focus goes
// here, so that nobody looks for the reason.

import { useEffect, useRef } from 'preact/hooks'

export interface Wrong {
  field: string
  text: string
}

export function Summary({ title, wrongs, extra }: { title: string; wrongs: readonly Wrong[]; extra?: string | undefined }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (wrongs.length > 0) box.current?.focus()
  }, [wrongs])
  if (wrongs.length === 0) return null
  return (
    <div class="summary" role="alert" tabIndex={-1} ref={box}>
      <h2>{title}</h2>
      <ul>
        {wrongs.map((x) => (
          <li key={x.field + x.text}>
            {x.field === '' ? x.text : (
              <a href={`#${x.field}`} onClick={(e) => {
                e.preventDefault()
                document.getElementById(x.field)?.focus()
              }}>{x.text}</a>
            )}
          </li>
        ))}
      </ul>
      {extra !== undefined && <p class="small">{extra}</p>}
    </div>
  )
}
