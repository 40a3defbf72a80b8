import { signal } from '@preact/signals'
import type { Line } from '../link/facts.ts'

export const lines = signal<Line[]>([])
