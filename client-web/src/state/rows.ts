import { computed, signal } from '@preact/signals'
import type { Row } from '../link/facts.ts'

/** Threads this person takes part in; undefined until the worker has told them. */
export const rows = signal<Row[] | undefined>(undefined)

/** How many have something that this person has not read. */
export const unreadCount = computed(() => (rows.value ?? []).filter((r) => r.unread > 0 || r.markedUnread).length)
