/** What goes wrong in a day: two people at once, lost connections, restarts, sleep, hostile customers, stolen sessions. */
import { expect, test } from 'vitest'

import { Stage } from './harness/stage'

const stage = Stage.set()

test('two browsers answer the same chat at once: both answers are stored once, in one order for everybody', async () => {
  await stage.connector.say('Contested', 'who answers?')
  const one = await stage.desk(stage.anna)
  const other = await stage.desk(stage.anna)
  for (const desk of [one, other]) await desk.openChat('Contested')
  await one.page.getByRole('button', { name: 'Accept' }).click()
  await other.reply.waitFor()
  await Promise.all([one.write('from the first'), other.write('from the second')])
  for (const desk of [one, other]) for (const text of ['from the first', 'from the second']) await desk.message(text).first().waitFor()
  await stage.connector.reply('from the first')
  await stage.connector.reply('from the second')
  const order = async (desk: typeof one) => (await desk.page.getByRole('article').allTextContents()).map((text) => /from the (first|second)/.exec(text)?.[1]).filter(Boolean)
  await expect.poll(async () => (await order(one)).length).toBe(2)
  expect(await order(other)).toEqual(await order(one))
  expect(stage.connector.replies.filter((reply) => reply.text.includes('from the')).length).toBe(2)
})

test('the connection is cut in the middle of a burst: everything is there afterwards, once and in order', async () => {
  const said = await stage.connector.say('Bursting', 'burst 0.')
  const cable = await stage.cable()
  const desk = await stage.stranger({}, cable.url)
  await desk.signIn(stage.anna, `/chat/${said.chatId}`)
  await desk.message('burst 0.').waitFor()
  for (let number = 1; number <= 24; number++) {
    await stage.connector.say('Bursting', `burst ${number}.`)
    if (number === 6) cable.cut()
    if (number === 18) cable.mend()
  }
  await desk.message('burst 24.').waitFor({ timeout: 60_000 })
  const shown = (await desk.page.getByRole('article').allTextContents()).flatMap((text) => /burst (\d+)\./.exec(text)?.[1] ?? [])
  expect(shown).toEqual(Array.from({ length: 25 }, (_, number) => String(number)))
}, 120_000)

test('a laptop that slept for an hour shows what happened meanwhile', async () => {
  const said = await stage.connector.say('Sleepy', 'good night')
  const cable = await stage.cable()
  const desk = await stage.stranger({}, cable.url)
  await desk.page.clock.install()
  await desk.signIn(stage.anna, `/chat/${said.chatId}`)
  await desk.message('good night').waitFor()
  cable.cut()
  await stage.connector.say('Sleepy', 'good morning')
  // The lid is closed and opened: timers that were due fire once, and the clock is an hour further.
  await desk.page.clock.fastForward('01:00:00')
  cable.mend()
  await desk.message('good morning').waitFor({ timeout: 60_000 })
}, 120_000)

test('a tall screen is filled with short messages, and the older ones can be reached', async () => {
  for (let number = 0; number < 70; number++) await stage.connector.say('Talkative', `word ${number}.`)
  const desk = await stage.desk(stage.anna, '/', { height: 2160 })
  await desk.openChat('Talkative')
  await desk.message('word 69.').waitFor()
  const log = desk.page.getByRole('log')
  await expect.poll(() => log.evaluate((box) => box.scrollHeight - box.clientHeight)).toBeGreaterThan(0)
  await log.hover()
  for (let turn = 0; turn < 10; turn++) await desk.page.mouse.wheel(0, -2_000)
  await desk.message('word 0.').waitFor()
})

const HOSTILE: [string, string][] = [
  ['<img src=x onerror=alert(1)>', '<script>alert(1)</script><b>bold?</b>'],
  ['[b]Bold[/b]', '[url=javascript:alert(1)]click[/url] javascript:alert(2)'],
  ['\u202Eevil\u202C', 'left \u202Ereversed\u202C right'],
  ['   ', `Z\u0310\u0311\u0312\u0313\u0314a\u0300\u0301\u0302\u0303l\u0310g\u0311o ${'\u0301'.repeat(300)}`],
  ['Endless', 'a'.repeat(60_000)],
]

