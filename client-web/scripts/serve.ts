// Serves a built client as the service does: the same headers, and every
// unknown address is the page. The scene of the stage travels in a cookie, so
// that one server can play many.

import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { extname, join, normalize } from 'node:path'

const policy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "font-src 'self'", "connect-src 'self'", "manifest-src 'self'",
  "worker-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", 'trusted-types arcline-worker',
].join('; ')

const kinds: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json', '.png': 'image/png',
}

function file(dist: string, path: string): { body: Buffer; kind: string } {
  const name = normalize(path).replace(/^(\.\.[/\\])+/, '')
  try {
    const kind = kinds[extname(name)]
    if (kind === undefined) throw new Error('a place of the page')
    return { body: readFileSync(join(dist, name)), kind }
  } catch {
    return { body: readFileSync(join(dist, 'index.html')), kind: kinds['.html']! }
  }
}

export function serve(dist: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://stage')
    const scene = url.searchParams.get('scene')
    if (scene !== null) {
      response.writeHead(302, { 'set-cookie': `scene=${encodeURIComponent(scene)}; Path=/`, location: url.pathname })
      return response.end()
    }
    if (url.pathname === '/stage') {
      const cookie = /scene=([^;]*)/.exec(request.headers.cookie ?? '')
      response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-store' })
      return response.end(decodeURIComponent(cookie?.[1] ?? ''))
    }
    const { body, kind } = file(dist, url.pathname)
    response.writeHead(200, { 'content-type': kind, 'content-security-policy': policy, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    return response.end(body)
  })
  return new Promise((ready) => server.listen(port, '127.0.0.1', () => ready(server)))
}
