// Every screen in every state that the stage can play.

import type { Page } from 'playwright-core'
import { asking, standing } from './asking.ts'

export interface Shot {
  name: string
  scene: string
  path?: string
  ready?: string
  display?: Record<string, unknown>
  act?: (page: Page) => Promise<void>
  wait?: number
}

const id = (n: number) => n.toString(16).padStart(32, '0')
const arc = id(0xa)
const t = (n: number) => `/t/${id(0x1000 + n)}`
const inLine = (n: number) => `/line/${arc}/t/${id(0x1000 + n)}`

async function throughLetter(page: Page): Promise<void> {
  await page.fill('#letter-code', '7KQ2-MV9D')
  await page.click('button[type=submit]')
  await page.click('text=Yes, this is me')
}

async function throughPassword(page: Page): Promise<void> {
  await throughLetter(page)
  await page.fill('#new-password', 'correct horse battery staple')
  await page.fill('#new-password-2', 'correct horse battery staple')
  await page.click('button[type=submit]')
  await page.waitForSelector('.groups')
}

const code = '7KQ2-MV9D-X3HF-0PTR-6WJC-8NYB-E5GA-4ZSM'.split('-')

async function throughRecovery(page: Page): Promise<void> {
  await throughPassword(page)
  await page.click('text=I have written it down')
  for (const field of ['#group-a', '#group-b']) {
    const label = await page.textContent(`label[for=${field.slice(1)}]`)
    await page.fill(field, code[Number(/\d+/.exec(label ?? '')?.[0]) - 1] ?? '')
  }
  await page.click('button[type=submit]')
  await page.waitForSelector('.qr')
}

const toTop = async (page: Page) => {
  await page.$eval('.messages', (m) => { m.scrollTop = 0 })
}

const openCard = async (page: Page) => {
  await page.click('.casecard .btn >> nth=0')
  await page.fill('#factor-code', '123456')
  await page.click('dialog button[type=submit]')
  await page.waitForSelector('.opencard')
}

const entry: Shot[] = [
  { name: 'entry-new', scene: 'new' },
  { name: 'entry-starting', scene: 'starting', wait: 3400 },
  { name: 'entry-unusable-storage', scene: 'unusable-storage', ready: '.note' },
  { name: 'entry-unusable-private', scene: 'unusable-private', ready: '.note' },
  { name: 'entry-unusable-crypto', scene: 'unusable-crypto', ready: '.note' },
  { name: 'entry-old', scene: 'new', path: '/old.html' },
  { name: 'setup-1-letter', scene: 'new', path: '/setup', ready: '#letter-code' },
  { name: 'setup-1-refused', scene: 'letter-refused', path: '/setup', ready: '#letter-code', act: async (p) => {
    await p.fill('#letter-code', '1234')
    await p.click('button[type=submit]')
    await p.waitForSelector('.note.bad')
  } },
  { name: 'setup-1-link', scene: 'new', path: '/setup#7KQ2MV9D', ready: 'text=This letter is for' },
  { name: 'setup-2-password', scene: 'new', path: '/setup', ready: '#letter-code', act: throughLetter },
  { name: 'setup-2-wrong', scene: 'new', path: '/setup', ready: '#letter-code', act: async (p) => {
    await throughLetter(p)
    await p.fill('#new-password', 'short')
    await p.click('button[type=submit]')
  } },
  { name: 'setup-3-recovery', scene: 'new', path: '/setup', ready: '#letter-code', act: throughPassword },
  { name: 'setup-3-check', scene: 'new', path: '/setup', ready: '#letter-code', act: async (p) => {
    await throughPassword(p)
    await p.click('text=I have written it down')
    await p.fill('#group-a', 'ABCD')
    await p.click('button[type=submit]')
  } },
  { name: 'setup-4-app', scene: 'new', path: '/setup', ready: '#letter-code', act: throughRecovery },
  { name: 'setup-5-done', scene: 'new', path: '/setup', ready: '#letter-code', act: async (p) => {
    await throughRecovery(p)
    await p.fill('#app-code', '123456')
    await p.click('button[type=submit]')
    await p.waitForSelector('.todo')
  } },
  { name: 'setup-resumed', scene: 'app', ready: '.groups' },
  { name: 'setup-waiting', scene: 'waiting', ready: '.todo' },
  { name: 'second-1', scene: 'new', path: '/add', ready: '#pair-name' },
  { name: 'second-2-code', scene: 'new', path: '/add', ready: '#pair-name', act: async (p) => {
    await p.fill('#pair-name', 'mai.vang')
    await p.click('button[type=submit]')
    await p.waitForSelector('.paircode')
  } },
  { name: 'sign-in', scene: 'signed-out', ready: '#password' },
  { name: 'sign-in-empty', scene: 'signed-out', ready: '#password', act: async (p) => {
    await p.click('button[type=submit]')
  } },
  { name: 'sign-in-refused', scene: 'sign-in-refused', ready: '#password', act: async (p) => {
    await p.fill('#password', 'x')
    await p.fill('#code', '123456')
    await p.click('button[type=submit]')
    await p.waitForSelector('.note.bad')
  } },
  { name: 'sign-in-forget', scene: 'signed-out', ready: '#password', act: async (p) => {
    await p.click('text=Not you?')
    await p.click('text=Forget this browser')
    await p.waitForSelector('dialog')
  } },
  { name: 'sign-in-es', scene: 'signed-out', ready: '#password', display: { language: 'es' } },
  { name: 'sign-in-hmn', scene: 'signed-out', ready: '#password', display: { language: 'hmn' } },
]

