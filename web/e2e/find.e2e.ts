/** Finding things and moving around: musts 1, 18 to 21, 24, 29, 30. */
import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'

import { Stage } from './harness/stage'

const stage = Stage.set()

/** Whether something is on the screen, whole. */
const inSight = async (what: Locator): Promise<boolean> =>
  (await what.count()) === 1 &&
  what.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect()
    return top >= 0 && bottom <= innerHeight
  })

test('01 the layout is remembered', async () => {
  await stage.connector.say('Layout', 'hello')
  const desk = await stage.desk(stage.anna)
  await desk.openChat('Layout')
  const handle = desk.page.getByRole('separator', { name: 'Width of the list' })
  const width = async () => Math.round((await desk.page.getByRole('list', { name: 'Chats' }).boundingBox())?.width ?? 0)
  const before = await width()
  await handle.focus()
  for (let step = 0; step < 3; step++) await handle.press('ArrowLeft')
  const after = await width()
  expect(after).toBeLessThan(before)
  await desk.page.reload()
  await desk.row('Layout').waitFor()
  expect(await width()).toBe(after)
  await desk.page.getByRole('heading', { level: 2, name: 'Layout' }).waitFor()
})

test('18 search finds people, phones, e-mails, chat numbers, and a message in the middle of a chat, and opens what it found', async () => {
  const said = await stage.connector.say('Ottilie Searchable', 'Guten Tag', {}, { phone: '+49 30 1234567', email: 'ottilie@example.com' })
  for (let number = 1; number <= 60; number++) await stage.connector.say('Ottilie Searchable', number === 20 ? 'Zwei Rechnungen vom Mai fehlen' : `Zeile ${number}.`)
  const desk = await stage.desk(stage.anna)
  const dialog = desk.page.getByRole('dialog')
  const search = async (what: string) => {
    await desk.page.getByRole('button', { name: /^Search/ }).first().click()
    await dialog.getByRole('combobox').fill(what)
  }
  const found = (kind: string) => dialog.getByRole('group', { name: kind, exact: true }).getByRole('option')
  for (const [what, kind, shown] of [
    ['Searchable', 'People', 'Ottilie Searchable'],
    ['1234567', 'People', '+49 30 1234567'],
    ['ottilie@example', 'People', 'ottilie@example.com'],
    [`#${said.chatId}`, 'Chats', `#${said.chatId}`],
  ] as const) {
    await desk.go('/')
    await search(what)
    await found(kind).filter({ hasText: 'Ottilie Searchable' }).filter({ hasText: shown }).click()
    await desk.page.getByRole('heading', { level: 2, name: 'Ottilie Searchable' }).waitFor()
    expect(new URL(desk.page.url()).pathname, what).toBe(`/chat/${said.chatId}`)
  }
  await desk.go('/')
  await search('Rechnung')
  const hit = found('Messages').filter({ hasText: 'Zwei Rechnungen vom Mai fehlen' })
  await hit.waitFor()
  expect(await hit.locator('mark').allTextContents()).toEqual(['Rechnungen'])
  await hit.click()
  await desk.page.waitForURL(/\/chat\/\d+\/\d+$/)
  await expect.poll(() => inSight(desk.message('Zwei Rechnungen vom Mai fehlen'))).toBe(true)
})

test('19 the list is filtered by status and operator', async () => {
  await stage.connector.say('Filtered', 'hello')
  const desk = await stage.desk(stage.anna)
  await desk.view('All open')
  await desk.row('Filtered').waitFor()
  await desk.page.getByRole('button', { name: /^Filters/ }).click()
  const dialog = desk.page.getByRole('dialog')
  await dialog.getByText('Boris Petrov').click()
  await dialog.getByRole('button', { name: 'Show' }).click()
  await desk.row('Filtered').waitFor({ state: 'detached' })
  await desk.page.getByRole('button', { name: /^Filters/ }).click()
  await dialog.getByRole('button', { name: 'Reset' }).click()
  await desk.row('Filtered').waitFor()
})

