/** The daily work in one chat: musts 5, 8 to 15. */
import { expect, test } from 'vitest'

import { Stage } from './harness/stage'

const stage = Stage.set()
const PIXEL = Uint8Array.from(Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'))

async function accepted(name: string, text = 'hello') {
  await stage.connector.say(name, text)
  const desk = await stage.desk(stage.anna)
  await desk.openChat(name)
  await desk.page.getByRole('button', { name: 'Accept' }).click()
  await desk.reply.waitFor()
  return desk
}

async function choose(desk: Awaited<ReturnType<typeof accepted>>, action: RegExp) {
  await desk.page.getByRole('button', { name: 'More actions' }).click()
  await desk.page.getByRole('menuitem', { name: action }).click()
}

test('05 accept, transfer, finish', async () => {
  const anna = await accepted('Transferred')
  const boris = await stage.desk(stage.boris)
  await anna.page.locator('header').getByRole('button', { name: /Transfer/ }).click()
  await anna.page.getByRole('dialog').getByText('Boris Petrov').click()
  await boris.openChat('Transferred')
  await boris.page.getByRole('button', { name: 'Accept' }).click()
  await boris.page.getByRole('button', { name: 'Finish' }).click()
  await boris.view('Closed')
  await boris.row('Transferred').waitFor()
})

test('05 skip passes the chat on, spam closes it', async () => {
  await stage.connector.say('Skipped', 'hello')
  const anna = await stage.desk(stage.anna)
  await anna.openChat('Skipped')
  await choose(anna, /^Skip/)
  const boris = await stage.desk(stage.boris)
  await boris.row('Skipped').waitFor()
  await stage.connector.say('Spammer', 'buy now')
  await anna.openChat('Spammer')
  await choose(anna, /^Spam/)
  await anna.view('Closed')
  await anna.row('Spammer').waitFor()
})

test('08 a draft is kept on the server for each chat and operator', async () => {
  const desk = await accepted('Drafted')
  await desk.reply.fill('half a sentence')
  await stage.connector.say('Other', 'hi')
  await desk.openChat('Other')
  await desk.row('Drafted').getByLabel('Draft', { exact: true }).waitFor()
  const elsewhere = await stage.desk(stage.anna)
  await elsewhere.openChat('Drafted')
  await expect.poll(() => elsewhere.reply.inputValue()).toBe('half a sentence')
  const boris = await stage.desk(stage.boris)
  await boris.view('All open')
  await boris.row('Drafted').waitFor()
  expect(await boris.row('Drafted').getByLabel('Draft', { exact: true }).count()).toBe(0)
})

test('08 what was sent in one browser does not stay in the composer of another', async () => {
  await stage.connector.say('Twice', 'hello')
  const one = await stage.desk(stage.anna)
  await one.openChat('Twice')
  await one.page.getByRole('button', { name: 'Accept' }).click()
  await one.reply.fill('the only answer')
  const other = await stage.desk(stage.anna)
  await other.openChat('Twice')
  await expect.poll(() => other.reply.inputValue(), { timeout: 10_000 }).toBe('the only answer')
  await other.page.getByRole('button', { name: 'Send', exact: true }).click()
  await stage.connector.reply('the only answer')
  await expect.poll(() => one.reply.inputValue(), { timeout: 10_000 }).toBe('')
  await one.page.reload()
  await one.message('the only answer').waitFor()
  expect(await one.reply.inputValue()).toBe('')
})

test('05 what is offered to a colleague is not mine to accept, only to take over', async () => {
  await stage.connector.say('Offered', 'hello')
  const desk = await stage.desk(stage.boris, '/', { width: 390, height: 844 })
  await desk.page.getByRole('button', { name: 'Views' }).click()
  await desk.view('All open')
  await desk.openChat('Offered')
  await desk.page.locator('header').getByRole('button', { name: 'Take over' }).waitFor()
  expect(await desk.page.getByRole('button', { name: 'Accept' }).count()).toBe(0)
})

test('09 the composer never carries text from one chat into another', async () => {
  const desk = await accepted('Left')
  await stage.connector.say('Right', 'hello')
  await desk.openChat('Right')
  await desk.page.getByRole('button', { name: 'Accept' }).click()
  await desk.openChat('Left')
  await desk.reply.pressSequentially('for the left')
  await desk.openChat('Right')
  expect(await desk.reply.inputValue()).toBe('')
  await desk.reply.pressSequentially('for the right')
  await desk.openChat('Left')
  expect(await desk.reply.inputValue()).toBe('for the left')
})

test('10 a note looks like nothing else and never reaches the customer', async () => {
  const desk = await accepted('Noted')
  await desk.page.getByRole('button', { name: 'Note', exact: true }).click()
  await desk.page.getByText('Only your team sees this.').waitFor()
  await desk.page.getByRole('textbox', { name: 'Note for the team' }).fill('difficult customer')
  await desk.page.getByRole('button', { name: 'Add note' }).click()
  await desk.message('difficult customer').getByText('only for the team').waitFor()
  await desk.page.getByRole('button', { name: 'Reply', exact: true }).click()
  await desk.write('good morning')
  await stage.connector.reply('good morning')
  expect(stage.connector.replies.filter((one) => one.text.includes('difficult'))).toEqual([])
})

test('11 / opens quick answers with search and preview', async () => {
  const ours = { line_id: null, title: 'Opening hours', text: 'Dear {customer.name}, we open at nine.' }
  await stage.portal.hook('trunkline.quickanswer.add', ours)
  await stage.portal.hook('trunkline.quickanswer.add', { line_id: null, title: 'Goodbye', text: 'Bye.' })
  const desk = await accepted('Quick')
  await desk.reply.pressSequentially('/open')
  await desk.page.getByText('Dear Quick, we open at nine.').first().waitFor()
  await desk.reply.press('Enter')
  await expect.poll(() => desk.reply.inputValue()).toBe('Dear Quick, we open at nine.')
})

test('12 a file is attached, tried again after a failure, removed, and reaches the customer', async () => {
  const desk = await accepted('Filed')
  const input = desk.page.locator('input[type=file]')
  await desk.page.route('**/api/files*', (route) => route.abort())
  await input.setInputFiles({ name: 'again.txt', mimeType: 'text/plain', buffer: Buffer.from('again') })
  const again = desk.page.getByRole('listitem').filter({ hasText: 'again.txt' })
  await again.getByRole('button', { name: 'Retry' }).waitFor()
  await desk.page.unroute('**/api/files*')
  await again.getByRole('button', { name: 'Retry' }).click()
  await desk.page.getByRole('button', { name: 'Remove again.txt' }).click()
  await input.setInputFiles({ name: 'wrong.txt', mimeType: 'text/plain', buffer: Buffer.from('wrong') })
  await desk.page.getByRole('button', { name: 'Remove wrong.txt' }).click()
  await input.setInputFiles({ name: 'right.txt', mimeType: 'text/plain', buffer: Buffer.from('right') })
  await desk.page.getByRole('button', { name: 'Remove right.txt' }).waitFor()
  await desk.write('here it is')
  const reply = await stage.connector.reply('here it is')
  await desk.message('right.txt').waitFor()
  expect(reply.files.length).toBe(1)
  expect(await (await fetch(reply.files[0] ?? '')).text()).toBe('right')
})

test('12 a picture from the clipboard is attached', async () => {
  const desk = await accepted('Pasted')
  await desk.reply.evaluate((field, bytes) => {
    const data = new DataTransfer()
    data.items.add(new File([Uint8Array.from(bytes)], 'pasted.png', { type: 'image/png' }))
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, [...PIXEL])
  await desk.page.getByRole('button', { name: 'Remove pasted.png' }).waitFor()
})

test('13 pictures open large, sound plays inline, other files are cards', async () => {
  const picture = stage.connector.offer('photo.png', 'image/png', PIXEL)
  const sound = stage.connector.offer('voice.wav', 'audio/wav', Uint8Array.from(Buffer.from('UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=', 'base64')))
  const paper = stage.connector.offer('paper.txt', 'text/plain', Uint8Array.from(Buffer.from('text')))
  await stage.connector.say('Media', 'look', { files: [picture, sound, paper] })
  const desk = await stage.desk(stage.anna)
  await desk.openChat('Media')
  await desk.message('look').locator('audio').waitFor()
  await desk.message('paper.txt').waitFor()
  await desk.page.getByRole('button', { name: 'Open photo.png' }).click()
  await desk.page.getByRole('dialog').locator('img').waitFor()
  await desk.page.keyboard.press('Escape')
  await desk.page.getByRole('dialog').waitFor({ state: 'detached' })
})

test('14 a reply shows sent, delivered and read', async () => {
  const desk = await accepted('States')
  stage.connector.mode = 'accepts'
  await desk.write('follow me')
  const reply = await stage.connector.reply('follow me')
  await desk.message('follow me').getByRole('button', { name: /^Sent/ }).waitFor()
  await stage.connector.confirm(reply, 'delivery')
  await desk.message('follow me').getByRole('button', { name: /^Delivered/ }).waitFor()
  await stage.connector.confirm(reply, 'reading')
  await desk.message('follow me').getByRole('button', { name: /^Read/ }).waitFor()
  stage.connector.mode = 'confirms'
})

test('15 edits and deletions of both sides are shown', async () => {
  const desk = await accepted('Edited', 'first version')
  const said = await stage.connector.say('Edited', 'a slip')
  await desk.message('a slip').waitFor()
  await stage.connector.edit('Edited', said.messageId, 'corrected')
  await desk.message('corrected').getByText('edited').waitFor()
  await stage.connector.remove('Edited', said.messageId)
  await desk.message('The message was deleted').first().waitFor()
  await desk.write('my own')
  await stage.connector.reply('my own')
  await desk.message('my own').hover()
  await desk.message('my own').getByRole('button', { name: 'Message menu' }).click()
  await desk.page.getByRole('menuitem', { name: 'Delete' }).click()
  await desk.message('The message was deleted').nth(1).waitFor()
})
