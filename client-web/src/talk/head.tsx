// The lines above the messages that everybody needs: what cannot wait, and where
// one is when the thread is not there.

import { house } from '../state/house.ts'
import { Icon } from '../ui/icons.tsx'
import { w } from '../words/words.ts'

export function Urgent() {
  const h = house.value
  const words = w().thread
  if (h === undefined || h.urgentPhone === '') return null
  return (
    <p class="urgent">
      <Icon name="phone" size={15} /><span class="onlywide">{words.urgent} {words.urgentCall}</span> <a href={`tel:${h.urgentPhone.replace(/[^+\d]/g, '')}`}>{h.urgentPhone}</a><span>{h.urgentHours}</span>
    </p>
  )
}
