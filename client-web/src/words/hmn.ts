// Hmong, prepared: what could be said with confidence. Hmong does not change
// words by number, so every count has one form.

import { counter } from './plural.ts'
import { hmn as rules } from './rules.ts'
import type { Part } from './words.ts'

const n = counter(rules)

export const words: Part = {
  app: { language: 'Lus', close: 'Kaw', cancel: 'Tso tseg', back: 'Rov qab', next: 'Mus ntxiv', print: 'Luam tawm', remove: 'Tshem tawm' },
  entry: { signIn: 'Nkag mus', password: 'Tus password', again: 'Sim dua' },
  list: { mine: 'Kuv cov lus nug', newOne: 'Lus nug tshiab', unread: (c) => n(c, { other: '# tsab xov tshiab' }) },
  compose: { send: 'Xa', label: 'Koj tsab xov' },
  message: { sent: 'Xa lawm', read: 'Nyeem lawm', retry: 'Sim dua', discard: 'Rho tawm' },
  settings: { language: 'Lus' },
}
