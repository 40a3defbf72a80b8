// @vitest-environment happy-dom
// A language that is only partly there: word by word, each in its own language.

import { h, render } from 'preact'
import { beforeEach, expect, test } from 'vitest'
import { words as english } from '../src/words/en.ts'
import { words as hmn } from '../src/words/hmn.ts'
import { merge } from '../src/words/part.ts'
import { words as so } from '../src/words/so.ts'

const root = () => document.body

function langOf(text: string): string | null {
  render(h('p', null, text), root())
  const said = root().querySelector('p')
  render(null, root())
  return said?.getAttribute('lang') ?? null
}

beforeEach(() => {
  document.documentElement.lang = 'so'
})

test('what a language has comes in it, what it lacks comes in English, and each says so', () => {
  const words = merge(so, english, 'so')
  expect(words.app.cancel).toBe('Jooji')
  expect(words.app.skip).toBe(english.app.skip)
  expect(langOf(words.app.cancel)).toBe('so')
  expect(langOf(words.app.skip)).toBe('en')
  expect(langOf('Mai Vang')).toBe(null) // a name is in no language
})

test('counts are put together by the rules of their own language', () => {
  const somali = merge(so, english, 'so')
  expect([somali.list.unread(1), somali.list.unread(2)]).toEqual(['1 fariin cusub', '2 fariimood oo cusub'])
  expect(langOf(somali.list.unread(2))).toBe('so')
  expect([somali.queue.count(1), somali.queue.count(2)]).toEqual(['1 thread', '2 threads'])
  expect(langOf(somali.queue.count(2))).toBe('en')
  document.documentElement.lang = 'hmn'
  const hmong = merge(hmn, english, 'hmn')
  expect([hmong.list.unread(1), hmong.list.unread(2)]).toEqual(['1 tsab xov tshiab', '2 tsab xov tshiab'])
  expect(langOf(hmong.list.unread(1))).toBe('hmn')
})

test('a long day forgets neither the fixed words nor what was said last', () => {
  const words = merge(so, english, 'so')
  for (let i = 0; i < 10_000; i++) words.queue.count(i)
  expect(langOf(words.app.skip)).toBe('en')
  expect(langOf(words.queue.count(20_000))).toBe('en')
})

test('a language that is whole marks nothing', () => {
  merge(so, english, 'so')
  document.documentElement.lang = 'es'
  expect(langOf('Jooji')).toBe(null)
})
