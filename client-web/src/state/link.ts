// The calls of the worker, for every screen. Facts flow the other way, into the
// file of each fact.

import type { Asked, Calls, Later, Problem } from '../link/calls.ts'
import { Failure } from '../link/caller.ts'
import { connect } from '../link/page.ts'
import { acts } from './acts.ts'
import { alarm } from './alarm.ts'
import { connection } from './connection.ts'
import { house } from './house.ts'
import { lines } from './lines.ts'
import { me } from './me.ts'
import { offers } from './offers.ts'
import { own } from './own.ts'
import { passkeyGet, passkeyMake } from './passkey.ts'
import { phase } from './phase.ts'
import { queues } from './queues.ts'
import { rows } from './rows.ts'
import { same } from './same.ts'
import { signInEnds } from './signin.ts'
import { thread } from './thread.ts'
import { progressed } from './uploads.ts'

const facts = { phase, me, connection, lines, rows, queues, thread, own, alarm, house, signInEnds, offers, acts }

export let calls: Asked<Calls & Later>

export function startLink(): void {
  calls = connect({
    fact: (name, value) => {
      // Each fact's signal has the fact's own type; the table pairs them by name.
      const kept = facts[name] as { value: unknown }
      kept.value = same(kept.value, value)
    },
    upload: progressed,
    page: { passkeyGet, passkeyMake },
  }) as Asked<Calls & Later>
}

/** What a failed call says to a person. */
export function problemOf(error: unknown): Problem {
  return error instanceof Failure ? error.problem : { code: 'unexpected', text: '', hint: '' }
}
