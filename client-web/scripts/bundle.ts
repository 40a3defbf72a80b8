// How the browser client is built: names that a person can read, no hash in
// them, and the same bytes from any folder. The page and the worker are two
// builds, so that they share no chunk.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type InlineConfig, type Rollup } from 'vite'

const shared: InlineConfig = {
  configFile: false, logLevel: 'warn', base: '/',
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, cssCodeSplit: false, reportCompressedSize: false, sourcemap: false },
}

/** Rooms that both workspaces use are one chunk each, instead of one per pair of users. */
function chunkOf(id: string): string | undefined {
  if (/\/src\/talk\//.test(id)) return 'talk'
  if (/\/src\/ui\/qr\.tsx$|\/lean-qr\//.test(id)) return 'qr'
  // Words that load with the screens that say them, apart from what everybody loads.
  const part = /\/src\/words\/(en|es)-(office|told|asking|staff|board|news)\.ts$/.exec(id)
  if (part !== null) return `${part[2]}-${part[1]}`
  const language = /\/src\/words\/(en|es|so|hmn)(?:-\w+)?\.ts$/.exec(id)?.[1]
  if (language !== undefined) return language
  if (/\/src\/words\/(plural|rules|dates|words)\.ts$/.test(id)) return 'base'
  if (/\/src\/(ui|state|link)\//.test(id) || /node_modules\/(preact|@preact)\//.test(id)) return 'base'
  return undefined
}

export async function bundle(out: string, worker: string): Promise<void> {
  const output: Rollup.OutputOptions = {
    entryFileNames: 'assets/app.js', chunkFileNames: 'assets/[name].js',
    assetFileNames: (a) => (a.names.some((n) => n.endsWith('.css')) ? 'assets/app.css' : 'assets/[name][extname]'),
    manualChunks: chunkOf,
  }
  await build({ ...shared, build: { ...shared.build, outDir: out, emptyOutDir: true, rollupOptions: { input: 'index.html', output } } })
  await build({
    ...shared, publicDir: false,
    build: {
      ...shared.build, outDir: out, emptyOutDir: false,
      rollupOptions: { input: worker, output: { entryFileNames: 'assets/worker.js', chunkFileNames: 'assets/worker-[name].js' } },
    },
  })
  const page = join(out, 'index.html')
  writeFileSync(page, vouched(readFileSync(page, 'utf8'), out))
}

function digestOf(file: string): string {
  return `sha384-${createHash('sha384').update(readFileSync(file)).digest('base64')}`
}

/**
 * Every script and style that the page names, with the digest that the browser
 * must find; and the digests of the parts that are loaded later, in an import
 * map, since the service demands one of every script (Integrity-Policy).
 */
export function vouched(html: string, out: string): string {
  const page = html.replace(/<(script|link)\b([^>]*?)\s(src|href)="(\/assets\/[^"]+)"([^>]*)>/g, (whole, tag: string, before: string, at: string, path: string, after: string) => {
    if (tag === 'link' && !/rel="(stylesheet|modulepreload)"/.test(whole)) return whole
    return `<${tag}${before} ${at}="${path}" integrity="${digestOf(join(out, path))}"${after}>`
  })
  const later = readdirSync(join(out, 'assets')).filter((n) => n.endsWith('.js') && n !== 'worker.js').sort()
  const integrity = Object.fromEntries(later.map((n) => [`/assets/${n}`, digestOf(join(out, 'assets', n))]))
  return page.replace(/<script type="module"/, () => `<script type="importmap">${JSON.stringify({ integrity })}</script>\n    <script type="module"`)
}
