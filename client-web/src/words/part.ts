// A language that is only partly there: English fills the holes, and every
// element says in which of the two its words are, so that a screen reader
// pronounces each as it is meant.

import { options, type VNode } from 'preact'
import type { Words } from './en.ts'
import type { Part } from './words.ts'

type Tree = { [name: string]: unknown }

/** How many texts that were put together from numbers and names are remembered: more than any screen shows. */
const remembered = 4000

/** Texts of one language. */
class Texts {
  #fixed = new Set<string>()
  /** Put together, the newest last: a screen says its texts again each time it is drawn. */
  #made = new Set<string>()

  has(text: string): boolean {
    return this.#fixed.has(text) || this.#made.has(text)
  }

  /** The same value; what it says is known from then on. */
  note(value: unknown): unknown {
    if (typeof value === 'string') this.#fixed.add(value)
    if (typeof value !== 'function') return value
    return (...input: unknown[]) => this.#note((value as (...i: unknown[]) => unknown)(...input))
  }

  clear(): void {
    this.#fixed.clear()
    this.#made.clear()
  }

  #note(text: unknown): unknown {
    if (typeof text !== 'string') return text
    this.#made.delete(text)
    this.#made.add(text)
    for (const oldest of this.#made) {
      if (this.#made.size <= remembered) break
      this.#made.delete(oldest)
    }
    return text
  }
}

const english = new Texts()
const own = new Texts()
let tag = ''

function fill(part: Tree, whole: Tree): Tree {
  const out: Tree = {}
  for (const [name, value] of Object.entries(whole)) {
    const mine = part[name]
    if (Array.isArray(value)) out[name] = value.map((x) => english.note(x))
    else if (typeof value === 'object' && value !== null) out[name] = fill((mine ?? {}) as Tree, value as Tree)
    else out[name] = mine === undefined ? english.note(value) : own.note(mine)
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