const list = '.thread-row'

const assister: Shot[] = [
  { name: 'assister-list', scene: 'assister', ready: list },
  { name: 'assister-empty', scene: 'assister-empty', ready: '.empty' },
  { name: 'assister-loading', scene: 'assister-loading', ready: '.listpane', wait: 3400 },
  { name: 'assister-thread-long', scene: 'assister', path: t(0), ready: '.msg' },
  { name: 'assister-thread-waiting', scene: 'assister', path: t(1), ready: '.msg' },
  { name: 'assister-thread-trouble', scene: 'assister', path: t(2), ready: '.msg' },
  { name: 'assister-thread-closed', scene: 'assister', path: t(4), ready: '.msg' },
  { name: 'assister-thread-lapsed', scene: 'assister-lapsed', path: t(0), ready: '.msg' },
  { name: 'assister-thread-missing', scene: 'assister', path: t(99), ready: '.threadpane', wait: 3400 },
  { name: 'assister-readers', scene: 'assister', path: t(0), ready: '.msg', act: async (p) => {
    await p.click('.threadhead .link')
    await p.waitForSelector('dialog')
  } },
  { name: 'assister-undo', scene: 'assister', path: t(0), ready: '.msg', act: async (p) => {
    await p.fill('#message-box', 'Thank you, I will wait until tomorrow noon.')
    await p.click('.compose .btn.main')
    await p.waitForSelector('.strip')
  } },
  { name: 'assister-empty-send', scene: 'assister', path: t(0), ready: '.msg', act: async (p) => {
    await p.click('.compose .btn.main')
  } },
  { name: 'assister-factor', scene: 'assister', path: t(0), ready: '.msg', act: async (p) => {
    await p.fill('#message-box', 'Her birth date is in the file.')
    await p.click('#identifiers')
    await p.click('.compose .btn.main')
    await p.waitForSelector('dialog')
    await p.click('dialog button[type=submit]')
  } },
  { name: 'assister-upload', scene: 'assister', path: t(0), ready: '.msg', act: async (p) => {
    await p.setInputFiles('input[type=file]', [{ name: 'pay stubs October, scanned on the second floor.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(900_000) }, { name: 'setup.exe', mimeType: 'application/x-msdownload', buffer: Buffer.alloc(10) }])
    await p.waitForSelector('.ups')
  } },
  ...asking,
  ...standing,
  { name: 'assister-new-none', scene: 'no-line', path: '/new', ready: '.empty' },
  { name: 'assister-not-found', scene: 'assister', path: '/nowhere' },
  { name: 'assister-offline', scene: 'assister-offline', path: t(0), ready: '.banner' },
  { name: 'assister-timeout', scene: 'assister-timeout', ready: '.banner' },
  { name: 'assister-alarm', scene: 'assister-alarm', ready: '.banner' },
  { name: 'assister-own', scene: 'assister-own', ready: '.rows' },
  { name: 'assister-own-no', scene: 'assister-own', ready: '.rows', act: async (p) => {
    await p.click('.btn.danger')
    await p.waitForSelector('.todo')
  } },
  { name: 'assister-menu', scene: 'assister', ready: list, act: async (p) => {
    await p.click('.menu > button')
    await p.waitForSelector('.pop')
  } },
  { name: 'told-batch', scene: 'assister-told', path: t(30), ready: '.msg' },
  { name: 'told-batch-top', scene: 'assister-told', path: t(30), ready: '.msg', act: toTop },
  { name: 'told-one', scene: 'assister-told', path: t(31), ready: '.msg', act: toTop },
  { name: 'told-one-end', scene: 'assister-told', path: t(31), ready: '.msg' },
  { name: 'told-table', scene: 'assister-told', path: t(32), ready: '.msg', act: toTop },
  { name: 'told-ask-card', scene: 'assister-told', path: t(31), ready: '.msg', act: async (p) => {
    await p.click('.casecard .btn >> nth=0')
    await p.waitForSelector('#factor-code')
  } },
  { name: 'told-open-card', scene: 'assister-told', path: t(31), ready: '.msg', act: openCard },
  { name: 'told-take-back', scene: 'assister-told', path: t(30), ready: '.msg', act: async (p) => {
    await p.click('.plain-table .link >> nth=0')
    await p.waitForSelector('#take-on')
  } },
  { name: 'told-es', scene: 'assister-told', path: t(31), ready: '.msg', display: { language: 'es' }, act: toTop },
  { name: 'assister-es', scene: 'assister', path: t(0), ready: '.msg', display: { language: 'es' } },
  { name: 'assister-new-es', scene: 'assister', path: '/new', ready: '.bigchoice', display: { language: 'es' } },
]

const specialist: Shot[] = [
  { name: 'specialist-mine', scene: 'specialist', ready: list },
  { name: 'specialist-queue', scene: 'specialist', path: `/line/${arc}`, ready: list },
  { name: 'specialist-big', scene: 'specialist-big', path: `/line/${arc}`, ready: list },
  { name: 'specialist-compact', scene: 'specialist', path: inLine(5), ready: '.msg', display: { density: 'compact' } },
  { name: 'specialist-empty', scene: 'specialist-empty', path: `/line/${id(0xb)}`, ready: '.empty' },
  { name: 'specialist-thread-waiting', scene: 'specialist', path: inLine(0), ready: '.msg' },
  { name: 'specialist-thread-mine', scene: 'specialist', path: inLine(5), ready: '.msg' },
  { name: 'specialist-thread-trouble', scene: 'specialist', path: inLine(18), ready: '.msg' },
  { name: 'specialist-thread-other', scene: 'specialist', path: inLine(3), ready: '.msg' },
  { name: 'specialist-thread-offered', scene: 'specialist', path: t(900), ready: '.msg' },
  { name: 'specialist-side', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    if (await p.isVisible('.threadhead .sidetoggle')) await p.click('.threadhead .sidetoggle')
  } },
  { name: 'specialist-more', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    await p.click('.actbar .menu > button')
  } },
  { name: 'specialist-claimed', scene: 'specialist', path: inLine(0), ready: '.msg', act: async (p) => {
    await p.click('.actbar .btn.main')
    await p.waitForSelector('.compose textarea')
  } },
  { name: 'specialist-lost', scene: 'specialist-lost', path: inLine(0), ready: '.msg', act: async (p) => {
    await p.click('.actbar .btn.main')
    await p.waitForSelector('.banner')
  } },
  { name: 'specialist-fresh', scene: 'specialist-lively', path: `/line/${arc}`, ready: list, act: async (p) => {
    await p.focus(list)
    await p.waitForSelector('.fresh', { timeout: 9000 })
  } },
  { name: 'specialist-help', scene: 'specialist', ready: list, act: async (p) => {
    await p.keyboard.press('?')
    await p.waitForSelector('dialog')
  } },
  { name: 'specialist-palette', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    await p.keyboard.press('Control+k')
    await p.waitForSelector('dialog')
  } },
  { name: 'specialist-palette-find', scene: 'specialist-big', path: `/line/${arc}`, ready: list, act: async (p) => {
    await p.keyboard.press('Control+k')
    await p.fill('dialog input', 'notice vang')
  } },
  { name: 'specialist-transfer', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    await p.keyboard.press('t')
    await p.click('dialog .choice')
  } },
  { name: 'specialist-transfer-no-reason', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    await p.keyboard.press('t')
    await p.click('dialog .choice')
    await p.click('dialog .btn.main')
    await p.waitForSelector('#handing-reason-wrong')
  } },
  { name: 'specialist-transfer-held', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    await p.keyboard.press('t')
    await p.click('dialog .choice')
    await p.fill('#handing-reason', 'On leave from tomorrow.')
    await p.click('dialog .btn.main')
    await p.waitForSelector('.doing .strip')
  } },
  { name: 'specialist-transfer-gone', scene: 'specialist', path: inLine(5), ready: '.msg', display: { undo: 0 }, act: async (p) => {
    await p.keyboard.press('t')
    await p.click('dialog .choice')
    await p.fill('#handing-reason', 'On leave from tomorrow.')
    await p.click('dialog .btn.main')
    await p.waitForSelector('.doing .strip[role=status]')
  } },
  { name: 'specialist-release', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    await p.keyboard.press('b')
    await p.waitForSelector('dialog .then')
  } },
  { name: 'specialist-close', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    await p.keyboard.press('e')
    await p.waitForSelector('dialog .outcomes')
  } },
  { name: 'specialist-close-held', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    await p.keyboard.press('e')
    await p.waitForSelector('dialog .outcomes')
    await p.keyboard.press('3')
    await p.waitForSelector('.doing .strip')
  } },
  { name: 'specialist-note', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    await p.keyboard.press('n')
    await p.fill('#note-box', 'Called the county again.')
  } },
  { name: 'specialist-note-carry', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    await p.keyboard.press('n')
    await p.fill('#note-box', 'Called the county again.')
    await p.click('.modes .mode.of-reply')
    await p.waitForSelector('.carry')
  } },
  { name: 'specialist-note-waiting', scene: 'specialist', path: inLine(0), ready: '.msg', act: async (p) => {
    await p.keyboard.press('n')
    await p.waitForSelector('#note-box')
  } },
  { name: 'specialist-note-locked', scene: 'specialist', path: inLine(18), ready: '.msg', act: async (p) => {
    await p.keyboard.press('n')
    await p.waitForSelector('.compose.noted .locked')
  } },
  { name: 'specialist-note-es', scene: 'specialist', path: inLine(5), ready: '.msg', display: { language: 'es' }, act: async (p) => {
    await p.keyboard.press('n')
    await p.waitForSelector('#note-box')
  } },
  { name: 'specialist-safety', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    if (await p.isVisible('.threadhead .sidetoggle')) await p.click('.threadhead .sidetoggle')
    await p.click('text=Compare safety numbers')
    await p.waitForSelector('.safety')
  } },
  { name: 'specialist-safety-differ', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    if (await p.isVisible('.threadhead .sidetoggle')) await p.click('.threadhead .sidetoggle')
    await p.click('text=Compare safety numbers')
    await p.click('text=They do not match')
  } },
  { name: 'specialist-search', scene: 'specialist', path: '/search', ready: '#search-text', act: async (p) => {
    await p.fill('#search-text', 'pay stubs')
    await p.click('button[type=submit]')
    await p.waitForSelector('mark')
  } },
  { name: 'specialist-search-none', scene: 'specialist', path: '/search', ready: '#search-text', act: async (p) => {
    await p.fill('#search-text', 'zzz')
    await p.click('button[type=submit]')
    await p.waitForSelector('.empty')
  } },
  { name: 'specialist-offline', scene: 'specialist-offline', path: inLine(5), ready: '.banner' },
  { name: 'desk-filter', scene: 'specialist', path: `/line/${arc}?topic=status&lane=urgent`, ready: list, act: async (p) => {
    await p.click('.filterbar summary')
  } },
  { name: 'desk-filter-none', scene: 'specialist', path: `/line/${arc}?topic=status&clock=paused`, ready: '.empty' },
  ...(['w', 'g', 'l', 'm', 'h'] as const).map((key): Shot => ({ name: `desk-window-${key}`, scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    await p.keyboard.press(key)
    await p.waitForSelector('dialog .in > :nth-child(2)')
  } })),
  { name: 'desk-suggest', scene: 'desk-lead', path: inLine(0), ready: '.msg', act: async (p) => {
    await p.keyboard.press('a')
    await p.waitForSelector('dialog .choice')
  } },
  { name: 'desk-bulk', scene: 'desk-lead', path: `/line/${arc}`, ready: list, act: async (p) => {
    await p.focus(list)
    for (const key of ['x', ...Array<string>(14).fill('Shift+J')]) await p.keyboard.press(key)
    await p.click('.bulk .btn')
    await p.click('dialog .choice')
    await p.click('dialog .btn.main')
    await p.waitForSelector('dialog .summary')
  } },
  { name: 'desk-rule', scene: 'specialist', path: inLine(0), ready: '.msg', act: async (p) => {
    await p.click('.rule summary')
  } },
  { name: 'desk-split', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    await p.click('.actbar .menu > button')
    await p.click('text=Split off a new thread')
    await p.click('dialog .btn.main')
    await p.waitForSelector('.summary')
  } },
  { name: 'desk-answer', scene: 'specialist', path: inLine(5), ready: '.consumers', act: async (p) => {
    if (!(await p.isVisible('.consumers tbody'))) await p.click('.consumers summary')
    await p.click('.consumers tbody .btn >> nth=1')
    await p.click('#with-case')
    await p.click('dialog .btn.main')
    await p.waitForSelector('.summary')
  } },
  { name: 'desk-answered', scene: 'specialist', path: inLine(5), ready: '.consumers', act: async (p) => {
    if (!(await p.isVisible('.consumers tbody'))) await p.click('.consumers summary')
    for (const n of [1, 2]) {
      await p.click(`.consumers tbody .btn >> nth=${n}`)
      await p.click('#answer-state-first')
      await p.fill('#answer-text', 'Nothing is missing. The notice goes out on Friday.')
      await p.click('dialog .btn.main')
    }
    await p.click('.compose .tools .btn.main')
    await p.click('#gives-true')
    await p.click('#gives-kind-status')
  } },
  { name: 'desk-collision', scene: 'specialist', path: inLine(18), ready: '.msg', act: async (p) => {
    await p.fill('#message-box', 'I will look at it now.')
    await p.click('.compose .tools .btn.main')
    await p.waitForSelector('.collide')
  } },
  { name: 'desk-call', scene: 'specialist', path: inLine(2), ready: '.msg', act: async (p) => {
    await p.keyboard.press('p')
    await p.waitForSelector('dialog .ends')
  } },
  { name: 'desk-calling', scene: 'specialist', path: inLine(8), ready: '.msg', act: async (p) => {
    await p.keyboard.press('p')
    await p.click('dialog .btn.main')
    await p.waitForSelector('.codes')
    await p.click('dialog .btn.main')
    await p.fill('#factor-code', '123456')
    await p.click('dialog button[type=submit]')
    await p.waitForSelector('.callnumber')
  } },
  { name: 'desk-call-last', scene: 'specialist', path: inLine(20), ready: '.msg', act: async (p) => {
    await p.keyboard.press('p')
    await p.click('dialog .btn.main')
    await p.waitForSelector('.codes')
    await p.click('dialog .stack > .row .btn >> nth=0')
    await p.waitForSelector('#last-try')
  } },
  { name: 'desk-spoke', scene: 'specialist', path: inLine(5), ready: '.consumers', act: async (p) => {
    await p.waitForSelector('text=The consumer was on the phone')
    await p.keyboard.press('e')
    await p.keyboard.press('1')
    await p.waitForSelector('dialog .note')
    await p.click('dialog .note .btn')
    await p.click('dialog .ends .btn.main')
    await p.waitForSelector('.summary')
  } },
  { name: 'desk-close-refused', scene: 'specialist', path: inLine(5), ready: '.consumers', act: async (p) => {
    await p.waitForSelector('text=The consumer was on the phone')
    await p.keyboard.press('e')
    await p.keyboard.press('1')
    await p.waitForSelector('dialog .note')
  } },
  { name: 'desk-away', scene: 'specialist', ready: list, act: async (p) => {
    await p.click('.bar .menu > button >> nth=0')
    await p.click('[role=menuitem] >> nth=1')
    await p.waitForSelector('dialog')
  } },
  { name: 'desk-saved', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    await p.focus('#message-box')
    await p.keyboard.type('/app')
    await p.waitForSelector('.savedlist .hit')
  } },
  { name: 'desk-saved-fill', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    await p.focus('#message-box')
    await p.keyboard.type('/need')
    await p.waitForSelector('.savedlist .hit')
    await p.keyboard.press('Enter')
    await p.keyboard.press('Control+Enter')
    await p.waitForSelector('#compose-wrong')
  } },
  { name: 'desk-replies', scene: 'specialist', path: inLine(5), ready: '.msg', act: async (p) => {
    await p.click('.actbar .menu > button')
    await p.click('text=Change saved replies')
    await p.waitForSelector('.replies li')
  } },
  { name: 'board', scene: 'desk-lead', path: `/board/${arc}`, ready: '.figures' },
  { name: 'board-made', scene: 'desk-lead', path: `/board/${arc}`, ready: '.figures', act: async (p) => {
    await p.click('text=Show the report')
    await p.waitForSelector('#report-made')
    await p.click('text=Work it out')
    await p.waitForSelector('.plan')
    await p.locator('.plan').scrollIntoViewIfNeeded()
  } },
  { name: 'board-skills', scene: 'desk-lead', path: `/board/${arc}`, ready: '.figures', act: async (p) => {
    await p.click('tbody td .btn >> nth=0')
    await p.waitForSelector('#skills')
  } },
  { name: 'board-es', scene: 'desk-lead', path: `/board/${arc}`, ready: '.figures', display: { language: 'es' } },
  { name: 'desk-mine', scene: 'specialist', ready: list },
  { name: 'desk-queue-es', scene: 'specialist', path: `/line/${arc}`, ready: list, display: { language: 'es' } },
  { name: 'specialist-es', scene: 'specialist', path: inLine(5), ready: '.msg', display: { language: 'es' } },
]

