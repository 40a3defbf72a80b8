// A fact arrives as a whole and mostly unchanged. What did not change keeps its
// old object, so that a screen draws only what did.

const names = ['id', 'key', 'account'] as const

function nameOf(x: unknown): string | undefined {
  if (typeof x !== 'object' || x === null) return undefined
  for (const n of names) {
    const v = (x as Record<string, unknown>)[n]
    if (typeof v === 'string') return v
  }
  return undefined
}

function sameList(old: readonly unknown[], fresh: readonly unknown[]): unknown[] {
  const known = new Map(old.map((o) => [nameOf(o), o]))
  return fresh.map((f, i) => {
    const name = nameOf(f)
    return same(name === undefined ? old[i] : known.get(name), f)
  })
}

/** The new value, made of the old one's parts wherever they are equal. */
export function same(old: unknown, fresh: unknown): unknown {
  if (Object.is(old, fresh) || typeof old !== 'object' || typeof fresh !== 'object' || old === null || fresh === null) return fresh
  if (Array.isArray(old) && Array.isArray(fresh)) {
    const list = sameList(old, fresh)
    return list.length === old.length && list.every((x, i) => x === old[i]) ? old : list
  }
  if (Array.isArray(old) !== Array.isArray(fresh)) return fresh
  const before = old as Record<string, unknown>
  const after = fresh as Record<string, unknown>
  const out: Record<string, unknown> = {}
  let changed = Object.keys(before).length !== Object.keys(after).length
  for (const [k, v] of Object.entries(after)) {
    out[k] = same(before[k], v)
    changed ||= out[k] !== before[k] || !(k in before)
  }
  return changed ? out : old
}
