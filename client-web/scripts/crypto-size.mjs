// Prints how large src/crypto is in a browser with everything it needs, and
// fails above the budget. ML-KEM in JavaScript is a chunk of its own, loaded
// only where the platform has none, and does not count.

import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

/** In bytes, after gzip -9. */
const budget = 29_000

const folder = new URL('../src/crypto/', import.meta.url)
const exported = /^export (?:async )?(?:function\*?|class|const) (\w+)/gm

/** A program that holds every export of every file, as the whole client together does: nothing is shaken off. */
function everything() {
  const kept = []
  const lines = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.ts')).map((name) => {
    const file = new URL(name, folder)
    const names = Array.from(readFileSync(file, 'utf8').matchAll(exported), ([, word]) => {
      kept.push(`x${kept.length}`)
      return `${word} as ${kept.at(-1)}`
    })
    return `import { ${names.join(', ')} } from ${JSON.stringify(file.pathname)}`
  })
  return `${lines.join('\n')}\nself.onmessage = () => [${kept.join(', ')}]`
}

const entry = {
  name: 'everything',
  resolveId: (id) => (id === 'everything' ? id : undefined),
  load: (id) => (id === 'everything' ? everything() : undefined),
}

const { output } = await build({
  configFile: false,
  logLevel: 'error',
  plugins: [entry],
  build: { write: false, target: 'es2024', minify: 'esbuild', modulePreload: false, rollupOptions: { input: 'everything' } },
})

const late = new Set(output.flatMap((chunk) => chunk.dynamicImports))
let total = 0
for (const chunk of output) {
  const gzip = gzipSync(chunk.code, { level: 9 }).length
  if (!late.has(chunk.fileName)) total += gzip
  console.log(`${chunk.name}: ${chunk.code.length} bytes, ${gzip} after gzip${late.has(chunk.fileName) ? ', loaded only where needed' : ''}`)
}
console.log(`${total} of ${budget} bytes`)
if (total > budget) process.exit(1)
