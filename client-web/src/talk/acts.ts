// What can be done with one message, the same for everybody who takes part.

import type { Attachment, Id } from '../link/facts.ts'
import { announce } from '../state/announce.ts'
import { calls } from '../state/link.ts'
import { sentence } from '../state/problem.ts'
import { w } from '../words/words.ts'
import { tellTrouble } from '../state/trouble.ts'
import { restoreText } from './drafts.ts'
import type { MessageActs } from './message.tsx'

const keepFor = 60_000

/** Hands a file to the browser's own downloads. */
function hand(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), keepFor)
}

export async function undo(thread: Id, key: string): Promise<void> {
  try {
    restoreText(thread, await calls.undo(key))
    announce(w().message.undone)
  } catch (error) {
    tellTrouble(sentence(error))
  }
}

export function actsFor(thread: Id): MessageActs {
  const tell = (error: unknown) => tellTrouble(sentence(error))
  return {
    undo: (key) => void undo(thread, key),
    retry: (key) => void calls.retry(key).catch(tell),
    discard: (key) => void calls.discard(key).catch(tell),
    download: (file: Attachment) => {
      announce(w().message.downloading)
      calls.download({ thread, file: file.id }).then((blob) => hand(blob, file.name), tell)
    },
  }
}
