// What a screen asks the worker for when it opens.

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { told, type Told } from './problem.ts'

export interface AskedOnce<T> {
  value: T | undefined
  failed: Told | undefined
  again: () => void
}

export function useAsked<T>(call: () => Promise<T>): AskedOnce<T> {
  const value = useSignal<T | undefined>(undefined)
  const failed = useSignal<Told | undefined>(undefined)
  const again = () => {
    call().then((v) => {
      value.value = v
      failed.value = undefined
    }, (error: unknown) => {
      failed.value = told(error)
    })
  }
  useEffect(again, [])
  return { value: value.value, failed: failed.value, again }
}
