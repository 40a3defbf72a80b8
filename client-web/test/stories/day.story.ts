// A day at the desk: twenty consumers at once, answered by two specialists; a
// call-back that nobody answers twice; a matter that closes only after the consumer
// was on the phone; and the lead's numbers of all that.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Somebody } from './people.ts'
import { readableAtRest, World } from './world.ts'

interface Actor {
  name: string
  secret: string
}

interface Person {
  name: string
  label: string
  birth: string
  reference: string
  last: string
}

const batchSubject = 'Twenty at once, larkspur'
const callSubject = 'One by phone, foxglove'
const lineSubject = 'Nobody took this yet, hollyhock'
const number = '+1 651 555 0199'
const status = 'Approved, notice on its way, candytuft'
const missing = 'Proof of income, cardamom'

/** Made up: a letter for each first name, and a day, a case and four digits of its own. */
const consumers: readonly Person[] = [...'ABCDEFGHIJKLMNOPQRST'].map((letter, i) => ({
  name: `${letter}lverin Quillfeather`, label: `${letter}. Q.`, birth: `19${String(51 + i)}-03-${String(28 - i).padStart(2, '0')}`, reference: `ROSEMARY-${6100 + i}`, last: String(4711 + 37 * i),
}))
const caller: Person = { name: 'Zebedee Quillfeather', label: 'Z. Q.', birth: '1949-11-05', reference: 'ROSEMARY-6199', last: '8093' }
const firstPart = 12

const row = (p: Person) => [p.name, p.birth, p.reference, p.last].join('\t')

/**
 * What must not be readable. Four digits alone stand in any file: they are looked
 * for with what stands around them when they are written down.
 */
const planted = [
  'Quillfeather', 'larkspur', 'foxglove', 'hollyhock', 'candytuft', 'cardamom', 'marigold', 'liquorice', 'tamarind', number,
  ...[...consumers, caller].flatMap((p) => [p.name, p.birth, p.reference, `${p.reference}\t${p.last}`, `"ssn4":"${p.last}"`]),
]

/** As a spreadsheet and this country write it. */
const day = (back: number) => new Date(Date.now() - back * 24 * 3_600_000).toISOString().slice(0, 10)

