// What the agency tells its assisters: above their questions until they have read it.

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { News } from '../link/desk.ts'
import { announce } from '../state/announce.ts'
import { calls } from '../state/link.ts'
import { when } from '../state/time.ts'
import { Icon } from '../ui/icons.tsx'
import { news } from '../words/news.ts'

export function Announcements() {
  const words = news()
  const unread = useSignal<readonly News[]>([])
  useEffect(() => {
    calls.announcements().then((all) => { unread.value = all.filter((x) => !x.read) }, () => undefined) // without a connection there is no news; an alarm is told by itself
  }, [])
  const read = async (x: News) => {
    unread.value = unread.value.filter((y) => y.id !== x.id)
    announce(words.isRead)
    await calls.readAnnouncement(x.id).catch(() => undefined) // it comes again with the next visit
  }
  if (unread.value.length === 0) return null
  return (
    <section class="news" aria-label={words.title}>
      {unread.value.map((x) => (
        <article key={x.id} class="note">
          <Icon name="info" size={20} />
          <div>
            <h2>{x.title}</h2>
            {x.text.split('\n').map((line, i) => <p key={i}>{line}</p>)}
            <p class="mute small">{words.from(x.by, when(x.from))}</p>
            <button type="button" class="btn" onClick={() => void read(x)}>{words.read}<span class="unseen"> {x.title}</span></button>
          </div>
        </article>
      ))}
    </section>
  )
}
