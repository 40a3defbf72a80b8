// One socket. Calls are answered by their number; entries and lists go to
// whoever asked for them. A broken socket fails every call: whoever waits goes
// on with the next one, from their own cursor.

import {
  decodeServerFrame, encodeClientFrame, limits, subprotocol, ticketPrefix,
  type AtThread, type ClientFrame, type Hello, type ID, type ServerFrame, type Stored, type Threads,
} from '../wire/gen.ts'
import { Offline, Refused } from './problem.ts'

type Answer = Exclude<ServerFrame, { type: 'hello' } | { type: 'entries' } | { type: 'present' } | { type: 'error' }>

interface Wait {
  good: (frame: Answer) => void
  bad: (error: Error) => void
  /** As it was sent. */
  text: string
  /** How often it came too fast. */
  held: number
}

/** A call that came too fast did nothing: it is made again after a pause, in milliseconds, so many times. */
const ratePause = 500
const mostHeld = 20

/** A frame without the number that the socket gives it. */
export type Unnumbered = ClientFrame extends infer F ? (F extends { rid: number } ? Omit<F, 'rid'> : never) : never

/** What a socket hears without having asked. */
export interface Ears {
  /** notes: of the note log beside the thread. */
  entries(thread: ID, notes: boolean, entries: Stored[]): void
  closed(error: Error): void
  /** When the sign-in ends if nobody does anything, Unix milliseconds by the service's clock. */
  ends(at: number): void
  /** Who of a line's people is at its threads now. */
  present(line: ID, people: AtThread[]): void
}

export class Socket {
  readonly hello: Hello
  readonly #ws: WebSocket
  readonly #waits = new Map<number, Wait>()
  readonly #lists = new Map<number, { rows: (rows: Threads) => void; over: () => void }>()
  readonly #entries: (thread: ID, notes: boolean, entries: Stored[]) => void
  readonly #closed: (error: Error) => void
  readonly #ends: (at: number) => void
  readonly #present: (line: ID, people: AtThread[]) => void
  #rid = 0
  #error: Error | undefined
  #ping: ReturnType<typeof setInterval> | undefined

  private constructor(ws: WebSocket, hello: Hello, ears: Ears) {
    this.#ws = ws
    this.hello = hello
    this.#entries = ears.entries
    this.#closed = ears.closed
    this.#ends = ears.ends
    this.#present = ears.present
    ws.onmessage = (event) => this.#read(String(event.data))
    ws.onclose = () => this.fail(new Offline('the connection was closed'))
    this.#ping = setInterval(() => this.ping(), limits.pingSeconds * 1000)
  }

  /** Opens a socket with a ticket and waits for its first frame. */
  static open(origin: string, ticket: string, ears: Ears): Promise<Socket> {
    return new Promise((good, bad) => {
      const ws = new WebSocket(`ws${origin.slice('http'.length)}/v1/socket`, [subprotocol, ticketPrefix + ticket])
      ws.onclose = () => bad(new Offline('no connection'))
      ws.onmessage = (event) => {
        try {
          const first = decodeServerFrame(String(event.data))
          if (first.type !== 'hello') throw new Offline('it does not speak this protocol')
          good(new Socket(ws, first, ears))
        } catch (error) {
          ws.close()
          bad(error instanceof Error ? error : new Offline('no greeting'))
        }
      }
    })
  }

  /** Says that this device is there, and hears when the sign-in ends. */
  ping(): void {
    this.call({ type: 'ping' }).then((answer) => {
      if (answer.type === 'pong') this.#ends(answer.ends)
    }, (error: unknown) => this.fail(error instanceof Error ? error : new Offline('no answer')))
  }

  get broken(): boolean {
    return this.#error !== undefined
  }

  #read(data: string): void {
    try {
      for (const line of data.split('\n')) this.#deliver(decodeServerFrame(line))
    } catch (error) {
      this.fail(error instanceof Error ? error : new Offline('it sent something that could not be read'))
    }
  }

  #deliver(frame: ServerFrame): void {
    switch (frame.type) {
      case 'hello':
        return
      case 'entries':
        return this.#entries(frame.thread, frame.notes === true, frame.entries)
      case 'present':
        return this.#present(frame.line, frame.people)
      case 'error': {
        const { code, text, hint, next } = frame
        if (code === 'rate' && this.#hold(frame.rid)) return
        this.#lists.get(frame.rid)?.over()
        this.#lists.delete(frame.rid)
        return this.#take(frame.rid)?.bad(new Refused({ code, text, hint }, next))
      }
      case 'threads': {
        this.#lists.get(frame.rid)?.rows(frame)
        this.#take(frame.rid)?.good(frame)
        return
      }
      default:
        this.#take(frame.rid)?.good(frame)
    }
  }

  #hold(rid: number): boolean {
    const wait = this.#waits.get(rid)
    if (wait === undefined || wait.held >= mostHeld) return false
    wait.held++
    setTimeout(() => {
      if (this.#waits.has(rid)) this.#ws.send(wait.text)
    }, ratePause * (0.5 + Math.random()))
    return true
  }

  #take(rid: number): Wait | undefined {
    const wait = this.#waits.get(rid)
    this.#waits.delete(rid)
    return wait
  }

  /** Sends a frame and waits for its answer. */
  call(frame: Unnumbered): Promise<Answer> {
    return this.#send(frame, undefined)
  }

  /** Asks for a list that goes on: rows are told first, and again as they change, until it is over. */
  list(line: ID | undefined, rows: (rows: Threads) => void, over: () => void): Promise<Answer> {
    return this.#send({ type: 'list', live: true, quiet: true, ...(line === undefined ? {} : { line }) }, { rows, over })
  }

  #send(frame: Unnumbered, list: { rows: (rows: Threads) => void; over: () => void } | undefined): Promise<Answer> {
    return new Promise((good, bad) => {
      if (this.#error !== undefined) return bad(this.#error)
      const rid = ++this.#rid
      const text = encodeClientFrame({ ...frame, rid } as ClientFrame)
      this.#waits.set(rid, { good, bad, text, held: 0 })
      if (list !== undefined) this.#lists.set(rid, list)
      this.#ws.send(text)
    })
  }

  /** Ends the socket; every call under way fails with the error. */
  fail(error: Error): void {
    if (this.#error !== undefined) return
    this.#error = error
    clearInterval(this.#ping)
    this.#ws.onclose = null
    this.#ws.close()
    for (const wait of this.#waits.values()) wait.bad(error)
    this.#waits.clear()
    this.#closed(error)
  }
}
