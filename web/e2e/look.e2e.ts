/** How it looks and sounds, in which language, for whom: musts 17, 25 to 28. Every page is audited in light and dark. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import type { Desk } from './harness/browser'
import { Stage } from './harness/stage'

const stage = Stage.set()
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
/** SCREENSHOTS=docs/screenshots keeps what was looked at. */
const KEPT = process.env.SCREENSHOTS

const PAGES = ['/', '/board', '/reports', '/settings/account', '/settings/lines', '/settings/employees', '/settings/applications', '/settings/connectors', '/settings/audit']

interface Finding {
  id: string
  help: string
  nodes: { html: string; failureSummary: string }[]
}

async function audit(desk: Desk): Promise<string[]> {
  await desk.page.evaluate(await readFile(AXE, 'utf8'))
  const found = await desk.page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (where: Document, what: object) => Promise<{ violations: Finding[] }> } }
    return (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })).violations
  })
  return found.flatMap((one) => one.nodes.map((node) => `${one.id}: ${one.help}: ${node.html.slice(0, 160)}`))
}

async function look(desk: Desk, path: string, name: string): Promise<string[]> {
  await desk.go(path)
  // On a phone an open chat has the screen for itself.
  await desk.page.getByRole('navigation', { name: 'Main' }).or(desk.page.getByRole('article')).first().waitFor()
  await desk.page.waitForLoadState('networkidle').catch(() => {})
  if (KEPT) await desk.page.screenshot({ path: join(import.meta.dirname, '../..', KEPT, `${name}.png`) })
  expect(await desk.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is wider than the screen`).toBe(true)
  return (await audit(desk)).map((finding) => `${path} ${finding}`)
}

for (const colorScheme of ['light', 'dark'] as const)
  for (const [width, height] of [[1366, 768], [390, 844]] as const)
    test(`26 27 28 every page is accessible and fits, ${colorScheme} at ${width}×${height}`, async () => {
      const said = await stage.connector.say('Maria Lopez', 'Hi! My parcel 4711 was to come on Friday.')
      // The feed is a request that never ends; a page is loaded all the same.
      const desk = await stage.desk(stage.anna, '/', { colorScheme, width, height })
      const findings = []
      for (const path of [...PAGES, `/chat/${said.chatId}`]) {
        const page = path === '/' ? 'inbox' : path.slice(1).replace(/\d+/, '').replaceAll('/', '-').replace(/-$/, '')
        findings.push(...(await look(desk, path, `${page}-${colorScheme}-${width}`)))
      }
      expect(findings).toEqual([])
    }, 240_000)

test('27 the sign-in page is accessible', async () => {
  const desk = await stage.stranger()
  await desk.go('/')
  await desk.page.locator('input[name=password]').waitFor()
  expect(await audit(desk)).toEqual([])
})

test('17 a new message is told by the title of the tab, by sound and by a notification, each of which can be switched off', async () => {
  const desk = await stage.stranger()
  await desk.page.addInitScript(() => {
    const told: string[] = []
    class Told {
      static readonly permission = 'granted'
      constructor(title: string) {
        told.push(`notification ${title}`)
      }
    }
    const start = OscillatorNode.prototype.start
    OscillatorNode.prototype.start = function (when) {
      told.push('sound')
      start.call(this, when)
    }
    Object.assign(window, { told, Notification: Told })
    // Another window is in front.
    document.hasFocus = () => false
  })
  await desk.signIn(stage.anna, '/settings/preferences')
  const told = () => desk.page.evaluate(() => (window as unknown as { told: string[] }).told)
  await desk.page.getByLabel(/^Desktop notification/).check()
  await stage.connector.say('Ringing', 'are you there?')
  await expect.poll(told).toContain('notification Ringing')
  expect(await told()).toContain('sound')
  await expect.poll(() => desk.page.title()).toMatch(/^\(\d+\)/)
  for (const label of [/^Desktop notification/, /^Sound$/, /^Number in the tab/]) await desk.page.getByLabel(label).uncheck()
  await expect.poll(() => desk.page.title()).toBe('Trunkline')
  await desk.page.getByRole('link', { name: 'Chats' }).click()
  const before = await told()
  await stage.connector.say('Unheard', 'hello')
  await desk.row('Unheard').waitFor()
  expect(await told()).toEqual(before)
  expect(await desk.page.title()).toBe('Trunkline')
})

/** Language and time zone are settings of one's own account. */
async function prefer(desk: Desk, what: object): Promise<void> {
  const status = await desk.page.evaluate(async (what) => {
    const { csrf } = (await (await fetch('/api/session')).json()) as { csrf: string }
    const headers = { 'Content-Type': 'application/json', 'X-Trunkline-Csrf': csrf }
    return (await fetch('/rest/trunkline.account.update', { method: 'POST', headers, body: JSON.stringify(what) })).status
  }, what)
  expect(status).toBe(200)
}

test('25 the inbox speaks English, Russian and German, and shows the time of the viewer', async () => {
  const said = await stage.connector.say('Spoken', 'hello')
  for (const [language, mine] of [['en', 'Mine'], ['ru', 'Мои'], ['de', 'Meine']] as const) {
    const desk = await stage.desk(stage.anna)
    await prefer(desk, { language })
    await desk.page.reload()
    await desk.page.getByRole('heading', { level: 1, name: mine }).waitFor()
    expect(await desk.page.evaluate(() => document.documentElement.lang)).toBe(language)
  }
  await prefer(await stage.desk(stage.anna), { language: 'en' })
  const times = []
  for (const time_zone of ['Europe/Berlin', 'Asia/Tokyo']) {
    const desk = await stage.desk(stage.anna, `/chat/${said.chatId}`)
    await prefer(desk, { time_zone })
    await desk.page.reload()
    times.push(await desk.message('hello').locator('time').last().textContent())
  }
  expect(times[0]).not.toBe(times[1])
})
