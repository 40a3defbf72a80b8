import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icons.tsx'

type Tone = 'calm' | 'warn' | 'bad' | 'good'
const icons: Record<Tone, IconName> = { calm: 'info', warn: 'warn', bad: 'warn', good: 'check' }

export function Note({ tone = 'calm', icon, children }: { tone?: Tone; icon?: IconName; children: ComponentChildren }) {
  return (
    <div class={`note ${tone}`}>
      <Icon name={icon ?? icons[tone]} />
      <div class="grow">{children}</div>
    </div>
  )
}

export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} size={36} />
      <h2>{title}</h2>
      {children}
    </div>
  )
}
