import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Outbox, type Item, type Receipt } from '../../src/core/outbox.ts'
import { Moot, Offline, refusedFor } from '../../src/core/problem.ts'
import type { ID } from '../../src/crypto/envelope/bytes.ts'
import { MemoryVault } from './memory.ts'

const id = (n: number) => n.toString(16).padStart(32, '0') as ID
const threadA = id(0xa)
const threadB = id(0xb)

let made = 0
function message(n: number, thread: ID, more: Partial<Item> = {}): Item {
  return { id: id(n), kind: 'msg', thread, content: { type: 'text', text: `message ${n}` }, made: ++made, ...more }
}

/** A service that takes everything, until it is told otherwise. */
class Service {
  readonly got: ID[] = []
  answer: (item: Item) => void = () => undefined
  deliver = async (item: Item): Promise<Receipt> => {
    this.answer(item)
    this.got.push(item.id)
    return { thread: item.thread, index: this.got.length }
  }
}

describe('outbox', () => {
  let vault: MemoryVault
  let service: Service
  let box: Outbox

  beforeEach(() => {
    vi.useFakeTimers()
    vault = new MemoryVault()
    service = new Service()
    box = new Outbox(vault, service.deliver, () => undefined)
  })
  afterEach(() => vi.useRealTimers())

  it('sends in the order in which things were written and keeps nothing that was confirmed', async () => {
    for (const n of [1, 2, 3]) await box.keep(message(n, n === 2 ? threadB : threadA))
    await box.flush()
    expect(service.got).toEqual([id(1), id(2), id(3)])
    expect(box.all()).toEqual([])
    expect(await vault.list('')).toEqual([])
  })

  it('keeps everything while the service is away, over a restart', async () => {
    service.answer = () => {
      throw new Offline('away')
    }
    for (const n of [1, 2]) await box.keep(message(n, threadA))
    await box.flush()
    expect(service.got).toEqual([])
    const next = new Service()
    const again = new Outbox(vault, next.deliver, () => undefined)
    await again.restore()
    await again.flush()
    expect(next.got).toEqual([id(1), id(2)])
  })

  it('a message that was refused for good stays, says why, and holds back only its own thread', async () => {
    service.answer = (item) => {
      if (item.id === id(1)) throw new Moot('sealed away')
    }
    await box.keep(message(1, threadA))
    await box.keep(message(2, threadA))
    await box.keep(message(3, threadB))
    await box.flush()
    expect(service.got).toEqual([id(3)])
    expect(box.get(id(1))?.failed?.text).toContain('no longer possible')
    expect(box.get(id(1))?.content?.text).toBe('message 1')
    await box.remove(id(1))
    await box.flush()
    expect(service.got).toEqual([id(3), id(2)])
  })

  it('nothing leaves before its time, it can be taken back until then, and nothing overtakes it', async () => {
    await box.keep(message(1, threadA, { leaves: Date.now() + 8000 }))
    await box.keep(message(2, threadA))
    await box.flush()
    await vi.advanceTimersByTimeAsync(7999)
    expect(service.got).toEqual([])
    await box.remove(id(1))
    await vi.advanceTimersByTimeAsync(10_000)
    await box.flush()
    expect(service.got).toEqual([id(2)])
  })

  it('what is done after a held message goes out after it, or not at all if it is taken back', async () => {
    for (const back of [false, true]) {
      service.got.length = 0
      await box.keep(message(1, threadA, { leaves: Date.now() + 8000 }))
      expect(await box.put({ id: id(2), kind: 'close', thread: threadA, made: ++made })).toBeUndefined()
      if (back) await box.takeBack(id(1))
      await vi.advanceTimersByTimeAsync(back ? 0 : 8001)
      await box.flush()
      expect(service.got).toEqual(back ? [] : [id(1), id(2)])
      expect(box.all()).toEqual([])
    }
  })

  it('what is held back goes out by itself', async () => {
    await box.keep(message(1, threadA, { leaves: Date.now() + 8000 }))
    await box.flush()
    await vi.advanceTimersByTimeAsync(8001)
    expect(service.got).toEqual([id(1)])
  })

  it('a refusal that passes keeps the message and its order', async () => {
    let lapsed = true
    service.answer = () => {
      if (lapsed) throw refusedFor('not_certified')
    }
    await box.keep(message(1, threadA))
    await box.keep(message(2, threadA))
    await box.flush()
    expect(box.get(id(1))?.failed).toBeUndefined()
    lapsed = false
    await box.flush()
    expect(service.got).toEqual([id(1), id(2)])
  })

  it('what could not go for a passing reason is tried again by itself', async () => {
    let busy = true
    service.answer = () => {
      if (busy) throw refusedFor('rate')
    }
    await box.keep(message(1, threadA))
    await box.flush()
    expect(service.got).toEqual([])
    busy = false
    await vi.advanceTimersByTimeAsync(3001)
    expect(service.got).toEqual([id(1)])
  })

  it('an act that somebody waits for is told what became of it and does not linger', async () => {
    service.answer = () => {
      throw new Offline('away')
    }
    await expect(box.put({ id: id(9), kind: 'claim', thread: threadA, made: ++made })).rejects.toBeInstanceOf(Offline)
    expect(box.all()).toEqual([])
  })

  /** A reason, an act and what follows it, as one. */
  async function group(leaves?: number): Promise<Item[]> {
    const more = { group: id(1), ...(leaves === undefined ? {} : { leaves }) }
    const items: Item[] = [
      { id: id(1), kind: 'note', thread: threadA, content: { type: 'handover', text: 'on leave' }, made: 1, ...more },
      { id: id(2), kind: 'transfer', thread: threadA, made: 2, does: { what: 'transfer', to: id(9) }, ...more }, { id: id(3), kind: 'notes', thread: threadA, made: 3, ...more },
    ]
    for (const i of items) await box.keep(i)
    return items
  }

  it('takes acts back together that are one, and leaves what was written since', async () => {
    await group(Date.now() + 8000)
    await box.keep(message(7, threadA))
    expect((await box.takeBack(id(1)))?.content?.text).toBe('on leave')
    expect(box.all().map((i) => i.id)).toEqual([id(7)])
  })

  it('lets nothing of a group go before its time', async () => {
    await group(Date.now() + 8000)
    await box.flush()
    expect(service.got).toEqual([])
    await vi.advanceTimersByTimeAsync(8000)
    expect(service.got).toEqual([id(1), id(2), id(3)])
  })

  it('gives a group up as one where a part of it is refused, and tells it', async () => {
    const told: unknown[] = []
    box = new Outbox(vault, service.deliver, () => undefined, (item, problem, dropped) => told.push([item.id, problem?.code, dropped.map((d) => d.id)]))
    service.answer = (item) => {
      if (item.kind === 'transfer') throw new Moot('no such offer')
    }
    await group()
    await box.keep(message(7, threadA))
    await box.flush()
    expect(told).toEqual([[id(1), undefined, []], [id(2), 'moot', [id(2), id(3)]]])
    await box.flush()
    expect(service.got).toEqual([id(1), id(7)]) // what was written since goes out
  })

  it('an act without words that is refused for good does not stand in the way of messages', async () => {
    service.answer = (item) => {
      if (item.kind === 'close') throw new Moot('closed already')
    }
    await box.keep({ id: id(1), kind: 'close', thread: threadA, made: 1 })
    await box.keep(message(2, threadA, { made: 2 }))
    await box.flush()
    await box.flush()
    expect(service.got).toEqual([id(2)])
  })
})
