// The words of those who look after people: loaded with their screens, and again
// when the language changes.

import { apart } from './apart.ts'

export const { said: o, use: useOffice } = apart(async () => (await import('./en-office.ts')).office, async () => (await import('./es-office.ts')).office)
