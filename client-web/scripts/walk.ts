// Walks through the work with the keyboard alone, on the stage: the focus is
// never lost, letters do nothing while typing, and nothing moves by itself.

import assert from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import { theatre } from './theatre.ts'

const arc = (0xa).toString(16).padStart(32, '0')
const thread = (n: number) => (0x1000 + n).toString(16).padStart(32, '0')
const triaged = 20
/** Milliseconds for a busy machine to draw what a key did. */
const settle = 120

async function focus(page: Page): Promise<string> {
  await page.waitForTimeout(60)
  return page.evaluate(() => {
    const e = document.activeElement
    return e === null || e === document.body ? 'nothing' : e.id !== '' ? e.id : e.hasAttribute('data-thread') ? 'row' : `${e.tagName} ${e.className}`
  })
}

async function press(page: Page, key: string): Promise<string> {
  await page.keyboard.press(key)
  await page.waitForTimeout(settle)
  const at = await focus(page)
  assert.notEqual(at, 'nothing', `the focus is lost after ${key}`)
  return at
}

const title = (page: Page) => page.textContent('#thread-title')
const opened = (page: Page) => page.evaluate(() => location.pathname.slice(-32))

async function triage(page: Page): Promise<void> {
  await page.goto(`/line/${arc}`)
  await page.waitForSelector('.thread-row')
  await press(page, 'j')
  assert.equal(await press(page, 'j'), 'row')
  await press(page, 'Enter')
  await page.waitForSelector('#thread-title')
  assert.equal(await focus(page), 'thread-title')
  for (let i = 0; i < triaged; i++) {
    const before = await opened(page)
    await page.waitForSelector('.actbar')
    await press(page, 'c')
    if (await page.isVisible('#factor-code')) { // a sensitive one asks who takes it
      await page.keyboard.type('123456')
      await page.keyboard.press('Enter')
    }
    await page.waitForSelector('#message-box', { timeout: 3000 })
    assert.equal(await press(page, 'r'), 'message-box')
    await page.keyboard.type('Thank you. We see it, jkceu?')
    assert.equal(await page.inputValue('#message-box'), 'Thank you. We see it, jkceu?', 'letters are letters while typing')
    assert.equal(await press(page, 'Control+Enter'), 'thread-title')
    assert.match(await press(page, 'e'), /^BUTTON/, 'the first answer has the focus')
    await page.keyboard.press(i % 2 === 0 ? 'Enter' : String(1 + (i % 5))) // Enter for answered, a digit for any
    await page.waitForFunction((b) => !location.pathname.endsWith(b) && document.activeElement?.id === 'thread-title', before, { timeout: 3000 })
  }
}

async function windows(page: Page): Promise<void> {
  const before = await title(page)
  await press(page, '?')
  await page.waitForSelector('dialog')
  await press(page, 'j')
  assert.equal(await title(page), before, 'letters do nothing in a window')
  assert.equal(await press(page, 'Escape'), 'thread-title')
  await press(page, 'Control+k')
  await page.keyboard.type('settings')
  await press(page, 'Enter')
  await page.waitForSelector('.settings')
  await page.goBack()
  await page.waitForSelector('#thread-title')
  assert.equal(await title(page), before, 'Back comes to the same thread')
  await page.reload()
  await page.waitForSelector('#thread-title')
  assert.equal(await title(page), before, 'a reload stays at the thread')
}

async function notes(page: Page): Promise<void> {
  await page.goto(`/line/${arc}/t/${thread(5)}`)
  await page.waitForSelector('.modes')
  await page.focus('#thread-title')
  assert.equal(await press(page, 'n'), 'note-box')
  await page.keyboard.type('For us: call Jo')
  assert.equal(await page.inputValue('#note-box'), 'For us: call Jo')
  await page.click('.modes .mode.of-reply')
  await page.waitForSelector('.carry')
  await page.click('.carry .btn >> nth=0')
  assert.equal(await page.inputValue('#message-box'), '', 'words of a note do not go to the reply by themselves')
  await page.click('.modes .mode.of-note')
  assert.equal(await page.inputValue('#note-box'), 'For us: call Jo', 'and are not lost')
  await page.click('.modes .mode.of-reply')
  assert.equal(await page.isVisible('.carry'), false, 'asked once')
  await page.click('.modes .mode.of-note')
  await page.goto(`/line/${arc}/t/${thread(31)}`)
  await page.goto(`/line/${arc}/t/${thread(18)}`)
  await page.waitForSelector('.modes')
  assert.equal(await page.getAttribute('.modes .mode.of-reply', 'aria-pressed'), 'true', 'another thread begins with a reply')
  await page.goto(`/line/${arc}/t/${thread(5)}`)
  await page.waitForSelector('.modes')
  await page.focus('#thread-title')
  await press(page, 'n')
  await page.fill('#note-box', 'A second note')
  assert.equal(await press(page, 'Control+Enter'), 'thread-title')
  await page.waitForSelector('.msg.noted >> text=A second note')
}

