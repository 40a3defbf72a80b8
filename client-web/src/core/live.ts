// The live connection: opened when somebody needs it, opened again when it
// breaks, and the same for everybody in this browser.

import type { Connection } from '../link/facts.ts'
import * as wire from '../wire/gen.ts'
import type { Access } from './access.ts'
import { isCode, Offline, Refused } from './problem.ts'
import { Socket } from './socket.ts'

/** Pauses between tries to reach a lost service, in milliseconds. */
const firstWait = 250
const maxWait = 5000

export interface Listener {
  entries(thread: wire.ID, notes: boolean, entries: wire.Stored[]): void
  /** A new socket is open: whatever was followed must be asked for again. */
  opened(socket: Socket): void
  state(): void
  /** When the sign-in ends if nobody does anything, Unix milliseconds by the service's clock. */
  ends(at: number): void
  /** Who of a line's people is at its threads now. */
  present(line: wire.ID, people: wire.AtThread[]): void
  /** The sign-in has ended: nobody can go on without a new one. */
  ended(error: Refused): void
}

export class Live {
  readonly #origin: string
  readonly #access: Access
  readonly #listener: Listener
  #socket: Promise<Socket> | undefined
  #wait = firstWait
  #retry: ReturnType<typeof setTimeout> | undefined
  #stopped = true
  /** The service's clock minus this device's, in milliseconds. */
  skew = 0
  state: Connection['state'] = 'connecting'

  constructor(origin: string, access: Access, listener: Listener) {
    this.#origin = origin
    this.#access = access
    this.#listener = listener
  }

  /** Keeps a connection from now on. */
  start(): void {
    this.#stopped = false
    this.#wait = firstWait
    void this.socket().catch(() => undefined)
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#retry)
    const socket = this.#socket
    this.#socket = undefined
    void socket?.then((s) => s.fail(new Offline('signed out'))).catch(() => undefined)
  }

  /** The network came back, or the machine woke: try at once. */
  wake(): void {
    if (this.#stopped || this.#socket !== undefined) return
    this.#wait = firstWait
    clearTimeout(this.#retry)
    void this.socket().catch(() => undefined)
  }

  /** The live socket, opening one if there is none. */
  socket(): Promise<Socket> {
    if (this.#stopped) return Promise.reject(new Offline('signed out'))
    this.#socket ??= this.#open()
    return this.#socket
  }

  #become(state: Connection['state']): void {
    this.state = state
    this.#listener.state()
  }

  async #open(): Promise<Socket> {
    clearTimeout(this.#retry)
    this.#become('connecting')
    try {
      const { ticket } = await this.#access.call({ method: 'POST', path: '/v1/ticket' }, wire.decodeTicket)
      const socket = await Socket.open(this.#origin, ticket, {
        entries: (t, n, e) => this.#listener.entries(t, n, e), closed: (error) => this.#lost(error), ends: (at) => this.#listener.ends(at),
        present: (line, people) => this.#listener.present(line, people),
      })
      this.skew = socket.hello.now - Date.now()
      this.#wait = firstWait
      this.#become('online')
      queueMicrotask(() => this.#listener.opened(socket))
      socket.ping()
      return socket
    } catch (error) {
      this.#lost(error)
      throw error
    }
  }

  #lost(error: unknown): void {
    this.#socket = undefined
    if (this.#stopped) return
    if (error instanceof Refused && (isCode(error, 'sign_in') || isCode(error, 'expired') || isCode(error, 'device_revoked') || isCode(error, 'suspended'))) {
      this.#stopped = true
      this.#listener.ended(error)
      return
    }
    this.#become('offline')
    this.#retry = setTimeout(() => this.wake(), this.#wait * (0.5 + Math.random() / 2))
    this.#wait = Math.min(2 * this.#wait, maxWait)
  }
}
