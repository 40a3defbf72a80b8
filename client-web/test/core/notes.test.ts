// What a service could serve in the place of a thread's notes, and how this side refuses it.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Log } from '../../src/core/log.ts'
import { NoteLog, type NotePin } from '../../src/core/notes.ts'
import { Alarm } from '../../src/core/problem.ts'
import type { Secrets } from '../../src/core/secrets.ts'
import { Thread } from '../../src/crypto/chain/thread.ts'
import type { Hash, ID } from '../../src/crypto/envelope/bytes.ts'
import { decodeHead } from '../../src/crypto/envelope/entry.ts'
import type { Stored } from '../../src/wire/gen.ts'
import { File } from '../crypto/file.ts'
import { loadWorld } from '../crypto/world.ts'

const vector = (name: string) => new File(readFileSync(new URL(`../../../crypto/vectors/testdata/${name}.txt`, import.meta.url), 'utf8'))

/** A log of two notes by Sam, the note of note-good among them at its own place. */
async function served(): Promise<{ about: ID; book: Log['book']; entries: Stored[]; log: ID }> {
  const f = vector('notes-note')
  const all = [...f.entries('entry'), ...f.entries('last')]
  const head = decodeHead(all[0]?.head ?? new Uint8Array(0))
  const entries = all.map((e, index) => ({ index, at: 1000 + index, entry: { head: e.head, sig: e.sig, ...(e.body.length === 0 ? {} : { body: e.body }) } }))
  return { about: head.about, book: await loadWorld(vector('world')), entries, log: head.thread }
}

async function reader(thread: ID, pin?: NotePin) {
  const s = await served()
  const log = { book: s.book, knownAt: () => true, learn: () => Promise.resolve(), sameLog: () => Promise.resolve() } as unknown as Log
  const secrets = { openEpoch: () => Promise.resolve(undefined) } as unknown as Secrets
  return { ...s, notes: new NoteLog(thread, log, secrets, pin) }
}

describe('a note log', () => {
  it('is taken beside its thread, and says where its words are not here', async () => {
    const { about } = await served()
    const { notes, entries, log } = await reader(about)
    await notes.feed(entries)
    expect(notes.next).toBe(3)
    expect(notes.pin.log).toBe(log)
    expect(notes.notes.map((n) => n.unread)).toEqual(['before', 'before'])
    await notes.feed(entries) // what was seen is skipped
    expect(notes.notes.length).toBe(2)
  })

  it('is an alarm beside another thread', async () => {
    const { notes, entries } = await reader('0'.repeat(31) + '7' as ID)
    await expect(notes.feed(entries)).rejects.toThrow(Alarm)
  })

  it('is an alarm where another log was seen before, or another past', async () => {
    const { about, log } = await served()
    const other = await reader(about, { next: 9, head: '' as Hash, log: '0'.repeat(31) + '7' as ID })
    await expect(other.notes.feed(other.entries)).rejects.toThrow(Alarm)
    const past = await reader(about, { next: 2, head: 'f'.repeat(64) as Hash, log })
    await expect(past.notes.feed(past.entries)).rejects.toThrow(Alarm)
  })

  it('is an alarm where an entry was changed or nobody signed it', async () => {
    const { about } = await served()
    const { notes, entries } = await reader(about)
    const bent = entries.map((e, i) => (i === 2 ? { ...e, entry: { ...e.entry, sig: e.entry.sig.map((b, at) => (at === 9 ? b ^ 1 : b)) } } : e))
    await expect(notes.feed(bent)).rejects.toThrow(Alarm)
  })

  it('is an alarm where whoever opened the thread holds it', async () => {
    const { about } = await served()
    const { notes, entries } = await reader(about)
    await notes.feed(entries)
    const t = Object.assign(new Thread(about), { opener: 'a'.repeat(32) as ID })
    expect(() => notes.fits(t)).not.toThrow()
    const opened = Object.assign(new Thread(about), { opener: notes.state?.holder })
    expect(() => notes.fits(opened)).toThrow(Alarm)
  })
})