async function handing(page: Page): Promise<void> {
  await page.goto(`/line/${arc}/t/${thread(5)}`)
  await page.waitForSelector('.actbar')
  await page.focus('#thread-title')
  await press(page, 't')
  await page.waitForSelector('dialog .choice')
  await page.click('dialog .choice')
  await page.click('dialog .btn.main')
  await page.waitForSelector('#handing-reason-wrong')
  assert.equal(await focus(page), 'handing-reason', 'the reason is asked for')
  await page.keyboard.type('On leave')
  await page.click('dialog .btn.main')
  await page.waitForSelector('.doing .strip .btn')
  await page.click('.doing .strip .btn')
  await page.waitForSelector('.doing', { state: 'detached' })
  assert.notEqual(await focus(page), 'nothing', 'the focus is kept after taking back')
  await page.focus('#thread-title')
  await press(page, 't')
  await page.waitForSelector('#handing-reason')
  assert.equal(await page.inputValue('#handing-reason'), 'On leave', 'the reason of an act that was taken back is kept')
}

async function off(page: Page): Promise<void> {
  await page.goto('/settings/shortcuts')
  await page.uncheck('#set-shortcuts')
  await page.reload()
  await page.waitForSelector('.settings')
  assert.equal(await page.isChecked('#set-shortcuts'), false, 'the choice stays after a reload')
  await page.goto(`/line/${arc}`)
  await page.waitForSelector('.thread-row')
  await page.focus('.thread-row')
  const before = await page.evaluate(() => document.activeElement?.getAttribute('data-thread'))
  await page.keyboard.press('j')
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-thread')), before, 'a letter that is off does nothing')
}

async function still(page: Page): Promise<void> {
  await page.goto(`/line/${arc}`)
  await page.waitForSelector('.thread-row')
  await page.focus('.thread-row >> nth=2')
  const order = () => page.$$eval('.thread-row', (rows) => rows.slice(0, 8).map((r) => `${r.getAttribute('data-thread')} ${r.getBoundingClientRect().top}`))
  const before = await order()
  await page.waitForSelector('.fresh', { timeout: 12_000 })
  assert.deepEqual(await order(), before, 'a new thread moves nothing')
  await page.click('.fresh')
  await page.waitForSelector('.fresh', { state: 'detached' })
}

async function assister(page: Page): Promise<void> {
  await page.goto(`/t/${thread(0)}`)
  await page.waitForSelector('#message-box')
  await page.focus('#message-box')
  await page.keyboard.type('First words')
  await page.goto(`/t/${thread(1)}`)
  await page.waitForSelector('#message-box')
  assert.equal(await page.inputValue('#message-box'), 'I asked the family again, and ', 'a draft belongs to its thread')
  await page.fill('#message-box', 'Taken back')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('.strip')
  assert.equal(await focus(page), 'message-box')
  await page.click('.strip .btn')
  await page.waitForFunction(() => (document.getElementById('message-box') as HTMLTextAreaElement).value === 'Taken back')
  assert.equal(await focus(page), 'message-box')
}

async function question(page: Page): Promise<void> {
  await page.goto('/new')
  await page.waitForSelector('.bigchoice')
  await page.focus('.bigchoice:has-text("Something else")')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#new-text')
  await page.fill('#new-text', 'What is missing?')
  await page.focus('#new-text')
  await page.keyboard.press('Tab')
  await page.click('button[type=submit]')
  await page.waitForSelector('.pre')
  await page.click('.btn.main')
  await page.waitForSelector('.strip')
  assert.match(page.url(), /\/t\/[0-9a-f]{32}$/)
}

