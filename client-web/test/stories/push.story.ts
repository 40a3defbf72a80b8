// A push on a locked screen: it says that something has come, and nothing that
// the push said. No service sends any yet; the browser itself delivers them here.
// And the page can be installed.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrowserContext, CDPSession, Page, Worker } from 'playwright-core'
import { holders, World } from './world.ts'

const planted = ['Nora Snapdragon', 'periwinkle case 4712', 'delphinium']
const shownOnPurpose = ['Zelda Zinnia', 'agapanthus case 4713', 'calendula'] // the control

/** What of a service worker's own world this story touches. */
interface Within {
  registration: ServiceWorkerRegistration
}

interface Shown {
  title: string
  body: string
  rest: string
}

describe('a push', () => {
  let world: World
  let context: BrowserContext
  let page: Page
  let cdp: CDPSession
  let worker: Worker
  let registrationId = ''

  beforeAll(async () => {
    world = await World.raise()
    context = await world.browser()
    await context.grantPermissions(['notifications'], { origin: world.origin })
    page = context.pages()[0] ?? (await context.newPage())
    cdp = await context.newCDPSession(page)
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      for (const r of registrations) if (r.scopeURL === `${world.origin}/`) registrationId = r.registrationId
    })
    await cdp.send('ServiceWorker.enable')
  })

  afterAll(async () => {
    await world.end()
  })

  /** Everything that the worker has on the screen, in every field that a notification has. */
  async function shown(): Promise<Shown[]> {
    return await worker.evaluate(async () => {
      const all = await (globalThis as unknown as Within).registration.getNotifications()
      return all.map((n) => {
        const fields: Record<string, unknown> = {}
        for (const k in n) if (typeof n[k as keyof Notification] !== 'function') fields[k] = n[k as keyof Notification]
        return { title: n.title, body: n.body, rest: JSON.stringify(fields) }
      })
    })
  }

  async function waitsFor(count: number): Promise<Shown[]> {
    for (let i = 0; i < 100; i++) {
      const all = await shown()
      if (all.length === count) return all
      await new Promise((go) => setTimeout(go, 100))
    }
    throw new Error(`there are not ${count} notifications`)
  }

  async function clears(): Promise<void> {
    await worker.evaluate(async () => {
      for (const n of await (globalThis as unknown as Within).registration.getNotifications()) n.close()
    })
    await waitsFor(0)
  }

  it('is heard by a worker that the policy lets in by its exact address only', async () => {
    await page.goto(`${world.origin}/old.html`) // the service's headers, and no policy of the page's own yet
    const refused = await page.evaluate(() => navigator.serviceWorker.register('/push.js').then(() => '', (e: unknown) => String(e)))
    expect(refused).toContain('TrustedScriptURL')
    const started = context.waitForEvent('serviceworker')
    await page.evaluate(async () => {
      const types = (globalThis as unknown as { trustedTypes: { createPolicy(name: string, rules: object): { createScriptURL(path: string): string } } }).trustedTypes
      await navigator.serviceWorker.register(types.createPolicy('arcline-worker', { createScriptURL: (path: string) => path }).createScriptURL('/push.js'))
      await navigator.serviceWorker.ready
    })
    worker = await started
    expect(worker.url()).toBe(`${world.origin}/push.js`)
    world.faults.policy.length = 0 // the one that was refused on purpose
    world.faults.console.length = 0
  })

  it('shows the constant words, whatever it carries', async () => {
    expect(registrationId).not.toBe('')
    const carried = [JSON.stringify({ title: planted[0], body: planted[1], data: { text: planted[2] } }), planted.join(' '), '']
    for (const data of carried) {
      await cdp.send('ServiceWorker.deliverPushMessage', { origin: world.origin, registrationId, data })
      const all = await waitsFor(1)
      expect(all[0]).toMatchObject({ title: 'arcline', body: 'You have a new secure message.' })
      for (const p of planted) for (const word of p.split(' ')) expect(all[0]?.rest).not.toContain(word)
      await clears()
    }
  })

  it('a worker that did show what came would be seen', async () => {
    await worker.evaluate(async ([title, body, data]) => (globalThis as unknown as Within).registration.showNotification(title ?? '', { body: body ?? '', data }), shownOnPurpose)
    const [n] = await waitsFor(1)
    for (const p of shownOnPurpose) expect(n?.rest).toContain(p)
    await clears()
  })

  it('keeps nothing and stands between the page and nothing', async () => {
    const kept = await page.evaluate(async () => ({ caches: await caches.keys(), stores: (await indexedDB.databases()).map((d) => d.name) }))
    expect(kept).toEqual({ caches: [], stores: [] })
    await page.goto(`${world.origin}/`)
    await page.getByRole('heading').first().waitFor()
    const through = await page.evaluate(() => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).workerStart)
    expect(through).toBe(0)
  })

  it('the page can be installed', async () => {
    const { errors, manifest, data } = await appManifest(cdp)
    expect(errors).toEqual([])
    expect(manifest).toMatchObject({ id: `${world.origin}/`, scope: `${world.origin}/`, display: 'kStandalone' })
    expect(JSON.parse(data)).toMatchObject({ id: '/', lang: 'en', scope: '/' })
    const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors')
    expect(installabilityErrors.map((e) => e.errorId).filter((id) => id !== 'in-incognito')).toEqual([])
  })

  it('no error, no report of the policy, no request elsewhere, nothing of a push at rest', async () => {
    expect(world.faults).toEqual({ console: [], policy: [], foreign: [] })
    await context.close()
    for (const p of world.profiles) {
      expect(holders(p, planted)).toEqual([])
      expect(holders(p, shownOnPurpose)).not.toEqual([]) // what a notification says is at rest in the browser, and found there
    }
  })
})

async function appManifest(cdp: CDPSession): Promise<{ errors: string[]; manifest: unknown; data: string }> {
  const m = await cdp.send('Page.getAppManifest')
  return { errors: m.errors.map((e) => e.message), manifest: m.manifest, data: m.data ?? '' }
}
