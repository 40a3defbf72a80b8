import { signal } from '@preact/signals'
import type { Upload } from '../link/calls.ts'

/** How far each upload is, by its name. */
export const uploads = signal<Record<string, Upload>>({})

export function progressed(u: Upload): void {
  uploads.value = { ...uploads.value, [u.upload]: u }
}

export function forgetUpload(name: string): void {
  const { [name]: _, ...rest } = uploads.value
  uploads.value = rest
}
