// The workspace of those who look after people: registrar, agency administrator,
// records officer, auditor. What is not here yet has no button.

import { Settings } from '../settings/settings.tsx'
import { Link } from '../shell/bar.tsx'
import { Frame, NotFound } from '../shell/frame.tsx'
import { route } from '../state/route.ts'
import { w } from '../words/words.ts'
import { People } from './people.tsx'

export function Admin() {
  const { at } = route.value
  return (
    <Frame nav={<nav class="lines" aria-label={w().app.menu}><Link to={{ at: 'home' }} look="tab" here={at !== 'settings'}>{w().admin.people}</Link></nav>}>
      {at === 'settings' ? <Settings /> : at === 'home' ? <People /> : <NotFound />}
    </Frame>
  )
}
