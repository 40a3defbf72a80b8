// Measures what was built against the budgets, and fails when one is broken.

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { flag } from './flags.ts'

const kilo = 1000
const dist = flag('dist', 'dist')
const assets = readdirSync(join(dist, 'assets'))

function packed(...names: string[]): number {
  return names.reduce((sum, n) => sum + gzipSync(readFileSync(join(dist, 'assets', n)), { level: 9 }).length, 0)
}

function weight(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce((sum, n) => sum + (statSync(join(folder, n)).isFile() ? statSync(join(folder, n)).size : 0), 0)
}

/** A script and all that it loads before it runs. */
function withImports(...names: string[]): string[] {
  const found = new Set<string>()
  const visit = (name: string) => {
    if (found.has(name)) return
    found.add(name)
    for (const [, next] of readFileSync(join(dist, 'assets', name), 'utf8').matchAll(/(?:from|import)\s*"\.\/([\w-]+\.js)"/g)) if (next !== undefined) visit(next)
  }
  names.forEach(visit)
  return [...found]
}

const scripts = assets.filter((n) => n.endsWith('.js'))
const start = ['app.js', 'en.js']
const lazy = scripts.filter((n) => !n.startsWith('worker'))
const rows: [string, number, number][] = [
  ['script to sign in', packed(...withImports(...start, 'entry.js')), 45 * kilo],
  ['script to a usable queue', packed(...withImports(...start, 'specialist.js')), 90 * kilo],
  // Nobody loads all of it: three workspaces, two languages, and the rules of the lines.
  ['all scripts and the worker', packed(...scripts), 250 * kilo],
  ['largest lazy chunk', Math.max(...lazy.map((n) => packed(n))), 40 * kilo],
  ['styles', packed(...assets.filter((n) => n.endsWith('.css'))), 15 * kilo],
  ['dist on disk', weight(dist), 1500 * kilo],
]

let over = false
for (const [what, is, may] of rows) {
  over ||= is > may
  console.log(`${is > may ? 'OVER' : 'ok  '}  ${what.padEnd(28)} ${(is / kilo).toFixed(1).padStart(8)} kB of ${(may / kilo).toFixed(0)}`)
}
if (over) process.exit(1)
