// The record of a consumer's written permission, with what it usually says.

import type { Consent } from '../link/desk.ts'
import { isDay, today } from '../talk/day.ts'
import { Area, Field } from '../ui/field.tsx'
import { ask } from '../words/asking.ts'
import type { WrongOf } from './fields.tsx'
import { noConsent, yearAfter } from './question.ts'

/** What a permission usually says; the days are the person's to give. */
export function usualConsent(): Consent {
  const words = ask().consent
  return { ...noConsent(), scope: words.scopeText, purpose: words.purposeText, rescind: words.rescindText }
}

export function ConsentFields({ id, consent, wrong, set }: { id: string; consent: Consent; wrong: WrongOf; set: (c: Consent) => void }) {
  const words = ask().consent
  const given = (day: string) => {
    // The suggested end follows the day until somebody gives another one.
    const suggested = consent.until === '' || consent.until === yearAfter(consent.given)
    set({ ...consent, given: day, ...(suggested && isDay(day) ? { until: yearAfter(day) } : {}) })
  }
  const one = (name: keyof Consent) => ({ id: `${id}-${name}`, value: consent[name], wrong: wrong(`${id}-${name}`), set: (v: string) => set({ ...consent, [name]: v }) })
  return (
    <div class="stack-s">
      <Area {...one('scope')} label={words.scope} more={{ rows: 2 }} />
      <Area {...one('purpose')} label={words.purpose} more={{ rows: 2 }} />
      <div class="cells">
        <Field {...one('given')} label={words.given} set={given} look="day" more={{ type: 'date', max: today() }} />
        <Field {...one('until')} label={words.until} hint={words.untilHint} look="day" more={{ type: 'date' }} />
      </div>
      <Area {...one('rescind')} label={words.rescind} more={{ rows: 2 }} />
    </div>
  )
}
