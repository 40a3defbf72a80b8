import { describe, expect, it } from 'vitest'
import { Digests } from '../../src/core/digests.ts'
import type { Event, Thread } from '../../src/core/thread.ts'
import type { ID } from '../../src/crypto/envelope/bytes.ts'
import { MemoryVault } from './memory.ts'

const me = 'a'.repeat(32) as ID
const them = 'b'.repeat(32) as ID
const thread = 'c'.repeat(32) as ID

function said(index: number, acct: ID, text: string, subject?: string): Event {
  return { index, at: 1000 + index, type: 'msg', acct, unproven: false, identifiers: false, content: { type: 'text', text, ...(subject === undefined ? {} : { subject }) } }
}

/** Only what a digest is made from. */
function threadOf(events: Event[]): Thread {
  return { id: thread, next: events.length, events } as unknown as Thread
}

describe('digests', () => {
  it('counts what others wrote after what was read, here or elsewhere', async () => {
    const d = new Digests(new MemoryVault(), me)
    const events = [said(0, me, 'one'), said(1, them, 'two'), said(2, them, 'three')]
    await d.take(threadOf(events))
    expect(d.unread(thread)).toBe(2)
    expect(d.firstUnread(thread)).toBe(1)
    expect(await d.read(thread, 1)).toBe(true)
    expect(d.unread(thread)).toBe(1)
    const ack: Event = { index: 3, at: 1, type: 'ack', acct: me, unproven: false, identifiers: false, upTo: 2 }
    await d.take(threadOf([...events, ack]))
    expect(d.unread(thread)).toBe(0)
    expect(await d.read(thread, 2)).toBe(false)
  })

  it('finds parts of words, without marks and capitals, all of them, and shows where', async () => {
    const d = new Digests(new MemoryVault(), me)
    await d.take(threadOf([said(0, me, 'La señora Núñez cambió de dirección', 'Change of address'), said(1, them, 'nothing')]))
    for (const [text, hits] of [['nunez', 1], ['DIRECC', 1], ['direcc senor', 1], ['address', 1], ['direcc otter', 0], ['   ', 0]] as const) {
      expect(d.search(text, () => 'Nora').found.length, text).toBe(hits)
    }
    const hit = d.search('cambi', () => 'Nora').found[0]
    expect(hit?.excerpt.slice(hit.from, hit.to)).toBe('cambi')
  })

  it('is there again after a restart', async () => {
    const vault = new MemoryVault()
    await new Digests(vault, me).take(threadOf([said(0, them, 'kept words')]))
    const again = new Digests(vault, me)
    await again.restore()
    expect(again.search('kept', () => '').found).toHaveLength(1)
    expect(again.unread(thread)).toBe(1)
  })
})
