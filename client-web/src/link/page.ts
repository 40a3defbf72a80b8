// The page's end of the link: starts the worker, or joins the one that another
// tab has started, and hears its facts.

import type { Asked, Calls, PageCalls, Upload } from './calls.ts'
import { Caller } from './caller.ts'
import type { Facts } from './facts.ts'
import type { Port, ToPage } from './message.ts'

export interface Ears {
  fact<K extends keyof Facts>(name: K, value: Facts[K]): void
  upload(upload: Upload): void
  page: Asked<PageCalls>
}

const workerPath = '/assets/worker.js'
const lockName = 'arcline'

/** The one policy of the page: it lets the worker's own address through and nothing else. */
function workerURL(): string {
  const make = (path: string) => {
    if (path !== workerPath) throw new TypeError('not our worker')
    return path
  }
  const types = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: { createScriptURL: (path: string) => string }): { createScriptURL(path: string): unknown } } }).trustedTypes
  return (types === undefined ? make(workerPath) : types.createPolicy('arcline-worker', { createScriptURL: make }).createScriptURL(workerPath)) as string
}

/**
 * Connects to the worker. Tabs share one; where the browser has no shared
 * workers the first tab has it alone, and the others wait until it is closed.
 */
export function connect(ears: Ears): Asked<Calls> {
  const url = workerURL()
  let port: Port
  if (typeof SharedWorker === 'function') {
    const worker = new SharedWorker(url, { type: 'module', name: lockName })
    worker.port.start()
    port = worker.port
  } else {
    port = new Worker(url, { type: 'module', name: lockName })
  }
  const caller = new Caller<Calls>(port)
  port.onmessage = (event) => hear(event.data as ToPage, port, caller, ears)
  addEventListener('pagehide', () => port.postMessage({ bye: true }))
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload() // a page from the back-forward cache has said goodbye
  })
  addEventListener('online', () => port.postMessage({ awake: true }))
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') port.postMessage({ awake: true })
  })
  return caller.calls
}

function hear(message: ToPage, port: Port, caller: Caller<Calls>, ears: Ears): void {
  if ('answer' in message) return caller.take(message)
  if ('upload' in message) return ears.upload(message.upload)
  if ('call' in message) {
    const { call, name, input } = message
    ears.page[name](String(input[0])).then(
      (value) => port.postMessage({ answer: call, value }),
      () => port.postMessage({ answer: call, problem: { code: 'passkey', text: 'The passkey was not used.', hint: 'Try again, or use the six digits of your app.' } }),
    )
    return
  }
  ears.fact(message.fact, message.value as Facts[typeof message.fact])
}
