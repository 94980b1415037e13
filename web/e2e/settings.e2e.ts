/** Settings and reports: what is changed there is changed, and what an address says is shown. */
import { expect, test } from 'vitest'

import { Stage } from './harness/stage'

const stage = Stage.set()

test('a quick answer moves from a line to all lines and back', async () => {
  const desk = await stage.desk(stage.anna, '/settings/quick-answers')
  const choose = async (line: string) => {
    await desk.page.getByRole('dialog').getByLabel('Line').selectOption(line)
    await desk.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await desk.page.getByRole('dialog').waitFor({ state: 'detached' })
    await row().getByText(line, { exact: true }).waitFor()
  }
  const row = () => desk.page.getByRole('listitem').filter({ hasText: 'Parcels' })
  await desk.page.getByRole('button', { name: 'New quick answer' }).click()
  await desk.page.getByRole('dialog').getByLabel('Name').fill('Parcels')
  await desk.page.getByRole('dialog').getByLabel('Text').fill('They take two days, {customer.name}.')
  await choose('Demo line')
  for (const line of ['All lines', 'Demo line']) {
    await row().getByRole('button', { name: /^Edit/ }).click()
    await choose(line)
  }
})

test('a report is what its address says, and back is the report before', async () => {
  await stage.connector.say('Reported', 'hello')
  const desk = await stage.desk(stage.anna, '/reports?by=line&span=today')
  const by = desk.page.getByLabel('Group by')
  const lineRow = desk.page.getByRole('table').getByRole('button', { name: 'Demo line' })
  await lineRow.waitFor()
  expect(await by.inputValue()).toBe('line')
  await by.selectOption({ label: 'Operator' })
  await desk.page.getByRole('table').getByRole('button', { name: 'Anna Ivanova' }).waitFor()
  expect(new URL(desk.page.url()).search).toBe('?span=today&by=operator')
  await desk.page.getByLabel('From').fill('2026-01-01')
  await expect.poll(() => new URL(desk.page.url()).search).toMatch(/^\?from=2026-01-01&to=\d{4}-\d\d-\d\d&by=operator$/)
  await desk.page.goBack()
  await lineRow.waitFor()
  await lineRow.click()
  await desk.page.getByRole('dialog').getByText('Reported').waitFor()
  // The chats behind a number have an address too.
  await desk.page.reload()
  await desk.page.getByRole('dialog').getByText('Reported').waitFor()
  await desk.page.goBack()
  await desk.page.getByRole('dialog').waitFor({ state: 'detached' })
})
