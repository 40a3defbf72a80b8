import { signal } from '@preact/signals'
import type { Me } from '../link/facts.ts'

/** Who this browser belongs to. */
export const me = signal<Me | undefined>(undefined)

export type Workspace = 'assister' | 'specialist' | 'admin'

/** Which screens are this person's; undefined until the registrar has certified them. */
export function workspaceOf(m: Me | undefined): Workspace | undefined {
  switch (m?.role) {
    case undefined:
      return undefined
    case 'specialist':
    case 'lead':
      return 'specialist'
    case 'agency-admin':
    case 'registrar':
    case 'records':
    case 'auditor':
      return 'admin'
    default:
      return 'assister'
  }
}
