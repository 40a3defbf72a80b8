// Looks at every screen in every state: takes a picture, and fails on a broken
// rule of accessibility, a console error, a refused policy, a page that scrolls
// sideways, or words that are cut off.
//   npm run look -- --out folder [--only name] [--width 390] [--look dark] [--quick]

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { shots, type Shot } from '../test/stage/shots.ts'
import { flag, has } from './flags.ts'
import { theatre } from './theatre.ts'

interface Size {
  width: number
  height: number
}

const sizes: Size[] = [{ width: 1440, height: 900 }, { width: 768, height: 1024 }, { width: 390, height: 844 }, { width: 320, height: 640 }, { width: 320, height: 256 }]
const looks = ['light', 'dark', 'forced'] as const
type Look = (typeof looks)[number]

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Elements whose words do not fit: cut, without an ellipsis that says so. */
function clipped(): string[] {
  const out: string[] = []
  for (const el of document.querySelectorAll<HTMLElement>('body *')) {
    if (el.closest('.unseen, thead, svg') !== null || getComputedStyle(el).clipPath !== 'none' || el.checkVisibility() === false) continue
    const hasText = [...el.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && (n.textContent ?? '').trim() !== '')
    if (!hasText || ['TEXTAREA', 'SELECT', 'OPTION', 'INPUT'].includes(el.tagName)) continue
    const style = getComputedStyle(el)
    const box = el.getBoundingClientRect()
    if (box.width > 0 && style.textOverflow !== 'ellipsis' && style.overflowX !== 'auto' && el.scrollWidth > el.clientWidth + 1 && el.clientWidth > 0) out.push(`cut: ${el.tagName}.${el.className} "${(el.textContent ?? '').slice(0, 40)}"`)
    // Scrolled panes may hold more than they show; words beside the screen can be reached by nobody.
    if (box.width > 0 && box.right > innerWidth + 1 && el.closest('nav.lines, .tablebox') === null) out.push(`outside: ${el.tagName}.${el.className} "${(el.textContent ?? '').slice(0, 40)}"`)
  }
  return out
}

async function judge(page: Page): Promise<string[]> {
  const wrong: string[] = []
  const axe = await new AxeBuilder({ page }).withTags(rules).analyze()
  for (const v of axe.violations) wrong.push(`axe ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(' | ')}`)
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  if (over > 0) wrong.push(`scrolls sideways by ${over} px`)
  wrong.push(...(await page.evaluate(clipped)))
  return wrong
}

interface Job {
  browser: Browser
  base: string
  out: string
}

async function one({ browser, base, out }: Job, shot: Shot, size: Size, look: Look): Promise<string[]> {
  const context = await browser.newContext({ viewport: size, colorScheme: look === 'dark' ? 'dark' : 'light', forcedColors: look === 'forced' ? 'active' : 'none', reducedMotion: 'reduce', locale: 'en-US' })
  const page = await context.newPage()
  const wrong: string[] = []
  page.on('console', (m) => {
    if (m.type() === 'error' || m.type() === 'warning') wrong.push(`console: ${m.text()}`)
  })
  page.on('pageerror', (e) => wrong.push(`error: ${e.message}`))
  page.on('request', (r) => {
    if (!r.url().startsWith(base) && !r.url().startsWith('blob:')) wrong.push(`another origin: ${r.url()}`)
  })
  try {
    await context.addCookies([{ name: 'scene', value: shot.scene, url: base }])
    if (shot.display !== undefined) await context.addInitScript((d) => localStorage.setItem('arcline.display', d), JSON.stringify(shot.display))
    await page.goto(base + (shot.path ?? '/'))
    await page.waitForSelector(shot.ready ?? 'h1', { timeout: 8000 })
    await shot.act?.(page)
    await page.waitForTimeout(shot.wait ?? 150)
    wrong.push(...(await judge(page)))
    await page.screenshot({ path: join(out, `${shot.name}-${size.width}${size.height === 256 ? 'x256' : ''}-${look}.png`) })
  } catch (error) {
    wrong.push(`did not get there: ${String(error).split('\n')[0]}`)
    await page.screenshot({ path: join(out, `${shot.name}-${size.width}-${look}-FAILED.png`) })
  } finally {
    await context.close()
  }
  return wrong
}

function combinations(): { size: Size; look: Look }[] {
  const only = flag('width', '')
  const seen = looks.filter((look) => flag('look', look) === look)
  const all = sizes.flatMap((size) => seen.map((look) => ({ size, look })))
  if (has('quick')) return all.filter(({ size, look }) => look === 'light' && (size.width === 1440 || size.width === 390))
  // Every size in light; dark and forced where they can differ most.
  return all.filter(({ size, look }) => (only === '' || String(size.width) === only) && (look === 'light' || size.width === 1440 || size.width === 390 || (size.width === 320 && size.height > 256)))
}

async function main(): Promise<void> {
  const out = flag('out', '')
  if (out === '') throw new TypeError('say where the pictures go: --out folder')
  mkdirSync(out, { recursive: true })
  const { browser, base, close } = await theatre()
  const only = flag('only', '')
  const jobs = shots.filter((s) => only === '' || new RegExp(only).test(s.name)).flatMap((shot) => combinations().map((c) => ({ shot, ...c })))
  const seen = jobs.length
  let bad = 0
  const work = async () => {
    for (let j = jobs.shift(); j !== undefined; j = jobs.shift()) {
      const wrong = await one({ browser, base, out }, j.shot, j.size, j.look)
      bad += wrong.length
      for (const x of new Set(wrong)) console.log(`${j.shot.name} ${j.size.width}x${j.size.height} ${j.look}: ${x}`)
    }
  }
  await Promise.all(Array.from({ length: Number(flag('at-once', '4')) }, work))
  await close()
  console.log(`${seen} pictures, ${bad} things wrong`)
  if (bad > 0) process.exitCode = 1
}

await main()
