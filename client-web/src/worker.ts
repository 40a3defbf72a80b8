// The worker: everything but the screens. Keys never leave it. One worker
// serves all tabs; each tab is a viewer with a number.

import { Core } from './core/core.ts'
import { toProblem } from './core/problem.ts'
import type { PageCalls } from './link/calls.ts'
import { Caller } from './link/caller.ts'
import type { Port, ToWorker } from './link/message.ts'

interface Viewer {
  port: Port
  page: Caller<PageCalls>
}

const viewers = new Map<number, Viewer>()
let count = 0
/** Who asked last: only a page can use a passkey, and it is theirs. */
let asking: Viewer | undefined

const core = new Core({
  origin: self.location.origin,
  now: Date.now,
  push: (fact, value, viewer) => {
    for (const [n, v] of viewers) if (viewer === undefined || viewer === n) v.port.postMessage({ fact, value })
  },
  uploads: (upload, sent, total) => {
    for (const v of viewers.values()) v.port.postMessage({ upload: { upload, sent, total } })
  },
  page: () => asking?.page.calls,
})

function serve(port: Port): void {
  const viewer = ++count
  const v: Viewer = { port, page: new Caller<PageCalls>(port) }
  viewers.set(viewer, v)
  port.onmessage = (event) => hear(event.data as ToWorker, viewer, v)
  core.tellAll()
}

function hear(message: ToWorker, viewer: number, v: Viewer): void {
  if ('bye' in message) {
    viewers.delete(viewer)
    core.leave(viewer)
    return
  }
  if ('awake' in message) return core.wake()
  if ('answer' in message) return v.page.take(message)
  asking = v
  const { call, name, input } = message
  // The name was typed by our own page; what is not a call of the core is no function here.
  const act = (core[name] as (...input: unknown[]) => Promise<unknown>).bind(core)
  act(...input, ...(name === 'look' ? [viewer] : [])).then(
    (value) => v.port.postMessage({ answer: call, value }),
    (error: unknown) => v.port.postMessage({ answer: call, problem: toProblem(error) }),
  )
}

const scope = self as unknown as { onconnect?: (event: MessageEvent) => void } & Port
if ('onconnect' in scope) scope.onconnect = (event) => event.ports.forEach(serve)
else serve(scope)

void core.start()
