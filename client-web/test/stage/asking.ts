// The screens of a new question, filled in by made-up people.

import type { Page } from 'playwright-core'
import type { Shot } from './shots.ts'

const ready = '.bigchoice'

function pick(title: string) {
  return async (page: Page) => {
    await page.click(`.bigchoice:has-text("${title}")`)
    await page.waitForSelector('#new-subject')
  }
}

async function person(page: Page, n: number, label: string, reference: string, name: string): Promise<void> {
  const one = page.locator('.whom').nth(n)
  await one.getByLabel('What you call them here').fill(label)
  await one.getByLabel('Case number').fill(reference)
  await one.getByLabel('Name, as on official papers').fill(name)
  await one.getByLabel('Birth date').fill('1987-04-12')
}

async function status(page: Page): Promise<void> {
  await pick('Application or case status')(page)
  await person(page, 0, 'M. O.', '410200', "Maya O'Neil-Vang")
  await page.fill('#all-given', '2026-10-02')
  await page.check('#f-about-0')
  await page.fill('#f-question', 'The consumer sent her pay stubs twice. What is missing?')
}

const next = async (page: Page) => {
  await page.click('.ends button[type=submit]')
  await page.waitForTimeout(60)
}

const whole = async (page: Page, selector: string) => {
  await page.$eval(selector, (e) => e.scrollIntoView({ block: 'start' }))
}

const id = (n: number) => n.toString(16).padStart(32, '0')
const t = (n: number) => `/t/${id(0x1000 + n)}`

/** Where a question stands, and the cases. */
export const standing: Shot[] = [
  { name: 'stand-list', scene: 'assister-told', ready: '.thread-row' },
  { name: 'stand-line', scene: 'assister-told', path: t(32), ready: '.standing' },
  { name: 'stand-paused', scene: 'assister-told', path: t(30), ready: '.standing' },
  { name: 'stand-call-waits', scene: 'assister-told', path: t(40), ready: '.standing' },
  { name: 'stand-call-now', scene: 'assister-told', path: t(41), ready: '.spokencodes dl' },
  { name: 'stand-call-missed', scene: 'assister-told', path: t(42), ready: '.standing' },
  { name: 'stand-call-over', scene: 'assister-told', path: t(43), ready: '.standing' },
  { name: 'stand-call-es', scene: 'assister-told', path: t(41), ready: '.spokencodes dl', display: { language: 'es' } },
  { name: 'stand-ask-call', scene: 'assister-told', path: t(32), ready: '.callacts .btn', act: async (p) => {
    await p.click('.callacts .btn')
    await p.check('#call-other')
    await p.click('dialog button[type=submit]')
    await p.waitForSelector('dialog .summary')
  } },
  { name: 'stand-later', scene: 'assister-told', path: t(40), ready: '.callacts .btn', act: async (p) => {
    await p.click('.callacts .btn:has-text("Later")')
    await p.waitForSelector('#later')
  } },
  { name: 'stand-cancel', scene: 'assister-told', path: t(40), ready: '.callacts .btn', act: async (p) => {
    await p.click('.callacts .btn:has-text("Cancel the call")')
    await p.waitForSelector('dialog')
  } },
  { name: 'stand-urgent', scene: 'assister-told', path: t(32), ready: '.callacts .link', act: async (p) => {
    await p.click('.callacts .link')
    await p.click('dialog button[type=submit]')
    await p.waitForSelector('#why-urgent-wrong')
  } },
  { name: 'cases', scene: 'assister-told', path: '/cases', ready: '.casecard' },
  { name: 'cases-find', scene: 'assister-told', path: '/cases', ready: '.casecard', act: async (p) => {
    await p.fill('#cases-find', '4102')
  } },
  { name: 'cases-lapsed', scene: 'assister-lapsed', path: '/cases', ready: '.casecard' },
  { name: 'cases-es', scene: 'assister-told', path: '/cases', ready: '.casecard', display: { language: 'es' } },
]

