// Somali, prepared: what could be said with confidence. A translator goes on
// from here; what is missing is said in English and marked as English.

import { counter } from './plural.ts'
import { so as rules } from './rules.ts'
import type { Part } from './words.ts'

const n = counter(rules)

export const words: Part = {
  app: {
    language: 'Luqadda', close: 'Xir', cancel: 'Jooji', back: 'Dib u noqo', next: 'Sii wad', print: 'Daabac', copy: 'Koobi garee', remove: 'Ka saar', settings: 'Dejinta', signOut: 'Ka bax',
    unread: (c) => n(c, { one: '# aan la akhrin', other: '# aan la akhrin' }),
  },
  entry: { signIn: 'Gal', password: 'Erayga sirta ah', again: 'Isku day mar kale' },
  list: { mine: 'Su’aalahayga', newOne: 'Su’aal cusub', unread: (c) => n(c, { one: '1 fariin cusub', other: '# fariimood oo cusub' }) },
  compose: { send: 'Dir', label: 'Fariintaada', to: 'Ku socota' },
  message: { sent: 'La diray', read: 'La akhriyay', retry: 'Isku day mar kale', discard: 'Tirtir' },
  settings: { language: 'Luqadda', title: 'Dejinta', password: 'Erayga sirta ah' },
}
