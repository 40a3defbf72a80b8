// Files on their way, by the thread they belong to ("new" before there is one).

import { signal } from '@preact/signals'
import type { Attachment, Id } from '../link/facts.ts'
import { limits } from '../wire/tables.ts'
import { calls } from './link.ts'
import { forgetUpload } from './uploads.ts'

export interface Going {
  upload: string
  file: File
  state: 'going' | 'done' | 'failed'
  attachment?: Attachment
}

export type Place = Id | 'new'

const kinds = /^(image\/(png|jpeg|gif|webp|heic|heif)|application\/pdf|text\/(plain|csv)|application\/(msword|vnd\.ms-excel|vnd\.openxmlformats-officedocument\.(wordprocessingml\.document|spreadsheetml\.sheet)))$/
export const accepted = 'image/*,.pdf,.txt,.csv,.doc,.docx,.xls,.xlsx'

export const files = signal<Record<Place, Going[]>>({})
let count = 0

function change(place: Place, to: (list: Going[]) => Going[]): void {
  files.value = { ...files.value, [place]: to(files.value[place] ?? []) }
}

/** Why a file is refused before anything is read of it. */
export function refusal(file: { size: number; type: string }): 'tooBig' | 'badKind' | undefined {
  if (file.size > limits.maxFile) return 'tooBig'
  return kinds.test(file.type) ? undefined : 'badKind'
}

function run(place: Place, going: Going): void {
  const settle = (x: Partial<Going>) => change(place, (l) => l.map((g) => (g.upload === going.upload ? { ...g, ...x } : g)))
  calls.attach({ upload: going.upload, thread: place === 'new' ? undefined : place, file: going.file })
    .then((attachment) => settle({ state: 'done', attachment }), () => settle({ state: 'failed' }))
    .finally(() => forgetUpload(going.upload))
}

export function attach(place: Place, file: File): void {
  const going: Going = { upload: `upload-${Date.now()}-${++count}`, file, state: 'going' }
  change(place, (l) => [...l, going])
  run(place, going)
}

export function again(place: Place, upload: string): void {
  const going = (files.value[place] ?? []).find((g) => g.upload === upload)
  if (going === undefined) return
  change(place, (l) => l.map((g) => (g.upload === upload ? { ...g, state: 'going' } : g)))
  run(place, going)
}

export function drop(place: Place, upload: string): void {
  const going = (files.value[place] ?? []).find((g) => g.upload === upload)
  if (going?.state === 'going') void calls.cancel(upload).catch(() => undefined) // it may have ended this moment
  change(place, (l) => l.filter((g) => g.upload !== upload))
}

export function clear(place: Place): void {
  change(place, () => [])
}