export const asking: Shot[] = [
  { name: 'assister-new-1', scene: 'assister', path: '/new', ready },
  { name: 'assister-new-1-broker', scene: 'support', path: '/new', ready },
  { name: 'assister-new-1-elsewhere', scene: 'broker', path: '/new', ready, act: async (p) => {
    await p.click('.bigchoice.away >> nth=0')
    await p.waitForSelector('.choices .note')
    await whole(p, '.bigchoice.away')
  } },
  { name: 'assister-new-1-failed', scene: 'assister-no-desks', path: '/new', ready },
  { name: 'assister-new-2', scene: 'assister', path: '/new', ready, act: pick('Something else') },
  { name: 'assister-new-2-status', scene: 'assister', path: '/new', ready, act: status },
  { name: 'assister-new-2-whom', scene: 'assister', path: '/new', ready, act: async (p) => {
    await status(p)
    await whole(p, '#who-title')
  } },
  { name: 'assister-new-2-permission', scene: 'assister', path: '/new', ready, act: async (p) => {
    await status(p)
    await whole(p, '#all-scope')
  } },
  { name: 'assister-new-2-same', scene: 'assister', path: '/new', ready, act: async (p) => {
    await pick('Application or case status')(p)
    await person(p, 0, 'M. O.', '123456', 'Maya Vang')
    await p.waitForSelector('.whom .note.warn')
    await whole(p, '.whom')
  } },
  { name: 'assister-new-2-paste', scene: 'assister', path: '/new', ready, act: async (p) => {
    await pick('Application or case status')(p)
    await p.click('.paste summary')
    await p.fill('#paste-rows', 'Name\tBirth date\tCase\tSSN\nPao Lor\t12/1/1990\t410237\t0021\nDeqa Ali\t13/45/1990\t\t\nKou Thao\t1971-06-30\t410311\t')
    await p.click('.paste .btn')
    await p.waitForSelector('#paste-rows-wrong')
    await whole(p, '.paste')
  } },
  { name: 'assister-new-2-phone', scene: 'assister', path: '/new', ready, act: async (p) => {
    await pick('A life event')(p)
    await p.fill('#f-details', 'She moved to Duluth in May and her income went down.')
    await p.waitForSelector('.foundkinds .note')
  } },
  { name: 'assister-new-2-call', scene: 'assister', path: '/new', ready, act: async (p) => {
    await pick('A life event')(p)
    await p.check('#by-phone-death')
    await p.check('#call-other')
    await whole(p, '#call-title')
  } },
  { name: 'assister-new-2-names', scene: 'assister', path: '/new', ready, act: async (p) => {
    await pick('Create an account')(p)
    await p.fill('#f-last', 'Núñez-O’Neil')
    await whole(p, '#f-first')
  } },
  { name: 'assister-new-2-table', scene: 'broker', path: '/new', ready, act: async (p) => {
    await pick('Agent of record')(p)
    await p.click('#f-rows-add')
    await whole(p, '#f-rows')
  } },
  { name: 'assister-new-2-wrong', scene: 'assister', path: '/new', ready, act: async (p) => {
    await pick('Application or case status')(p)
    await p.fill('#new-subject', '')
    await next(p)
    await p.waitForSelector('.summary')
  } },
  { name: 'assister-new-2-wrong-whom', scene: 'assister', path: '/new', ready, act: async (p) => {
    await pick('Application or case status')(p)
    await next(p)
    await p.waitForSelector('.summary')
    await whole(p, '.whom')
  } },
  { name: 'assister-new-3', scene: 'assister', path: '/new', ready, act: async (p) => {
    await status(p)
    await next(p)
    await p.waitForSelector('.pairs')
  } },
  { name: 'assister-new-3-call', scene: 'assister', path: '/new', ready, act: async (p) => {
    await pick('Something else')(p)
    await p.fill('#new-text', 'The website says that my training is not done. It is.')
    await p.check('#call-wants')
    await p.selectOption('#new-urgent', 'deadline-today')
    await next(p)
    await p.waitForSelector('.pre')
  } },
  { name: 'assister-new-2-es', scene: 'assister', path: '/new', ready, display: { language: 'es' }, act: async (p) => {
    await pick('A life event')(p)
    await p.check('#by-phone-death')
  } },
]
