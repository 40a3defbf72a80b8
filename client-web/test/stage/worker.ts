// A worker that keeps nothing and talks to nobody: it plays a scene to the real
// screens, through the same contract as the real worker.

import type { Problem } from '../../src/link/calls.ts'
import type { Port, ToWorker } from '../../src/link/message.ts'
import { errors, type Code } from '../../src/wire/gen.ts'
import { Play } from './play.ts'
import { scenes } from './world.ts'

const ports = new Set<Port>()
let play: Play | undefined

function push(message: unknown): void {
  for (const p of ports) p.postMessage(message)
}

async function begin(): Promise<Play> {
  const name = await (await fetch('/stage')).text()
  const scene = scenes[name] ?? scenes['assister']
  if (scene === undefined) throw new TypeError('no scene')
  return new Play(scene(), push)
}

const started = begin()

function problem(error: unknown): Problem {
  const code = error instanceof Error ? error.message : ''
  if (code in errors) return { code, ...errors[code as Code] }
  return { code: 'unexpected', text: String(error), hint: '' }
}

async function hear(port: Port, message: ToWorker): Promise<void> {
  play ??= await started
  if (!('call' in message)) return
  const { call, name, input } = message
  try {
    const fails = play.world.fails[name]
    if (fails !== undefined) throw new Error(fails)
    const act = (play[name as keyof Play] as (...i: unknown[]) => unknown).bind(play)
    port.postMessage({ answer: call, value: await act(...input) })
  } catch (error) {
    port.postMessage({ answer: call, problem: problem(error) })
  }
}

function serve(port: Port): void {
  ports.add(port)
  port.onmessage = (event) => void hear(port, event.data as ToWorker)
  void started.then((p) => {
    play = p
    p.tellAll()
  })
}

const scope = self as unknown as { onconnect?: (event: MessageEvent) => void } & Port
if ('onconnect' in scope) scope.onconnect = (event) => event.ports.forEach(serve)
else serve(scope)
