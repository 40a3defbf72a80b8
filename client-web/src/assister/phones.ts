// Which kinds of report a text means that must go by phone: the twin of
// server/desk/rules/phones.go. Both read the same cases.

import type { PhoneKind } from '../link/desk.ts'

/** Words that give the next one another meaning: an e-mail address is no place where somebody lives. */
const elsewhereAfter = ['email', 'mail', 'web', 'website', 'ip']

/** The runs of letters and digits in a text, in lower case. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{Nd}]+/gu) ?? []
}

function stands(want: readonly string[], said: readonly string[]): boolean {
  return want.length > 0 && said.some((_, i) => want.every((word, k) => said[i + k] === word) && !elsewhereAfter.includes(said[i - 1] ?? ''))
}

/**
 * Whole words, in any case, several next to each other. Nothing else of the sentence
 * is understood: "not pregnant" means pregnancy, and whoever writes can say that it
 * is not meant.
 */
export function phones(kinds: readonly PhoneKind[], text: string): PhoneKind[] {
  const said = wordsOf(text)
  return kinds.filter((k) => (k.words ?? []).some((x) => stands(wordsOf(x), said)))
}
