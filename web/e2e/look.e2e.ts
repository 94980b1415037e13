/** How it looks and sounds, in which language, for whom: musts 17, 25 to 28. Every page is audited in light and dark. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'

import { beforeAll, expect, test } from 'vitest'

import type { Desk } from './harness/browser'
import { type Scene, setScene } from './harness/scene'
import { Stage } from './harness/stage'

const stage = Stage.set()
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
/** SCREENSHOTS=docs/screenshots keeps what was looked at, as page-theme-width.png. */
const KEPT = process.env.SCREENSHOTS

/** What is looked at: an address, and what is done there first. */
interface View {
  path: string
  /** Waits for what the picture is about. */
  begin?: (desk: Desk) => Promise<unknown>
}

function views({ chatId, applicationId }: Scene, line: number): Record<string, View> {
  const settings = ['account', 'preferences', 'lines', 'quick-answers', 'labels', 'employees', 'departments', 'connectors', 'applications', 'webhooks', 'audit']
  const thread = `/chat/${chatId}`
  return {
    chats: { path: '/', begin: async (desk) => {
      if (isPhone(desk)) await desk.page.getByRole('button', { name: 'Views' }).click()
      await desk.view('All open')
      await desk.row('Maria Lopez').waitFor()
    } },
    thread: { path: thread, begin: async (desk) => {
      await desk.page.getByRole('button', { name: /parcel\.png/ }).waitFor()
      await emptied(desk)
    } },
    note: { path: thread, begin: async (desk) => {
      await desk.page.getByRole('button', { name: 'Note', exact: true }).click()
      await desk.page.getByRole('textbox', { name: /^Note/ }).fill('She is a customer since 2019: please be generous.')
    } },
    'quick-answers-menu': { path: thread, begin: async (desk) => {
      await emptied(desk)
      await desk.reply.fill('/')
      await desk.page.getByRole('option').first().waitFor()
    } },
    customer: { path: thread, begin: async (desk) => {
      await emptied(desk)
      if (isPhone(desk)) await desk.page.getByRole('button', { name: /^Details on or off/ }).click()
      await desk.page.getByRole('region', { name: 'Customer' }).waitFor()
    } },
    search: { path: thread, begin: async (desk) => {
      await desk.page.keyboard.press('Escape')
      await desk.go('/')
      await desk.page.getByRole('button', { name: /^Search/ }).first().click()
      await desk.page.getByRole('combobox').fill('parcel')
      await desk.page.getByRole('option').first().waitFor()
    } },
    palette: { path: '/', begin: async (desk) => {
      await desk.page.getByRole('button', { name: /^Search/ }).first().waitFor()
      await desk.page.keyboard.press('Control+k')
      await desk.page.getByRole('option').first().waitFor()
    } },
    board: { path: '/board' },
    settings: { path: '/settings' },
    reports: { path: '/reports?by=hour&span=today' },
    ...Object.fromEntries(settings.map((name) => [`settings-${name}`, { path: `/settings/${name}` }])),
    'settings-line': { path: `/settings/lines/${line}` },
    'settings-application': { path: `/settings/applications/${applicationId}` },
  }
}

/** The composer as it is when nobody has begun anything. */
async function emptied(desk: Desk): Promise<void> {
  await desk.page.getByRole('button', { name: 'Reply', exact: true }).click()
  await desk.reply.fill('')
}

const isPhone = (desk: Desk) => (desk.page.viewportSize()?.width ?? 0) < 768

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

/** Controls of which nobody sees all: beyond the screen or cut by what is around them, with nothing there that scrolls to them. */
function cutOff(): string[] {
  const visible = [...document.querySelectorAll('a[href], button, input, select, textarea, [role=tab], [role=option]')].filter((one) =>
    one.checkVisibility({ visibilityProperty: true }),
  )
  const rest = (edges: readonly ['left', 'right'] | readonly ['top', 'bottom'], axis: 'X' | 'Y') => (one: Element) => {
    const [near, far] = edges
    const own = one.getBoundingClientRect()
    // What only screen readers are meant to find.
    if (own.width <= 1 || own.height <= 1) return false
    let [from, to] = [0, axis === 'X' ? innerWidth : innerHeight]
    for (let box = one.parentElement; box; box = box.parentElement) {
      const style = getComputedStyle(box)
      const overflow = style[`overflow${axis}`]
      if (overflow === 'auto' || overflow === 'scroll') return false
      if (overflow !== 'visible') {
        const around = box.getBoundingClientRect()
        ;[from, to] = [Math.max(from, around[near]), Math.min(to, around[far])]
      }
      if (style.position === 'fixed') break
    }
    return own[near] < from - 1 || own[far] > to + 1
  }
  return [...new Set([...visible.filter(rest(['left', 'right'], 'X')), ...visible.filter(rest(['top', 'bottom'], 'Y'))])].map((one) => one.outerHTML.slice(0, 160))
}

async function look(desk: Desk, view: View, name: string): Promise<string[]> {
  await desk.go(view.path)
  // On a phone an open chat has the screen for itself.
  await desk.page.getByRole('navigation', { name: 'Main' }).or(desk.page.getByRole('article')).or(desk.page.locator('form')).first().waitFor()
  await desk.page.waitForLoadState('networkidle').catch(() => {})
  await view.begin?.(desk)
  if (KEPT) {
    const path = resolve(import.meta.dirname, '../..', KEPT, `${name}.png`)
    await desk.page.screenshot({ path, animations: 'disabled', caret: 'hide' })
  }
  expect(await desk.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than the screen`).toBe(true)
  const findings = [...(await audit(desk)), ...(await desk.page.evaluate(cutOff)).map((one) => `is cut off: ${one}`)]
  return findings.map((finding) => `${name} ${finding}`)
}

let scene: Scene
beforeAll(async () => {
  scene = await setScene(stage)
})

for (const colorScheme of ['light', 'dark'] as const)
  for (const [width, height] of [[1366, 768], [390, 844]] as const)
    test(`26 27 28 every page is accessible and fits, ${colorScheme} at ${width}×${height}`, async () => {
      const stranger = await stage.stranger({ colorScheme, width, height })
      const findings = await look(stranger, { path: '/sign-in' }, `sign-in-${colorScheme}-${width}`)
      // The feed is a request that never ends; a page is loaded all the same.
      const desk = await stage.desk(stage.anna, '/', { colorScheme, width, height })
      for (const [name, view] of Object.entries(views(scene, stage.portal.demo.line)))
        findings.push(...(await look(desk, view, `${name}-${colorScheme}-${width}`)))
      expect(findings).toEqual([])
    }, 600_000)

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
const prefer = (desk: Desk, what: object) => desk.call('trunkline.account.update', what)

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
