// A call that came too fast is made again; one that always does fails, and alone.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Socket } from '../../src/core/socket.ts'
import { isCode } from '../../src/core/problem.ts'

/** The service's end: answers each frame as the test says. */
class FakeSocket {
  static last: FakeSocket
  static answer: (rid: number, count: number) => object
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: (() => void) | null = null
  readonly sent: string[] = []
  closed = false

  constructor() {
    FakeSocket.last = this
    setTimeout(() => this.say({ type: 'hello', version: 1, account: 'a'.repeat(32), device: 'd'.repeat(32), role: 'navigator', now: 0, session: 's' }), 0)
  }

  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }

  send(text: string): void {
    this.sent.push(text)
    const { rid } = JSON.parse(text) as { rid: number }
    setTimeout(() => this.say(FakeSocket.answer(rid, this.sent.length)), 1)
  }

  close(): void {
    this.closed = true
  }
}

const tooFast = (rid: number) => ({ type: 'error', rid, code: 'rate', text: 'Too fast.', hint: 'Wait.' })

const opened = async (): Promise<Socket> => {
  const ears = { entries: () => undefined, closed: () => undefined, ends: () => undefined, present: () => undefined }
  const opening = Socket.open('http://localhost', 'ticket', ears)
  await vi.advanceTimersByTimeAsync(1)
  return opening
}

describe('a socket', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('WebSocket', FakeSocket)
  })

  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  it('makes a call again that came too fast, as it was', async () => {
    FakeSocket.answer = (rid, count) => (count < 4 ? tooFast(rid) : { type: 'done', rid })
    const socket = await opened()
    const answer = socket.call({ type: 'ping' })
    await vi.advanceTimersByTimeAsync(5000)
    expect((await answer).type).toBe('done')
    expect(FakeSocket.last.sent).toHaveLength(4)
    expect(new Set(FakeSocket.last.sent).size).toBe(1)
    expect(socket.broken).toBe(false)
  })

  it('gives up after a while, and that call alone', async () => {
    FakeSocket.answer = (rid) => (rid === 1 ? tooFast(rid) : { type: 'done', rid })
    const socket = await opened()
    const never = socket.call({ type: 'ping' }).catch((error: unknown) => error)
    const other = socket.call({ type: 'ping' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(isCode(await never, 'rate')).toBe(true)
    expect((await other).type).toBe('done')
    expect(FakeSocket.last.closed).toBe(false)
  })
})
