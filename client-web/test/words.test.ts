// Every catalogue has what its language needs, and says it plainly.

import { describe, expect, test } from 'vitest'
import { words as enWords } from '../src/words/en.ts'
import { office as enOffice } from '../src/words/en-office.ts'
import { asking as enAsking } from '../src/words/en-asking.ts'
import { board as enBoard } from '../src/words/en-board.ts'
import { staff as enStaff } from '../src/words/en-staff.ts'
import { news as enNews } from '../src/words/en-news.ts'
import { told as enTold } from '../src/words/en-told.ts'
import { words as esWords } from '../src/words/es.ts'
import { office as esOffice } from '../src/words/es-office.ts'
import { asking as esAsking } from '../src/words/es-asking.ts'
import { board as esBoard } from '../src/words/es-board.ts'
import { staff as esStaff } from '../src/words/es-staff.ts'
import { news as esNews } from '../src/words/es-news.ts'
import { told as esTold } from '../src/words/es-told.ts'
import { words as hmn } from '../src/words/hmn.ts'
import { counter } from '../src/words/plural.ts'
import { rules } from '../src/words/rules.ts'
import { words as so } from '../src/words/so.ts'
import { errors } from '../src/wire/gen.ts'
import { flat, grade } from './grade.ts'

/** With the catalogues that load apart. */
const en = { ...enWords, office: enOffice, told: enTold, asking: enAsking, staff: enStaff, board: enBoard, news: enNews }
const es = { ...esWords, office: esOffice, told: esTold, asking: esAsking, staff: esStaff, board: esBoard, news: esNews }

const forbidden = /\b(keys?|ciphers?|ciphertexts?|fingerprints?|sessions?|tokens?|ttl|hash(es)?|sync(ed|ing)?|encrypt\w*|decrypt\w*)\b/i

describe('words', () => {
  test('Spanish has every word that English has, and no other', () => {
    const names = (tree: object) => flat(tree).map((f) => f.name).filter((n) => !n.startsWith('problems.')).sort()
    expect(names(es)).toEqual(names(en))
  })

  test('Spanish tells every refusal of the service in Spanish', () => {
    for (const code of Object.keys(errors)) expect(es.problems[code]?.text, code).toBeTruthy()
  })

  test('a language that is partly there has no word that English does not have', () => {
    const known = new Set(flat(en).map((f) => f.name))
    for (const part of [so, hmn]) expect(flat(part).map((f) => f.name).filter((n) => !known.has(n))).toEqual([])
  })

  test('no word of cryptography meets a person', () => {
    for (const f of flat(en)) for (const text of f.texts) expect(text, f.name).not.toMatch(forbidden)
  })

  test('nothing blames, and nothing is only "went wrong"', () => {
    for (const f of flat(en)) for (const text of f.texts) expect(text, f.name).not.toMatch(/went wrong|invalid|illegal|oops|you failed|forbidden/i)
  })

  test('English reads at grade 8 or below, all together and in every longer text', () => {
    const texts = flat(en).flatMap((f) => f.texts.map((text) => ({ name: f.name, text })))
    expect(grade(texts.map((t) => t.text).join(' . '))).toBeLessThanOrEqual(8)
    const hard = texts.filter((t) => t.text.split(/\s+/).length >= 12).map((t) => ({ ...t, grade: grade(t.text) })).filter((t) => t.grade > 8)
    expect(hard).toEqual([])
  })
})

describe('counting', () => {
  test('each language answers only the categories it declares, and uses each', () => {
    for (const [tag, r] of Object.entries(rules)) {
      const used = new Set([0, 1, 2, 3, 5, 11, 21, 101, 1000, 1_000_000, 2_000_000, 1_000_001].map((n) => r.plural(n)))
      expect([...used].sort(), tag).toEqual([...r.categories].sort())
    }
  })

  test('Spanish millions, English ones, Hmong never changes', () => {
    expect(rules.es.plural(1_000_000)).toBe('many')
    expect(rules.es.plural(1_000_001)).toBe('other')
    expect(rules.es.plural(0)).toBe('other')
    expect(rules.en.plural(1)).toBe('one')
    expect(rules.hmn.plural(1)).toBe('other')
  })

  test('a missing form falls back, and large numbers are grouped', () => {
    expect(counter(rules.en)(1204, { other: '# threads' })).toBe('1,204 threads')
    expect(counter(rules.es)(1_000_000, { one: '1 hilo', other: '# hilos' })).toBe('1,000,000 hilos')
  })

  test('every language has twelve months and seven days of its own', () => {
    for (const r of Object.values(rules)) {
      expect(new Set(r.months).size).toBe(12)
      expect(new Set(r.weekdays).size).toBe(7)
    }
  })
})
