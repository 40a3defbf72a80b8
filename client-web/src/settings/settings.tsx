// Settings, the same for everybody.

import type { ComponentType } from 'preact'
import { Link } from '../shell/bar.tsx'
import { workspaceOf, me } from '../state/me.ts'
import { route, type SettingsPage } from '../state/route.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import { w } from '../words/words.ts'
import { Devices } from './devices.tsx'
import { DisplayPage } from './display.tsx'
import { Shortcuts } from './shortcuts.tsx'
import { SignInPage } from './signin.tsx'
import { Telling, tellingWord } from './telling.tsx'

const pages: readonly { page: SettingsPage; icon: IconName; word: 'display' | 'telling' | 'devices' | 'signIn' | 'shortcuts'; show: ComponentType }[] = [
  { page: 'display', icon: 'gear', word: 'display', show: DisplayPage },
  { page: 'telling', icon: 'letter', word: 'telling', show: Telling },
  { page: 'devices', icon: 'device', word: 'devices', show: Devices },
  { page: 'sign-in', icon: 'shield', word: 'signIn', show: SignInPage },
  { page: 'shortcuts', icon: 'pen', word: 'shortcuts', show: Shortcuts },
]

export function Settings() {
  const words = w().settings
  const r = route.value
  const here = r.at === 'settings' ? r.page : 'display'
  const asks = workspaceOf(me.value)
  const telling = asks === 'admin' ? '' : tellingWord()
  const shown = pages.filter((p) => (p.page !== 'shortcuts' || asks === 'specialist') && (p.page !== 'telling' || telling !== ''))
  const Show = (shown.find((p) => p.page === here) ?? pages[0])?.show
  return (
    <main id="main" class="page" tabIndex={-1}>
      <div class="in wide">
        <h1>{words.title}</h1>
        <div class="settings">
          <nav aria-label={words.title}>
            {shown.map((p) => <Link key={p.page} to={{ at: 'settings', page: p.page }} look="" here={p.page === here}><Icon name={p.icon} />{p.word === 'telling' ? telling : words[p.word]}</Link>)}
          </nav>
          <div>{Show !== undefined && <Show key={here} />}</div>
        </div>
      </div>
    </main>
  )
}
