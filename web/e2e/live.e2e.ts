/** The list and the thread move by themselves: musts 2, 3, 4, 6, 7, 16, 22, 23. */
import { expect, test } from 'vitest'

import { Stage } from './harness/stage'

const stage = Stage.set()

test('02 a new chat and a new message appear without a reload', async () => {
  const { page } = await stage.desk(stage.anna)
  const seen = page.getByRole('listitem').filter({ hasText: 'Newcomer' })
  await stage.connector.say('Newcomer', 'first words')
  await seen.getByText('first words').waitFor()
  await stage.connector.say('Newcomer', 'second words')
  await seen.getByText('second words').waitFor()
})

test('02 the chat with the newest message comes first', async () => {
  await stage.connector.say('Early', 'one')
  await stage.connector.say('Late', 'two')
  const desk = await stage.desk(stage.anna)
  const names = () => desk.page.getByRole('listitem').getByRole('link').allTextContents()
  await desk.row('Late').waitFor()
  expect((await names()).slice(0, 2)).toEqual(['Late', 'Early'])
  await stage.connector.say('Early', 'three')
  await desk.row('Early').getByText('three').waitFor()
  expect((await names()).slice(0, 2)).toEqual(['Early', 'Late'])
})

test('03 a lost connection is shown, and the list and the open thread catch up', async () => {
  await stage.connector.say('Cut off', 'before')
  const desk = await stage.desk(stage.anna)
  await desk.openChat('Cut off')
  await desk.message('before').waitFor()
  const mark = desk.page.getByRole('status').filter({ hasText: /Offline|Reconnecting/ })
  await stage.portal.kill()
  await mark.first().waitFor()
  await stage.portal.restart()
  const texts = ['during 1', 'during 2', 'during 3']
  for (const text of texts) await stage.connector.say('Cut off', text)
  await desk.message('during 3').waitFor({ timeout: 60_000 })
  await mark.first().waitFor({ state: 'detached', timeout: 60_000 })
  const shown = (await desk.page.getByRole('article').allTextContents()).flatMap((body) => /before|during \d/.exec(body)?.[0] ?? [])
  expect(shown).toEqual(['before', ...texts])
}, 150_000)

test('03 trouble with the channel is said above the thread, and no longer when it works again', async () => {
  await stage.connector.say('Troubled', 'hello')
  const desk = await stage.desk(stage.anna)
  await desk.openChat('Troubled')
  await desk.page.getByRole('button', { name: 'Accept' }).click()
  const banner = desk.page.getByRole('status').filter({ hasText: /Test channel: .*Last error: HTTP 500/ })
  stage.connector.mode = 'refuses'
  await desk.write('do you hear me?')
  await banner.waitFor({ timeout: 30_000 })
  stage.connector.mode = 'confirms'
  await stage.connector.reply('do you hear me?')
  await banner.waitFor({ state: 'detached', timeout: 90_000 })
}, 180_000)

test('04 the counts of the views are live', async () => {
  const desk = await stage.desk(stage.anna)
  const mine = desk.page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: /^Mine/ })
  const count = async () => Number((await mine.textContent())?.replace(/\D/g, '') || 0)
  await desk.page.getByRole('listitem').first().waitFor()
  const before = await count()
  await stage.connector.say('Counted', 'hello')
  await expect.poll(count, { timeout: 10_000 }).toBe(before + 1)
})

test('06 unread messages are counted for each operator, read when seen, and can be marked unread again', async () => {
  await stage.connector.say('Unread', 'one')
  await stage.connector.say('Unread', 'two')
  const desk = await stage.desk(stage.anna)
  await desk.row('Unread').getByLabel('2 unread messages').waitFor()
  await desk.openChat('Unread')
  await desk.row('Unread').getByLabel(/unread/).waitFor({ state: 'detached' })
  await desk.page.locator('body').press('Escape')
  await desk.page.getByRole('heading', { level: 2, name: 'Unread' }).click()
  await desk.page.getByRole('button', { name: 'More actions' }).click()
  await desk.page.getByRole('menuitem', { name: /Mark as unread/ }).click()
  await desk.row('Unread').getByLabel(/unread/).waitFor()
})

test('07 a row shows the customer, the line, the last message with its sender, and how long the customer waits', async () => {
  await stage.connector.say('Rowland', 'where is it?')
  const desk = await stage.desk(stage.anna)
  const row = desk.row('Rowland')
  for (const text of ['where is it?', 'Demo line']) await row.getByText(text).waitFor()
  await row.getByRole('timer').waitFor()
  await desk.openChat('Rowland')
  await desk.page.getByRole('button', { name: 'Accept' }).click()
  await desk.write('on its way')
  await row.getByText(/You/).waitFor()
  await row.getByText('on its way').waitFor()
})

test('16 who is typing is seen by colleagues', async () => {
  await stage.connector.say('Typed', 'hello')
  const anna = await stage.desk(stage.anna)
  await anna.openChat('Typed')
  const boris = await stage.desk(stage.boris)
  await boris.view('All open')
  await boris.openChat('Typed')
  await anna.page.getByRole('button', { name: 'Accept' }).click()
  await anna.reply.pressSequentially('I am writ')
  await boris.page.getByRole('status').filter({ hasText: 'typing' }).first().waitFor()
})

test('22 the presence is set here, and the queue respects it', async () => {
  const settings = { CONFIG_ID: stage.portal.demo.line, PARAMS: { CHECK_AVAILABLE: 'Y' } }
  await stage.portal.call('imopenlines.config.update', settings)
  const anna = await stage.desk(stage.anna)
  const boris = await stage.desk(stage.boris)
  const set = async (desk: typeof anna, name: RegExp, to: string) => {
    await desk.page.getByRole('button', { name }).click()
    await desk.page.getByRole('menuitemcheckbox', { name: to }).click()
    await desk.page.getByRole('button', { name: new RegExp(to) }).waitFor()
  }
  await set(boris, /change status/, 'Online')
  await set(anna, /change status/, 'Break')
  await stage.connector.say('Passed by', 'hello')
  await boris.row('Passed by').waitFor()
  await set(anna, /change status/, 'Online')
  await stage.portal.call('imopenlines.config.update', { ...settings, PARAMS: { CHECK_AVAILABLE: 'N' } })
})

test('23 every waiting chat has a timer that runs', async () => {
  await stage.connector.say('Timer', 'hello')
  const desk = await stage.desk(stage.anna)
  const timer = desk.row('Timer').getByRole('timer')
  const first = await timer.textContent()
  await expect.poll(() => timer.textContent(), { timeout: 75_000, interval: 1_000 }).not.toBe(first)
}, 90_000)
