// Runs one of the TypeScript scripts in this folder, on a Node that reads no
// TypeScript: `node scripts/run.mjs build --out dist`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const [name] = process.argv.slice(2)
const here = fileURLToPath(new URL('.', import.meta.url))
const out = fileURLToPath(new URL('../node_modules/.arcline/', import.meta.url))
const made = await build({
  entryPoints: [`${here}${name}.ts`], bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20', write: false,
})
mkdirSync(out, { recursive: true })
const file = `${out}${name}.mjs`
writeFileSync(file, made.outputFiles[0].contents)
process.chdir(fileURLToPath(new URL('..', import.meta.url)))
await import(pathToFileURL(file).href)