test('20 the customer is edited, fields are emptied, and phone and e-mail are copied', async () => {
  await stage.connector.say('Carded', 'hello', {}, { phone: '+49 30 7654321', email: 'carded@example.com' })
  const desk = await stage.desk(stage.anna)
  await desk.openChat('Carded')
  const card = desk.page.getByRole('region', { name: 'Customer' })
  for (const [what, text] of [['E-mail', 'carded@example.com'], ['Phone', '+49 30 7654321']] as const) {
    await card.getByRole('button', { name: `Copy: ${what}` }).click()
    await expect.poll(() => desk.page.evaluate(() => navigator.clipboard.readText())).toBe(text)
  }
  await card.getByRole('button', { name: 'Edit the customer' }).click()
  await card.getByLabel('Last name').fill('Holder')
  await card.getByRole('button', { name: 'Save' }).click()
  await card.getByRole('heading', { name: 'Carded Holder' }).waitFor()
  await card.getByRole('button', { name: 'Edit the customer' }).click()
  await card.getByLabel('Phone').fill('')
  await card.getByRole('button', { name: 'Save' }).click()
  await card.getByRole('button', { name: 'Copy: Phone' }).waitFor({ state: 'detached' })
  const elsewhere = await stage.desk(stage.anna)
  await elsewhere.openChat('Carded Holder')
  await elsewhere.page.getByRole('button', { name: 'Copy: E-mail' }).waitFor()
  expect(await elsewhere.page.getByRole('button', { name: 'Copy: Phone' }).count()).toBe(0)
})

test('21 all sessions of the customer are listed', async () => {
  await stage.connector.say('Returning', 'first time')
  const desk = await stage.desk(stage.anna)
  await desk.openChat('Returning')
  await desk.page.getByRole('button', { name: 'Accept' }).click()
  await desk.page.getByRole('button', { name: 'Finish' }).click()
  await stage.connector.say('Returning', 'second time')
  await desk.view('Mine')
  await desk.openChat('Returning')
  const card = desk.page.getByRole('complementary', { name: 'About this chat' })
  await card.getByText('History').click()
  await expect.poll(() => card.getByRole('button', { name: /Download the transcript/ }).count()).toBe(2)
})

test('24 single keys work by their place on the keyboard, ? shows them, Mod+K has every action', async () => {
  await stage.connector.say('Keyed one', 'hello')
  await stage.connector.say('Keyed two', 'hello')
  const desk = await stage.desk(stage.anna)
  await desk.row('Keyed two').waitFor()
  // What a Cyrillic layout sends for the key J.
  const press = async (code: string, key: string) =>
    desk.page.evaluate(([code, key]) => document.body.dispatchEvent(new KeyboardEvent('keydown', { code, key, bubbles: true, cancelable: true })), [code, key])
  const opened = (name: string) => desk.page.getByRole('heading', { level: 2, name }).waitFor()
  await press('KeyJ', 'о')
  await opened('Keyed two')
  // Keys lead on and on; none of them ends up in a reply.
  await desk.page.keyboard.press('j')
  await opened('Keyed one')
  await desk.page.keyboard.press('k')
  await opened('Keyed two')
  expect(await desk.page.evaluate(() => document.activeElement?.tagName)).not.toBe('TEXTAREA')
  await desk.page.keyboard.press('n')
  await desk.page.keyboard.type('jk')
  expect(await desk.page.getByRole('textbox', { name: 'Note for the team' }).inputValue()).toBe('jk')
  await desk.page.keyboard.press('Escape')
  await desk.page.keyboard.press('Shift+Slash')
  await desk.page.getByRole('dialog').getByText('Next chat').waitFor()
  await desk.page.keyboard.press('Escape')
  await desk.page.getByRole('dialog').waitFor({ state: 'detached' })
  await desk.page.keyboard.press('Control+k')
  const palette = desk.page.getByRole('dialog')
  await palette.getByPlaceholder('What do you want to do?').fill('unassi')
  await desk.page.keyboard.press('Enter')
  await desk.page.getByRole('heading', { level: 1, name: 'Unassigned' }).waitFor()
})

test('29 a link opens a chat, and a message in it', async () => {
  let chatId = 0
  for (let number = 1; number <= 60; number++) chatId = (await stage.connector.say('Linked', `line ${number}.`)).chatId
  const desk = await stage.desk(stage.anna, `/chat/${chatId}/5`)
  await expect.poll(() => inSight(desk.message('line 5.')), { timeout: 10_000 }).toBe(true)
})

test('30 nothing there, a foreign chat and a wrong address are said clearly', async () => {
  const desk = await stage.desk(stage.anna)
  await desk.view('Snoozed')
  await desk.page.getByText('No chats here').waitFor()
  await desk.go('/chat/999999')
  await desk.page.getByText(/This chat is no longer yours to see|There is nothing here|could not be loaded/).first().waitFor()
  await desk.go('/no/such/page')
  await desk.page.getByText('There is nothing here').waitFor()
})