const settings: Shot[] = [
  { name: 'settings-display', scene: 'assister', path: '/settings/display', ready: '.block' },
  { name: 'settings-display-so', scene: 'assister', path: '/settings/display', ready: '.block', display: { language: 'so' } },
  { name: 'settings-telling', scene: 'assister', path: '/settings/telling', ready: '#told-mail' },
  { name: 'settings-devices', scene: 'assister', path: '/settings/devices', ready: '.rows li' },
  { name: 'settings-device-asks', scene: 'assister', path: '/settings/devices', ready: '.rows li', act: async (p) => {
    await p.fill('#pair-code', 'H7K2-M9QD-4XVF')
    await p.click('button[type=submit]')
    await p.waitForSelector('text=Did you just ask for this?')
  } },
  { name: 'settings-device-remove', scene: 'assister', path: '/settings/devices', ready: '.rows li', act: async (p) => {
    await p.click('.rows .btn.danger')
    await p.waitForSelector('dialog')
  } },
  { name: 'settings-sign-in', scene: 'assister', path: '/settings/sign-in', ready: '.rows li' },
  { name: 'settings-password-wrong', scene: 'assister', path: '/settings/sign-in', ready: '.rows li', act: async (p) => {
    await p.click('text=Change password >> nth=-1')
  } },
  { name: 'settings-shortcuts', scene: 'specialist', path: '/settings/shortcuts', ready: '.letters' },
  { name: 'settings-es', scene: 'specialist', path: '/settings/sign-in', ready: '.rows li', display: { language: 'es' } },
]