/** Tabs until the focus is on something with these words. */
async function tabTo(page: Page, words: string, most = 60): Promise<void> {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab')
    const said = await page.evaluate(() => (document.activeElement?.textContent ?? '').trim())
    if (said.startsWith(words)) return
  }
  throw new Error(`no way by Tab to "${words}"`)
}

/** A registrar finds somebody, thinks better of suspending them, then does it, and goes back. */
async function registrar(page: Page): Promise<void> {
  await page.goto('/')
  await page.waitForSelector('tbody tr')
  await page.focus('#people-filter')
  await page.keyboard.type('amina halvorsen')
  await tabTo(page, 'Name')
  await press(page, 'Enter')
  assert.equal(await page.getAttribute('thead th >> nth=0', 'aria-sort'), 'descending', 'the order is announced')
  await tabTo(page, 'Amina Halvorsen')
  await press(page, 'Enter')
  await page.waitForSelector('.rows li')
  assert.match(page.url(), /\/people\/row-1$/)
  await tabTo(page, 'Suspend')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#factor-code')
  assert.equal(await focus(page), 'factor-code', 'the first focus is on nothing that takes away')
  assert.match(await press(page, 'Escape'), /danger/)
  assert.equal(await page.$('.done'), null, 'Escape changes nothing')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#factor-code')
  await page.keyboard.type('123456')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.done')
  assert.notEqual(await focus(page), 'nothing', 'the focus is lost after an act whose button is gone')
  await page.goBack()
  await page.waitForSelector('tbody tr')
  assert.equal(await page.inputValue('#people-filter'), 'amina halvorsen', 'what was looked for is still there')
  assert.notEqual(await focus(page), 'nothing', 'the focus is lost after Back')
}

/** A lead goes from the threads to the line, puts somebody on it and takes somebody off. */
async function lead(page: Page): Promise<void> {
  await page.goto('/')
  await page.waitForSelector('.thread-row')
  await page.focus('.menu > button >> nth=-1')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[role=menuitem]')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.bigchoice')
  assert.notEqual(await focus(page), 'nothing', 'the focus is lost between the workspaces')
  await tabTo(page, 'Assister Resource Center')
  await press(page, 'Enter')
  await page.waitForSelector('#add-who')
  const many = await page.$$eval('tbody tr', (rows) => rows.length)
  await page.focus('#add-who')
  await page.keyboard.press('ArrowDown')
  await tabTo(page, 'Add to the line')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#factor-code')
  assert.equal(await focus(page), 'factor-code')
  await page.keyboard.type('123456')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.done')
  await page.waitForFunction((n) => document.querySelectorAll('tbody tr').length === n + 1, many)
  await page.focus('tbody .btn.danger >> nth=0')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#factor-code')
  assert.equal(await focus(page), 'factor-code')
  assert.match((await page.textContent('dialog')) ?? '', /can no longer open what waits on/)
  await page.keyboard.type('123456')
  await page.keyboard.press('Enter')
  await page.waitForFunction((n) => document.querySelectorAll('tbody tr').length === n, many)
  assert.notEqual(await focus(page), 'nothing', 'the focus is lost when the row is gone')
}

async function scene(browser: Browser, base: string, name: string, ...walks: ((page: Page) => Promise<void>)[]): Promise<void> {
  for (const walk of walks) {
    const context = await browser.newContext({ baseURL: base, viewport: { width: 1440, height: 900 }, locale: 'en-US' })
    await context.addCookies([{ name: 'scene', value: name, url: base }])
    const page = await context.newPage()
    const wrong: string[] = []
    page.on('console', (m) => m.type() === 'error' && wrong.push(m.text()))
    page.on('pageerror', (e) => wrong.push(e.message))
    if (walk === windows) await page.goto(`/line/${arc}/t/${thread(0)}`)
    if (walk === windows) await page.waitForSelector('#thread-title')
    if (walk === windows) await page.focus('#thread-title')
    await walk(page)
    assert.deepEqual(wrong, [], 'the console is quiet')
    await context.close()
    console.log(`ok  ${name}: ${walk.name}`)
  }
}

const { browser, base, close } = await theatre()
try {
  await scene(browser, base, 'specialist', triage, windows, notes, handing, off)
  await scene(browser, base, 'specialist-lively', still)
  await scene(browser, base, 'assister', assister, question)
  await scene(browser, base, 'admin', registrar)
  await scene(browser, base, 'admin-lead', lead)
} finally {
  await close()
}
