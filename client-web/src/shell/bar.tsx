// The bar on top: where one can go, and who one is.

import type { ComponentChildren } from 'preact'
import { calls } from '../state/link.ts'
import { me } from '../state/me.ts'
import { sentence } from '../state/problem.ts'
import { format, go, route, type Route } from '../state/route.ts'
import { tellTrouble } from '../state/trouble.ts'
import { Icon, Wordmark } from '../ui/icons.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { w } from '../words/words.ts'

export function Link({ to, look, here, children }: { to: Route; look: string; here: boolean; children: ComponentChildren }) {
  const follow = (e: MouseEvent) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey) return
    e.preventDefault()
    go(to)
  }
  return <a class={look} href={format(to)} aria-current={here ? 'page' : undefined} onClick={follow}>{children}</a>
}

function You() {
  const m = me.value
  const words = w().app
  if (m === undefined) return null
  const said = (
    <>
      <b>{m.name}</b>
      {m.role !== undefined && w().roles[m.role]}{m.organization !== '' && `, ${m.organization}`}
    </>
  )
  const out = () => void calls.signOut().catch((error: unknown) => tellTrouble(sentence(error)))
  return (
    <Menu label={`${m.name}: ${words.you}`} said={said} face={<><Icon name="person" /><span class="who">{m.name}</span><Icon name="down" size={14} /></>}>
      {m.role === 'lead' && <MenuItem act={() => go({ at: 'office', page: 'lines' })}><Icon name="people" />{words.lookAfter}</MenuItem>}
      <MenuItem act={() => go({ at: 'settings', page: 'display' })}><Icon name="gear" />{words.settings}</MenuItem>
      <MenuItem act={() => go({ at: 'settings', page: 'devices' })}><Icon name="device" />{w().settings.devices}</MenuItem>
      <MenuItem act={out}><Icon name="out" />{words.signOut}</MenuItem>
    </Menu>
  )
}

export function Bar({ children, tools }: { children?: ComponentChildren; tools?: ComponentChildren }) {
  const words = w().app
  const skip = (e: Event) => {
    e.preventDefault()
    document.getElementById('main')?.focus()
  }
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>{words.skip}</a>
      <header class="bar">
        <Link to={{ at: 'home' }} look="mark" here={route.value.at === 'home'}><Wordmark />{words.name}</Link>
        {children}
        <span class="grow" />
        {tools}
        <You />
      </header>
    </>
  )
}
