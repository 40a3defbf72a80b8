// The words of whoever asks: the rules of a new question, the place in line, the
// call-back, the cases. Loaded with the assister's workspace.

import { apart } from './apart.ts'

export const { said: ask, use: useAsking } = apart(async () => (await import('./en-asking.ts')).asking, async () => (await import('./es-asking.ts')).asking)
