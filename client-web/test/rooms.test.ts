// Which room may import which. A screen that could reach a key would, one day.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))
const screens = ['assister', 'specialist', 'admin', 'entry', 'settings', 'talk', 'shell', 'state', 'ui', 'words']

/** What a room may import of ours; main.tsx may import every screen. */
const may: Record<string, readonly string[]> = {
  words: ['words', 'state'],
  ui: ['ui', 'words'],
  state: ['state', 'link', 'words', 'wire'],
  shell: ['shell', 'state', 'ui', 'words', 'link'],
  talk: ['talk', 'state', 'ui', 'words', 'link'],
  settings: ['settings', 'shell', 'state', 'ui', 'words', 'link'],
  entry: ['entry', 'shell', 'state', 'ui', 'words', 'link'],
  assister: ['assister', 'settings', 'shell', 'talk', 'state', 'ui', 'words', 'link', 'wire'],
  specialist: ['specialist', 'settings', 'shell', 'talk', 'state', 'ui', 'words', 'link'],
  admin: ['admin', 'settings', 'shell', 'state', 'ui', 'words', 'link', 'wire'],
}

function files(room: string): string[] {
  return readdirSync(join(src, room), { recursive: true, encoding: 'utf8' }).filter((n) => /\.tsx?$/.test(n)).map((n) => join(src, room, n))
}

function roomsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)].map((m) => relative(src, normalize(join(dirname(file), m[1] ?? ''))).split('/')[0] ?? '')
}

test('every room imports only what it may', () => {
  const wrong = screens.flatMap((room) => files(room).flatMap((f) => roomsOf(f).filter((r) => may[room]?.includes(r) !== true).map((r) => `${relative(src, f)} imports ${r}`)))
  expect(wrong).toEqual([])
})

test('no screen makes markup from text, and none keeps anything but how it looks', () => {
  for (const f of screens.flatMap(files)) {
    const text = readFileSync(f, 'utf8')
    expect(text, f).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySet|sessionStorage|indexedDB/)
    if (!f.endsWith('state/display.ts')) expect(text, f).not.toMatch(/localStorage/)
  }
})

test('files stay short enough to be read', () => {
  for (const f of screens.flatMap(files)) expect(readFileSync(f, 'utf8').split('\n').length, f).toBeLessThanOrEqual(500)
})
