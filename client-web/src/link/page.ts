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

const pushPath = '/push.js'

interface ScriptURLs {
  createScriptURL(path: string): unknown
}

let policy: ScriptURLs | undefined

/** The one policy of the page: it lets the addresses of the two workers through and nothing else. */
function ours(path: typeof workerPath | typeof pushPath): string {
  const make = (p: string) => {
    if (p !== workerPath && p !== pushPath) throw new TypeError('not our worker')
    return p
  }
  const types = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: ScriptURLs): ScriptURLs } }).trustedTypes
  policy ??= types === undefined ? { createScriptURL: make } : types.createPolicy('arcline-worker', { createScriptURL: make })
  return policy.createScriptURL(path) as string
}

/** Where this browser is told by push, with the service's key; empty: not any more. */
export async function subscribePush(on: boolean, key: Uint8Array<ArrayBuffer>): Promise<string> {
  const worker = await navigator.serviceWorker.register(ours(pushPath))
  const before = await worker.pushManager.getSubscription()
  if (!on) {
    await before?.unsubscribe()
    return ''
  }
  return (before ?? (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }))).endpoint
}

/**
 * Connects to the worker. Tabs share one; where the browser has no shared
 * workers the first tab has it alone, and the others wait until it is closed.
 */
export function connect(ears: Ears): Asked<Calls> {
  const url = ours(workerPath)
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