describe('a day at the desk', () => {
  let world: World
  let nora: Somebody
  let sam: Somebody
  let sofia: Somebody
  let lena: Somebody

  /** Gives the second step that a window asks for. */
  const confirms = async (who: Somebody, go: string) => {
    const box = who.page.locator('dialog').filter({ has: who.page.locator('#factor-code') })
    await box.locator('#factor-code').fill((await who.app?.next()) ?? '')
    await box.getByRole('button', { name: go, exact: true }).click()
    await box.waitFor({ state: 'detached', timeout: 60_000 })
  }

  const rowOf = (who: Somebody, subject: string): Locator => who.page.locator('.thread-row').filter({ hasText: subject })

  const opensTopic = async (title: RegExp, subject: string) => {
    await nora.page.getByRole('link', { name: 'New question' }).or(nora.button('New question')).first().click()
    await nora.button(title).click()
    await nora.page.getByLabel('Subject').fill(subject)
  }

  const takes = async (who: Somebody, subject: string) => {
    await who.page.getByRole('link', { name: /Assister Resource Center/ }).click()
    await who.finds(subject)
    await rowOf(who, subject).first().click()
    await who.page.locator('.threadpane').getByText(subject).first().waitFor()
    await who.page.keyboard.press('c')
    await who.page.locator('#message-box').waitFor()
  }

  /** An answer for each of them, kept for one message, which is then sent. */
  const answers = async (who: Somebody, list: readonly Person[], text: string, card?: Person) => {
    const part = who.page.locator('details.consumers')
    if (!(await part.evaluate((x) => (x as HTMLDetailsElement).open))) await part.locator('summary').click()
    for (const [i, p] of list.entries()) {
      await part.getByRole('button', { name: `Answer ${p.label}`, exact: true }).click()
      const box = who.page.locator('dialog')
      await box.getByLabel(i % 5 === 4 ? 'Not found' : 'Answered').check()
      await box.getByLabel('What you found').fill(`${p.label} was looked up, marigold.`)
      if (p === card) {
        await box.getByLabel('Add a case card').check()
        await box.getByLabel('Status', { exact: true }).fill(status)
        await box.getByLabel('What is missing, one in each line').fill(missing)
        await who.look('answer with a case card')
      }
      await box.getByRole('button', { name: 'Keep for this message' }).click()
      await box.waitFor({ state: 'detached' })
    }
    await who.sees(`${list.length} answers go with this message`)
    await who.page.locator('#message-box').fill(text)
    await who.page.locator('#message-box').press('Control+Enter')
    await who.sees('Say if this message gives out private data.')
    await who.page.locator('#gives-true').check()
    await who.page.getByLabel('Status of a case').check()
    await who.look('answers before they leave')
    await who.page.locator('#message-box').press('Control+Enter')
  }

  const asksAgain = async () => {
    await nora.button('Ask for a call-back').click()
    await nora.button('Ask for the call').click()
    await nora.page.locator('dialog').waitFor({ state: 'detached' })
    await nora.sees('A call-back is asked for')
  }

  /** Begins a try and has the codes of it on both screens. */
  const calls = async (which: string) => {
    await sam.page.locator('.workstrip').getByRole('button', { name: 'Call back' }).click()
    await sam.sees(which)
    await sam.button('Call now').click()
    await sam.sees('They must say', 15_000)
    await sam.page.locator('.codes dd.spoken').first().waitFor({ timeout: 30_000 })
    await nora.page.locator('.spokencodes dd').first().waitFor({ timeout: 30_000 })
  }

  /** Ticks what was checked and read, and saves it. */
  const records = async (kinds: readonly string[]) => {
    await sam.page.locator('.workstrip').getByRole('button', { name: 'The consumer was on the phone' }).click()
    for (const kind of kinds) await sam.page.locator(`#spoke-${kind}`).check()
    for (const i of [0, 1, 2]) await sam.page.locator(`#warn-${i}`).check()
    await sam.button('Save').click()
  }

  beforeAll(async () => {
    world = await World.raise()
    const people = JSON.parse(readFileSync(join(world.data, 'people.json'), 'utf8')) as Actor[]
    const comes = async (name: string) => {
      const s = await Somebody.sitsDown(world, undefined, { width: 1440, height: 900 })
      await s.joins(name, people.find((p) => p.name === name)?.secret ?? '')
      await s.signsIn()
      return s
    }
    ;[nora, sam, sofia, lena] = await Promise.all([comes('nora'), comes('sam'), comes('sofia'), comes('lena')])
  })

  afterAll(async () => {
    await world.end()
  })

  it('twenty consumers are pasted as lines: two details of each and the permission are asked for before anything leaves', async () => {
    await opensTopic(/Application or case status/, batchSubject)
    await nora.page.getByText('Add several from a spreadsheet').click()
    const [first, ...others] = consumers
    const rows = ['Name\tBorn\tCase\tLast four', first?.name ?? '', ...others.map(row)]
    await nora.page.getByLabel('Rows from your spreadsheet').fill(rows.join('\n'))
    await nora.button('Add these consumers').click()
    await nora.sees('20 consumers were added.')
    await nora.page.getByRole('group', { name: 'What is it about?' }).getByLabel('Renewal').check()
    await nora.page.getByLabel('What do you need to know?').fill('Where does each of them stand, larkspur?')
    await nora.button('Continue').click()
    await nora.sees(`${first?.label ?? ''}: more details are needed.`)
    await nora.sees('All consumers: fill in “Given on” of the permission.')
    await nora.look('twenty consumers, and what is not filled in')
    const one = nora.page.getByRole('group', { name: 'Consumer 1', exact: true })
    await one.getByLabel('Birth date').fill(first?.birth ?? '')
    await one.getByLabel('Case number').fill(first?.reference ?? '')
    await nora.page.locator('#all-given').fill(day(10))
    await nora.button('Continue').click()
    await nora.sees('Check before you send')
    await nora.look('twenty consumers before they leave')
    await nora.button(/^Send/).click()
    await nora.look('second step')
    await confirms(nora, 'Send')
    await nora.sees('20 consumers')
    await nora.sees('0 of 20 answered')
    await nora.sees('Sent')
    await nora.look('thread about twenty')
  })

  it('a specialist takes it and opens one card with the second step; the thread says so to both', async () => {
    await takes(sam, batchSubject)
    const third = consumers[2]
    await sam.button(`Open the card: ${third?.label ?? ''}`).click()
    await confirms(sam, 'Open the card')
    await sam.page.locator('.opencard').getByText(third?.name ?? '').waitFor()
    await sam.look('an open card')
    await sam.page.locator('.opencard').getByRole('button', { name: 'Close the card' }).click()
    await sam.page.locator('.opencard').waitFor({ state: 'detached' })
    await nora.sees(/Sam Sorensen opened the personal details of a consumer/)
    await sam.sees(/You opened the personal details|Sam Sorensen opened the personal details/)
  })

  it('twelve are answered, one of them with a case card', async () => {
    await answers(sam, consumers.slice(0, firstPart), 'The first twelve, marigold.', consumers[0])
    await nora.sees('The first twelve, marigold.')
    const settled = consumers.slice(0, firstPart).length
    await nora.sees(`${settled} of 20 answered`)
    await nora.sees(status)
    await nora.look('twelve of twenty')
  })

  it('the thread is handed over and the colleague answers the other eight', async () => {
    await sam.page.getByRole('button', { name: 'Hand over' }).first().click()
    await sam.page.getByLabel('Sofia Sandoval').check()
    await sam.page.getByLabel('Why', { exact: true }).fill('My shift ends, tamarind')
    await sam.look('handing over a batch')
    await sam.button('Hand it over').click()
    await sam.sees(/Sofia Sandoval has “.*” now/)
    await sofia.page.getByRole('link', { name: /My threads/ }).click()
    await sofia.finds(batchSubject)
    await rowOf(sofia, batchSubject).first().click()
    await sofia.page.locator('#message-box').waitFor({ timeout: 60_000 })
    await sofia.sees('My shift ends, tamarind')
    await sofia.look('a batch that was handed over')
    await answers(sofia, consumers.slice(firstPart), 'And the other eight, marigold.')
    await nora.sees('20 of 20 answered', 60_000)
    await nora.look('twenty of twenty')
    await nora.page.getByRole('link', { name: 'Cases' }).click()
    await nora.sees(status)
    await nora.sees(missing)
    await nora.page.getByText(consumers[0]?.label ?? '').first().waitFor()
    await nora.look('cases')
    expect(await nora.page.content()).not.toContain('tamarind')
  })

  it('a matter for the phone: three details, a number for the call, and it waits in line', async () => {
    await nora.page.getByRole('link', { name: 'Questions', exact: true }).click()
    await opensTopic(/Enroll or end coverage by hand/, callSubject)
    const one = nora.page.getByRole('group', { name: 'Consumer 1', exact: true })
    await one.getByLabel('What you call them here').fill(caller.label)
    await one.getByLabel('Name, as on official papers').fill(caller.name)
    await one.getByLabel('Birth date').fill(caller.birth)
    await nora.page.locator('#all-given').fill(day(3))
    await nora.page.getByLabel('Enroll in a plan').check()
    await nora.page.getByLabel('From which date, or until which?').fill(day(-40))
    await nora.page.getByLabel('Why can it not be done online?').fill('The page stops, foxglove.')
    await nora.page.getByLabel('Another number').check()
    await nora.page.locator('#call-number').fill(number)
    await nora.button('Continue').click()
    await nora.sees(`${caller.label}: more details are needed.`)
    await nora.look('a matter for the phone, and what is not filled in')
    await one.getByLabel('Last four digits of the Social Security number').fill(caller.last)
    await nora.button('Continue').click()
    await nora.sees('Check before you send')
    await nora.look('a matter for the phone before it leaves')
    await nora.button(/^Send/).click()
    await confirms(nora, 'Send')
    await nora.sees('A call-back is asked for')
    await nora.look('a call-back is asked for')
  })

  it('the call: both have the codes of it on the screen; nobody answers, and the next try waits for the pause', async () => {
    await takes(sam, callSubject)
    await sam.page.locator('.workstrip').getByRole('button', { name: 'Call back' }).click()
    await sam.sees('Try 1 of 2')
    await sam.look('before the call')
    await sam.button('Call now').click()
    const says = sam.page.locator('.codes dd.spoken')
    const hers = nora.page.locator('.spokencodes dd')
    await sam.sees('They must say', 15_000)
    await says.first().waitFor({ timeout: 30_000 })
    await hers.first().waitFor({ timeout: 30_000 })
    const mine = (await says.allInnerTexts()).map((x) => x.trim())
    expect(mine).toHaveLength(2)
    expect((await hers.allInnerTexts()).map((x) => x.trim())).toEqual([...mine].reverse())
    await nora.sees('We are calling you now')
    await nora.look('being called')
    await sam.look('calling')
    await sam.button('Show the number').click()
    await confirms(sam, 'Show the number')
    await expect.poll(() => sam.page.locator('.callnumber').innerText()).toBe(number)
    await sam.button('Nobody answered').click()
    await sam.sees(/Nobody answered\. The next try is at/)
    await sam.sees(/You can call from .* on\./)
    expect(await sam.button('Call now').isDisabled()).toBe(true)
    await sam.look('between two tries')
    await nora.sees(/We called and nobody answered\. Try 2 of 2 comes soon/)
    await nora.look('nobody answered')
    await sam.page.keyboard.press('Escape')
  })

  it('what was not spoken is not recorded: the refusal says so, keeps the ticks and leaves nothing in the thread', async () => {
    await records(['name', 'birth', 'ssn4'])
    await sam.sees('This needs a talk with the consumer on the phone first.')
    expect(await sam.page.locator('#spoke-ssn4').isChecked()).toBe(true)
    await sam.look('nobody spoke yet')
    await sam.page.keyboard.press('Escape')
    expect(await nora.page.content()).not.toContain('The consumer was on the line')
  })

  it('she is there now and asks again: it is the second try, nobody answers, and the thread goes back with a message', async () => {
    await nora.button('Cancel the call').click()
    await nora.page.locator('dialog').getByRole('button', { name: 'Cancel the call' }).click()
    await nora.sees('The call-back was cancelled')
    await asksAgain()
    await calls('Try 2 of 2')
    await sam.button('Nobody answered').click()
    await sam.sees('That was the last try')
    await sam.look('the last try')
    await nora.sees('We could not reach you')
    await sam.button('Send and hand back').click()
    await sam.page.locator('dialog').waitFor({ state: 'detached' })
    await nora.sees('Hello. We called you and did not reach you.')
    await nora.sees(/Number 1 in line/, 30_000) // the handing back can be undone for some seconds
    await nora.look('not reached')
  })

  it('a third call reaches her', async () => {
    await asksAgain()
    await takes(sam, callSubject)
    await calls('Try 1 of 2')
    await sam.button('We spoke').click()
    await nora.sees('You spoke by phone')
    await sam.page.keyboard.press('Escape')
  })

  it('it is not closed as done before three details were checked and the warnings read', async () => {
    await sam.page.locator('.actbar .close').click()
    await sam.page.locator('dialog .outcomes button:focus').waitFor()
    await sam.page.keyboard.press('Enter')
    await sam.sees('This cannot be closed as done yet')
    await sam.look('closing is refused')
    await sam.page.locator('dialog').getByText('The consumer was on the phone').waitFor()
    await sam.page.locator('dialog').getByRole('button', { name: 'The consumer was on the phone' }).click()
    await sam.page.locator('#spoke-name').check()
    await sam.page.locator('#spoke-birth').check()
    await sam.button('Save').click()
    await sam.sees('Tick at least three details.')
    await sam.sees('Tick each one once you have read it.')
    await sam.look('the consumer was on the phone')
    await sam.page.locator('#spoke-ssn4').check()
    for (const i of [0, 1, 2]) await sam.page.locator(`#warn-${i}`).check()
    await sam.button('Save').click()
    await sam.page.locator('dialog').waitFor({ state: 'detached' })
    await nora.sees('The consumer was on the line')
    await sam.page.locator('.workstrip').getByText('The consumer was on the phone').waitFor()
    await sam.writes('Done together, liquorice.')
    await nora.sees('Done together, liquorice.')
    await sam.page.locator('.actbar .close').click()
    await sam.page.locator('dialog .outcomes button:focus').waitFor()
    await sam.page.keyboard.press('Enter')
    await nora.sees(/Sam Sorensen closed this/)
    await nora.look('closed as done')
  })

  it('the lead has the numbers of all that on the board', async () => {
    await world.cli('carl', ['open', '--line', 'arc', '--subject', lineSubject], ['Who takes this, hollyhock?'])
    await lena.page.getByRole('link', { name: 'Numbers' }).click()
    await lena.sees(/As of .*It is read again each minute/)
    const figure = (name: string) => lena.page.locator('.figures > div').filter({ hasText: name }).locator('dd').innerText()
    const sum = (name: string) => lena.page.locator(`tr.total td[data-label="${name}"]`).first().innerText()
    const has = (name: string) => lena.page.locator('tbody tr').filter({ hasText: name }).locator('td[data-label="Threads"]').first().innerText()
    const read = async () => {
      await lena.button('Read again').click()
      await lena.page.waitForTimeout(1000)
      return { line: await figure('In line'), late: await figure('Late'), came: await sum('Came in'), answered: await sum('Answered'), closed: await sum('Closed'), calls: await sum('Calls back'), sam: await has('Sam Sorensen'), sofia: await has('Sofia Sandoval') }
    }
    await expect.poll(read, { timeout: 30_000, interval: 2000 }).toEqual({ line: '1', late: '0', came: '3', answered: '2', closed: '1', calls: '1/3', sam: '0', sofia: '1' })
    await lena.look('the board')
  })

  it('the checks of every story: nothing readable at rest, no error, no report of the policy, nothing for axe', async () => {
    for (const who of [nora, sam, sofia, lena]) await who.leaves()
    await world.stop()
    expect(readableAtRest(world, planted)).toEqual([])
    expect(world.faults).toEqual({ console: [], policy: [], foreign: [] })
    expect([...nora.complaints, ...sam.complaints, ...sofia.complaints, ...lena.complaints]).toEqual([])
  })
})