/** A letter is written for the first person on the list. */
async function writeLetter(page: Page): Promise<void> {
  await page.click('tbody input[type=checkbox] >> nth=0')
  await page.click('.block .btn.main >> nth=-1')
  await page.fill('#factor-code', '123456')
  await page.click('dialog button[type=submit]')
  await page.waitForSelector('.paper')
}

const compare = (csv: string) => async (page: Page) => {
  await page.setInputFiles('#roster-file', { name: 'roster.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
  await page.click('form button[type=submit]')
  await page.waitForSelector('.tablebox')
}

const admin: Shot[] = [
  { name: 'admin-people', scene: 'admin', ready: 'tbody tr' },
  { name: 'admin-none', scene: 'admin', ready: 'tbody tr', act: async (p) => {
    await p.fill('#people-filter', 'qqq')
    await p.waitForSelector('.empty')
  } },
  { name: 'admin-big', scene: 'admin-big', ready: 'tbody tr', act: async (p) => {
    await p.click('#people-problems')
    await p.click('thead button >> nth=3', { force: true })
  } },
  { name: 'admin-refused', scene: 'admin-refused', ready: '.note.bad' },
  { name: 'admin-people-es', scene: 'admin', ready: 'tbody tr', display: { language: 'es' } },
  { name: 'admin-people-so', scene: 'admin', ready: 'tbody tr', display: { language: 'so' } },
  { name: 'admin-announcements', scene: 'admin', path: '/announcements', ready: '.rows li' },
  { name: 'admin-person', scene: 'admin', path: '/people/row-1', ready: '.rows li' },
  { name: 'admin-person-new', scene: 'admin', path: '/people/row-3', ready: '.sheetfacts' },
  { name: 'admin-person-agency', scene: 'admin-agency', path: '/people/row-4', ready: '.sheetfacts' },
  { name: 'admin-person-gone', scene: 'admin', path: '/people/nobody', ready: '.note' },
  { name: 'admin-person-suspend', scene: 'admin', path: '/people/row-1', ready: '.rows li', act: async (p) => {
    await p.click('.block .btn.danger')
    await p.waitForSelector('dialog')
  } },
  { name: 'admin-person-suspended', scene: 'admin', path: '/people/row-1', ready: '.rows li', act: async (p) => {
    await p.click('.block .btn.danger')
    await p.fill('#factor-code', '123456')
    await p.click('dialog button[type=submit]')
    await p.waitForSelector('.done')
  } },
  { name: 'admin-person-sign-out', scene: 'admin', path: '/people/row-1', ready: '.rows li', act: async (p) => {
    await p.click('.set .btn >> nth=0')
    await p.waitForSelector('dialog')
  } },
  { name: 'admin-invitations', scene: 'admin', path: '/invitations', ready: 'tbody tr' },
  { name: 'admin-invitations-es', scene: 'admin', path: '/invitations', ready: 'tbody tr', display: { language: 'es' } },
  { name: 'admin-invitations-agency', scene: 'admin-agency', path: '/invitations', ready: '.rows li' },
  { name: 'admin-invitations-none', scene: 'admin-empty', path: '/invitations', ready: '.block .mute' },
  { name: 'admin-invitations-wrong', scene: 'admin', path: '/invitations', ready: 'tbody tr', act: async (p) => {
    await p.click('.block .btn.main >> nth=-1')
    await p.waitForSelector('.summary')
  } },
  { name: 'admin-letters', scene: 'admin', path: '/invitations', ready: 'tbody tr', act: writeLetter },
  { name: 'admin-roster', scene: 'admin', path: '/roster', ready: '#roster-file' },
  { name: 'admin-roster-compared', scene: 'admin', path: '/roster', ready: '#roster-file', act: compare('type,id,name\n') },
  { name: 'admin-roster-mistakes', scene: 'admin', path: '/roster', ready: '#roster-file', act: compare('type,id,name\na,mistake\nnavigator,A-1041,Mai Vang,soon\n') },
  { name: 'admin-roster-done', scene: 'admin', path: '/roster', ready: '#roster-file', act: async (p) => {
    await compare('type,id,name\n')(p)
    await p.click('.ends .btn.main')
    await p.fill('#factor-code', '123456')
    await p.click('dialog button[type=submit]')
    await p.waitForSelector('.done')
  } },
  { name: 'admin-lines', scene: 'admin', path: '/lines', ready: '.bigchoice' },
  { name: 'admin-line', scene: 'admin', path: `/lines/${arc}`, ready: 'tbody tr' },
  { name: 'admin-line-stale', scene: 'admin', path: `/lines/${id(0xb)}`, ready: 'tbody tr' },
  { name: 'admin-line-lead', scene: 'admin-lead', path: `/lines/${arc}`, ready: 'tbody tr' },
  { name: 'admin-line-take', scene: 'admin-lead', path: `/lines/${arc}`, ready: 'tbody tr', act: async (p) => {
    await p.click('tbody .btn.danger >> nth=0')
    await p.waitForSelector('dialog')
  } },
  { name: 'admin-line-add-wrong', scene: 'admin-lead', path: `/lines/${arc}`, ready: '#add-who', act: async (p) => {
    await p.click('form .btn.main')
    await p.waitForSelector('.wrong')
  } },
  { name: 'admin-returns', scene: 'admin', path: '/returns', ready: '.block' },
  { name: 'admin-returns-none', scene: 'admin-empty', path: '/returns', ready: '.empty' },
  { name: 'admin-returns-wrong', scene: 'admin', path: '/returns', ready: 'form', act: async (p) => {
    await p.fill('form .input.code', 'AAAA-BBBB-CCCC-DDDDE')
    await p.click('form .btn.main')
    await p.waitForSelector('.summary')
  } },
  { name: 'admin-log', scene: 'admin-auditor', path: '/log', ready: 'tbody tr' },
  { name: 'admin-log-broken', scene: 'admin-broken', path: '/log', ready: '.note.bad' },
  { name: 'admin-log-filter', scene: 'admin-auditor', path: '/log', ready: 'tbody tr', act: async (p) => {
    await p.fill('#log-person', 'sam ortiz')
    await p.selectOption('#log-action', 'line')
  } },
  { name: 'admin-log-es', scene: 'admin-auditor', path: '/log', ready: 'tbody tr', display: { language: 'es' } },
  { name: 'admin-records', scene: 'admin-records', ready: '.note' },
  { name: 'admin-forbidden', scene: 'admin-agency', path: '/log', ready: 'h1' },
  { name: 'sign-in-suspended', scene: 'signed-out-suspended', ready: '.note.bad' },
]

export const shots: Shot[] = [...entry, ...assister, ...specialist, ...settings, ...admin]
