// Tells the worker which thread is on the screen, and forgets it when it is not.

import { useEffect } from 'preact/hooks'
import type { Id } from '../link/facts.ts'
import { calls } from '../state/link.ts'
import { sentence } from '../state/problem.ts'
import { tellTrouble } from '../state/trouble.ts'

export function useLook(thread: Id | undefined): void {
  useEffect(() => {
    calls.look(thread).catch((error: unknown) => tellTrouble(sentence(error)))
  }, [thread])
  // From one thread to the next nobody has to know of a moment in between.
  useEffect(() => () => void calls.look(undefined).catch(() => undefined), [])
}
