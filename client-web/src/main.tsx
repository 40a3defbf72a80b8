// The page: words, clock, link, and the screen that fits.

import { effect, signal } from '@preact/signals'
import { render, type ComponentType } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Live } from './shell/live.tsx'
import { announce } from './state/announce.ts'
import { startClock } from './state/clock.ts'
import { display, showDisplay } from './state/display.ts'
import { enrolling } from './state/enrolling.ts'
import { startLink } from './state/link.ts'
import { me, workspaceOf, type Workspace } from './state/me.ts'
import { phase } from './state/phase.ts'
import { format, go, isDoor, route, startRoutes } from './state/route.ts'
import { unreadCount } from './state/rows.ts'
import { use, w } from './words/words.ts'

type Name = Workspace | 'entry'

const screens: Record<Name, () => Promise<ComponentType>> = {
  entry: async () => (await import('./entry/entry.tsx')).Entry,
  assister: async () => (await import('./assister/start.ts')).start(),
  specialist: async () => {
    const [{ Specialist, ready }, { useTold }] = await Promise.all([import('./specialist/specialist.tsx'), import('./words/told.ts')])
    await Promise.all([ready(), useTold()])
    return Specialist
  },
  admin: async () => {
    const [{ Admin }, { useOffice }, { useNews }] = await Promise.all([import('./admin/admin.tsx'), import('./words/office.ts'), import('./words/news.ts')])
    await Promise.all([useOffice(), useNews()])
    return Admin
  },
}

const loaded = new Map<Name, ComponentType>()
const failed = signal(false)

function nameNow(): Name {
  if (phase.value.phase !== 'signed-in' || enrolling.value) return 'entry'
  // A lead answers threads, and looks after a line's people in the other workspace.
  if (me.value?.role === 'lead' && route.value.at === 'office') return 'admin'
  return workspaceOf(me.value) ?? 'entry'
}

/** Loads a workspace when it is first needed; a failed load says so and can be tried again. */
function useScreen(name: Name): ComponentType | undefined {
  const [, turn] = useState(0)
  useEffect(() => {
    if (loaded.has(name)) return
    screens[name]().then((c) => {
      loaded.set(name, c)
      failed.value = false
      turn((n) => n + 1)
    }, () => {
      failed.value = true
    })
  }, [name])
  return loaded.get(name)
}

function App() {
  const Screen = useScreen(nameNow())
  const before = useRef(Screen)
  useEffect(() => { // another workspace takes a moment to load
    if (before.current !== undefined && Screen !== undefined && before.current !== Screen) requestAnimationFrame(findFocus)
    before.current = Screen ?? before.current
  }, [Screen])
  const words = w()
  return (
    <>
      {Screen !== undefined ? <Screen /> : failed.value && (
        <main class="plain"><h1>{words.app.name}</h1><p>{words.banner.offline}</p><p><a href={location.href}>{words.entry.again}</a></p></main>
      )}
      <Live />
    </>
  )
}

/** A focus that went with what it was on goes to the page. */
function findFocus(): void {
  const there = document.activeElement
  if (there === null || there === document.body || !there.isConnected) document.querySelector<HTMLElement>('main')?.focus()
}

/** A change of place moves the focus to the new part, as loading a page would. */
function followPlaces(): void {
  const place = () => (route.value.at === 'office' ? format(route.value) : route.value.at)
  let before = place()
  effect(() => {
    const at = place()
    if (at === before) return
    before = at
    requestAnimationFrame(findFocus)
  })
}

async function start(): Promise<void> {
  showDisplay()
  startRoutes()
  startClock()
  await use(display.value.language)
  startLink()
  const root = document.getElementById('app')
  if (root === null) throw new TypeError('the page has no place for the app')
  root.textContent = ''
  render(<App />, root)
  effect(() => {
    document.title = unreadCount.value === 0 ? w().app.name : w().app.titleUnread(unreadCount.value)
  })
  effect(() => {
    const { language } = display.value
    if (document.documentElement.lang !== language) void use(language).then(() => announce(w().app.language))
  })
  effect(() => {
    if (nameNow() !== 'entry' && isDoor(route.value)) go({ at: 'home' }, 'replace')
  })
  followPlaces()
}

void start()
