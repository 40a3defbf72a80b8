// Where the person is: an address that can be kept, shared between tabs and gone
// back to. Addresses name places and ids, never words of a thread.

import { signal } from '@preact/signals'
import type { Id } from '../link/facts.ts'

export type SettingsPage = 'display' | 'telling' | 'devices' | 'sign-in' | 'shortcuts'

/** Places of those who look after people. */
export type OfficePage = 'people' | 'invitations' | 'roster' | 'lines' | 'announcements' | 'returns' | 'log'

export type Route =
  /** filter: what a list is narrowed to, as the address has it. */
  | { at: 'home'; filter?: string }
  | { at: 'thread'; thread: Id; filter?: string }
  | { at: 'line'; line: Id; thread?: Id; filter?: string }
  /** A lead's numbers of a line. */
  | { at: 'board'; line: Id }
  | { at: 'new'; step: 1 | 2 | 3; line?: Id; topic?: string }
  | { at: 'search' }
  /** Where the consumers of whoever asks stand. */
  | { at: 'cases' }
  | { at: 'settings'; page: SettingsPage }
  /** item: the row of a person, or a line. */
  | { at: 'office'; page: OfficePage; item?: string }
  | { at: 'setup' }
  | { at: 'add' }
  | { at: 'recover' }
  | { at: 'unknown' }

const idPattern = /^[0-9a-f]{32}$/
const topicPattern = /^[a-z-]{1,32}$/
const pages: readonly SettingsPage[] = ['display', 'telling', 'devices', 'sign-in', 'shortcuts']

const officePages: readonly OfficePage[] = ['people', 'invitations', 'roster', 'lines', 'announcements', 'returns', 'log']

/** An address with a stray percent sign names no place. */
function plain(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

function officeRoute(page: OfficePage, rest: readonly string[]): Route {
  const [item] = rest
  if (item === undefined) return { at: 'office', page }
  const name = plain(item)
  const good = rest.length === 1 && name !== undefined && (page === 'people' || (page === 'lines' && idPattern.test(name)))
  return good ? { at: 'office', page, item: name } : { at: 'unknown' }
}

function lineRoute(line: string, rest: string[]): Route {
  if (!idPattern.test(line)) return { at: 'unknown' }
  if (rest.length === 0) return { at: 'line', line }
  const [, thread] = rest
  return rest[0] === 't' && thread !== undefined && idPattern.test(thread) ? { at: 'line', line, thread } : { at: 'unknown' }
}

function newRoute(query: URLSearchParams): Route {
  const line = query.get('line') ?? undefined
  const topic = query.get('topic') ?? undefined
  const asked = query.get('step') === '3' ? 3 : query.get('step') === '2' ? 2 : 1
  const good = line !== undefined && idPattern.test(line) && topic !== undefined && topicPattern.test(topic)
  return good ? { at: 'new', step: asked, line, topic } : { at: 'new', step: 1 }
}

const filterPattern = /^\??([a-z]+=[a-z-]+(?:&[a-z]+=[a-z-]+){0,3})$/

export function parse(path: string, search = ''): Route {
  const r = placeOf(path, search)
  const filter = r.at === 'home' || r.at === 'thread' || r.at === 'line' ? filterPattern.exec(search)?.[1] : undefined
  return filter === undefined ? r : ({ ...r, filter } as Route)
}

function placeOf(path: string, search: string): Route {
  const [first, second, ...rest] = path.split('/').filter((p) => p !== '')
  const query = new URLSearchParams(search)
  switch (first) {
    case undefined:
      return { at: 'home' }
    case 't':
      return second !== undefined && idPattern.test(second) && rest.length === 0 ? { at: 'thread', thread: second } : { at: 'unknown' }
    case 'line':
      return lineRoute(second ?? '', rest)
    case 'board':
      return idPattern.test(second ?? '') && rest.length === 0 ? { at: 'board', line: second ?? '' } : { at: 'unknown' }
    case 'new':
      return newRoute(query)
    case 'search':
    case 'cases':
    case 'add':
    case 'recover':
      return { at: first }
    case 'settings':
      return { at: 'settings', page: pages.find((p) => p === second) ?? 'display' }
    case 'setup':
      return { at: 'setup' }
    default: {
      const page = officePages.find((p) => p === first)
      return page === undefined ? { at: 'unknown' } : officeRoute(page, second === undefined ? [] : [second, ...rest])
    }
  }
}

export function format(r: Route): string {
  const place = formatPlace(r)
  return 'filter' in r && r.filter !== undefined ? `${place}?${r.filter}` : place
}

function formatPlace(r: Route): string {
  switch (r.at) {
    case 'thread':
      return `/t/${r.thread}`
    case 'line':
      return r.thread === undefined ? `/line/${r.line}` : `/line/${r.line}/t/${r.thread}`
    case 'new':
      return r.line === undefined || r.topic === undefined ? '/new' : `/new?step=${r.step}&line=${r.line}&topic=${r.topic}`
    case 'board':
      return `/board/${r.line}`
    case 'settings':
      return `/settings/${r.page}`
    case 'office':
      return r.item === undefined ? `/${r.page}` : `/${r.page}/${encodeURIComponent(r.item)}`
    case 'home':
    case 'unknown':
      return '/'
    default:
      return `/${r.at}` // also for a search: what is looked for is private, so the address does not say it
  }
}

export const route = signal<Route>({ at: 'home' })

/** A letter's secret, taken out of the address at once so that no history keeps it. */
export let letterInAddress = ''

export function go(to: Route, how: 'push' | 'replace' = 'push'): void {
  const address = format(to)
  if (how === 'push' && address !== location.pathname + location.search) history.pushState(null, '', address)
  else history.replaceState(history.state, '', address)
  route.value = to
}

/** Whether a place is one of those before signing in, where nobody stays once they are in. */
export function isDoor(r: Route): boolean {
  return r.at === 'setup' || r.at === 'add' || r.at === 'recover'
}

export function startRoutes(): void {
  const read = () => {
    route.value = parse(location.pathname, location.search)
  }
  read()
  if (route.value.at === 'setup' && location.hash.length > 1) {
    letterInAddress = location.hash
    history.replaceState(null, '', location.pathname)
  }
  addEventListener('popstate', read)
}
