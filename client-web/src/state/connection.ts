import { signal } from '@preact/signals'
import type { Connection } from '../link/facts.ts'

export const connection = signal<Connection>({ state: 'connecting', waiting: 0, skew: 0 })
