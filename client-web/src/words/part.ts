// A language that is only partly there: English fills the holes, and every
// element says in which of the two its words are, so that a screen reader
// pronounces each as it is meant.

import { options, type VNode } from 'preact'
import type { Words } from './en.ts'
import type { Part } from './words.ts'

type Tree = { [name: string]: unknown }

const remembered = 4000
const english = new Set<string>()
const own = new Set<string>()
let tag = ''

/** Remembers in which language a text is; what was put together from numbers and names, too. */
function note(set: Set<string>, text: unknown): unknown {
  if (typeof text === 'string' && set.size < remembered) set.add(text)
  return text
}

function noted(set: Set<string>, value: unknown): unknown {
  return typeof value === 'function' ? (...input: unknown[]) => note(set, (value as (...i: unknown[]) => unknown)(...input)) : note(set, value)
}

function fill(part: Tree, whole: Tree): Tree {
  const out: Tree = {}
  for (const [name, value] of Object.entries(whole)) {
    const mine = part[name]
    if (Array.isArray(value)) out[name] = value.map((x) => noted(english, x))
    else if (typeof value === 'object' && value !== null) out[name] = fill((mine ?? {}) as Tree, value as Tree)
    else out[name] = mine === undefined ? noted(english, value) : noted(own, mine)
  }
  return out
}

function textsOf(props: Record<string, unknown>): unknown[] {
  const children = Array.isArray(props['children']) ? props['children'] : [props['children']]
  return [...children, props['aria-label'], props['placeholder']]
}

function mark(vnode: VNode): void {
  const props = vnode.props as Record<string, unknown> | null
  if (typeof vnode.type !== 'string' || props === null || props['lang'] !== undefined) return
  const texts = textsOf(props)
  if (texts.some((t) => typeof t === 'string' && own.has(t))) props['lang'] = tag
  else if (texts.some((t) => typeof t === 'string' && english.has(t))) props['lang'] = 'en'
}

let before: ((vnode: VNode) => void) | undefined

/** Words that a language does not have at all, told apart as English. */
export function inEnglish<T extends object>(whole: T): T {
  return fill({}, whole as Tree) as T
}

export function merge(part: Part, whole: Words, language: string): Words {
  english.clear()
  own.clear()
  tag = language
  if (before === undefined) {
    before = options.vnode ?? (() => undefined)
    options.vnode = (vnode) => {
      if (document.documentElement.lang === tag) mark(vnode)
      before?.(vnode)
    }
  }
  return fill(part as Tree, whole as unknown as Tree) as unknown as Words
}
