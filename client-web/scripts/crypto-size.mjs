// Prints how large src/crypto is in a browser with everything it needs, and
// fails above the budget. ML-KEM in JavaScript is a chunk of its own, loaded
// only where the platform has none.

import { readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

/** In bytes, after gzip -9. */
const budget = 20_000

const folder = new URL('../src/crypto/', import.meta.url)
const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.ts'))

/** Exports every room whole: nothing is shaken off that somebody could use. */
const entry = {
  name: 'all-of-crypto',
  resolveId: (id) => (id === 'virtual:all' ? id : undefined),
  load: (id) => (id === 'virtual:all' ? files.map((f, i) => `export * as r${i} from ${JSON.stringify(new URL(f, folder).pathname)}`).join('\n') : undefined),
}

const result = await build({
  configFile: false,
  logLevel: 'error',
  plugins: [entry],
  build: { write: false, target: 'es2024', minify: 'esbuild', rollupOptions: { input: 'virtual:all', preserveEntrySignatures: 'strict', output: { entryFileNames: 'crypto.js', chunkFileNames: '[name].js' } }, modulePreload: false },
})

let total = 0
for (const chunk of result.output) {
  const min = chunk.code.length
  const gzip = gzipSync(chunk.code, { level: 9 }).length
  const late = !chunk.isEntry
  if (!late) total += gzip
  console.log(`${chunk.fileName}: ${min} bytes, ${gzip} after gzip${late ? ', loaded only where needed' : ''}`)
}
console.log(`${total} of ${budget} bytes`)
if (total > budget) process.exit(1)
