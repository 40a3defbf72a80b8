// A message's words as they were written; addresses in them become links. Built
// from nodes, never from markup.

import type { ComponentChildren } from 'preact'

const address = /https:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g

export function linked(text: string): ComponentChildren[] {
  const out: ComponentChildren[] = []
  let from = 0
  for (const found of text.matchAll(address)) {
    if (found.index > from) out.push(text.slice(from, found.index))
    out.push(<a key={found.index} href={found[0]} target="_blank" rel="noopener noreferrer">{found[0]}</a>)
    from = found.index + found[0].length
  }
  if (from < text.length) out.push(text.slice(from))
  return out
}
