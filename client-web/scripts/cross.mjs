// Lets the two implementations meet: Go makes files, Node, Chromium and Firefox
// judge them and make others, Go judges those. Run by `arcdev cross`.
//
// A browser opens one page, which fetches the files, runs the bundle and posts
// its report; so any browser will do and none needs a driver.

import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'vite'

const web = new URL('..', import.meta.url).pathname
const root = join(web, '..')
const folder = mkdtempSync(join(tmpdir(), 'arcline-cross-'))
const run = promisify(execFile)

/** How long a browser may take, in milliseconds. */
const patience = 60_000

async function goTest(name) {
  const env = { ...process.env, ARCLINE_CROSS: folder }
  await run('go', ['test', '-count=1', '-run', `^${name}$`, './crypto/vectors'], { cwd: root, env, maxBuffer: 1 << 26 }).catch((error) => {
    throw new Error(`${name}: ${error.stdout ?? error.message}`)
  })
}

function texts(dir) {
  return Object.fromEntries(readdirSync(dir).filter((n) => n.endsWith('.txt')).map((n) => [n, readFileSync(join(dir, n), 'utf8')]))
}

function officialVectors() {
  const read = (name) => JSON.parse(readFileSync(join(root, 'crypto/vectors/testdata/official', name), 'utf8'))
  return { xwing: read('xwing.json'), hpke: read('hpke-pq-xwing.json'), ed25519: read('ed25519-cctv.json') }
}

/** Bundles the harness into a folder; ML-KEM in JavaScript is a chunk of its own. */
async function bundle() {
  const outDir = join(folder, 'bundle')
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      outDir, target: 'es2024', minify: false, modulePreload: false,
      rollupOptions: {
        input: join(web, 'test/crypto/cross.ts'),
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: 'cross.js', chunkFileNames: '[name].js' },
      },
    },
  })
  writeFileSync(join(outDir, 'package.json'), '{"type":"module"}')
  return outDir
}

const page = `<!doctype html><meta charset=utf-8><title>cross</title><script type=module>
  const post = (report) => fetch('/report', { method: 'POST', body: JSON.stringify(report) })
  try {
    const { cross } = await import('/cross.js')
    const { files, official } = await (await fetch('/work')).json()
    await post(await cross(files, official))
  } catch (error) {
    await post({ wrong: [String(error) + ' ' + error?.stack], notes: [], made: {} })
  }
</script>`

/** Serves the page and the bundle on loopback, and waits for one report. */
function serve(outDir, work) {
  let report
  const arrived = new Promise((done) => { report = done })
  const server = createServer((req, res) => {
    const path = new URL(req.url, 'http://localhost').pathname
    if (path === '/report') {
      const parts = []
      req.on('data', (p) => parts.push(p))
      req.on('end', () => {
        res.end()
        report(JSON.parse(Buffer.concat(parts).toString()))
      })
      return
    }
    const file = join(outDir, path)
    if (path === '/') res.setHeader('content-type', 'text/html').end(page)
    else if (path === '/work') res.setHeader('content-type', 'application/json').end(work)
    else if (path.endsWith('.js') && existsSync(file)) res.setHeader('content-type', 'text/javascript').end(readFileSync(file))
    else res.writeHead(404).end()
  })
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done({ server, arrived, url: `http://localhost:${server.address().port}/` })))
}

async function inBrowser({ program, args }, outDir, work) {
  const { server, arrived, url } = await serve(outDir, work)
  const profile = mkdtempSync(join(folder, 'profile-'))
  const child = spawn(program, args(url, profile), { stdio: 'ignore', detached: true })
  let timer
  try {
    const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error('no report in time')), patience) })
    const failed = new Promise((_, fail) => child.on('error', fail))
    return await Promise.race([arrived, late, failed])
  } finally {
    clearTimeout(timer)
    try {
      process.kill(-child.pid, 'SIGKILL') // the browser and all its processes: a group of its own
    } catch { /* it has ended */ }
    server.closeAllConnections()
    server.close()
  }
}

/** The first of these programs that is installed. */
function installed(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((f) => join(f, name))).find((path) => existsSync(path))
}

const chromium = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run']

const engines = [
  { name: 'node', program: process.execPath, judge: async (outDir, { files, official }) => (await import(pathToFileURL(join(outDir, 'cross.js')))).cross(files, official) },
  { name: 'chromium', program: installed('chromium', 'chromium-browser', 'google-chrome'), args: (url, profile) => [...chromium, `--user-data-dir=${profile}`, url] },
  { name: 'firefox', program: installed('firefox-esr', 'firefox'), args: (url, profile) => ['--headless', '--no-remote', '--profile', profile, url] },
]

let failed = false
try {
  await goTest('TestCrossMake')
  const work = { files: texts(join(folder, 'go')), official: officialVectors() }
  const text = JSON.stringify(work)
  const outDir = await bundle()
  for (const e of engines) {
    if (e.program === undefined) {
      console.log(`skip  ${e.name} is not installed`)
      continue
    }
    const begin = Date.now()
    const report = e.judge ? await e.judge(outDir, work) : await inBrowser(e, outDir, text)
    failed ||= report.wrong.length > 0
    console.log(`${report.wrong.length > 0 ? 'FAIL ' : 'ok   '} ${e.name} ${((Date.now() - begin) / 1000).toFixed(1)}s: ${report.notes.join('; ')}`)
    for (const line of report.wrong.slice(0, 20)) console.log(`      ${line}`)
    const dir = join(folder, `made-${e.name}`)
    mkdirSync(dir)
    for (const [name, content] of Object.entries(report.made)) writeFileSync(join(dir, name), content)
  }
  await goTest('TestCrossJudge')
  console.log('ok    go judged what they made')
} catch (error) {
  failed = true
  console.log(`FAIL  ${error.message}`)
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
process.exit(failed ? 1 : 0)