test('hostile names and texts are shown as what they are, and nothing breaks the layout', async () => {
  for (const [name, text] of HOSTILE) await stage.connector.say(`hostile ${name}`, text, {}, { name })
  const desk = await stage.desk(stage.anna)
  const alerts: string[] = []
  desk.page.on('dialog', (dialog) => {
    alerts.push(dialog.message())
    void dialog.dismiss()
  })
  await expect.poll(() => desk.page.getByRole('listitem').count()).toBeGreaterThanOrEqual(HOSTILE.length)
  for (const link of await desk.page.getByRole('listitem').getByRole('link').all()) {
    await link.click()
    await desk.page.getByRole('article').first().waitFor()
    expect(await desk.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    expect(await desk.page.locator('article a[href^="javascript:"], article script, article img[src="x"]').count()).toBe(0)
  }
  expect(alerts).toEqual([])
})

test('files with scripts are handed out as files, not run', async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
  const bad = stage.connector.offer('bad.svg', 'image/svg+xml', new TextEncoder().encode(svg))
  const page = stage.connector.offer('page.html', 'text/html', new TextEncoder().encode('<script>alert(3)</script>'))
  const said = await stage.connector.say('Drawn', 'see', { files: [bad, page] })
  const desk = await stage.desk(stage.anna, `/chat/${said.chatId}`)
  const cards = desk.message('see').getByRole('link')
  await expect.poll(() => cards.count()).toBe(2)
  for (const card of await cards.all()) {
    const answer = await fetch(new URL((await card.getAttribute('href')) ?? '', stage.portal.url))
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  }
})

test('a session that has ended asks to sign in again and shows nothing more', async () => {
  await stage.connector.say('Secret', 'hello')
  const desk = await stage.desk(stage.anna)
  await desk.row('Secret').waitFor()
  await desk.context.clearCookies()
  await desk.page.reload()
  await desk.page.locator('input[name=password]').waitFor()
  expect(await desk.page.getByText('Secret').count()).toBe(0)
})

test('who is signed out while working comes to the sign-in page, and back to the chat', async () => {
  const said = await stage.connector.say('Interrupted', 'hello')
  const desk = await stage.desk(stage.anna, `/chat/${said.chatId}`)
  await desk.message('hello').waitFor()
  await desk.context.clearCookies()
  // This call finds out, unless another one has already and the button is gone.
  await desk.page.getByRole('button', { name: 'Accept' }).click({ timeout: 2_000 }).catch(() => {})
  await desk.page.locator('input[name=password]').waitFor()
  expect(await desk.page.getByText('Interrupted').count()).toBe(0)
  await desk.page.locator('input[name=email]').fill(stage.anna.email)
  await desk.page.locator('input[name=password]').fill(stage.anna.password)
  await desk.page.locator('button[type=submit]').click()
  await desk.message('hello').waitFor()
})

test('what is written while the server is away is sent when it is back, once', async () => {
  const said = await stage.connector.say('Restarted', 'hello')
  const desk = await stage.desk(stage.anna, `/chat/${said.chatId}`)
  await desk.page.getByRole('button', { name: 'Accept' }).click()
  await desk.reply.waitFor()
  await stage.portal.kill()
  await desk.write('patience')
  await desk.page.getByText('No connection: it is sent as soon as there is one.').waitFor({ timeout: 30_000 })
  await stage.portal.restart()
  await stage.connector.reply('patience')
  await desk.message('patience').getByRole('button', { name: /Delivered/ }).waitFor({ timeout: 60_000 })
  expect(stage.connector.replies.filter((reply) => reply.text.includes('patience')).length).toBe(1)
}, 120_000)
