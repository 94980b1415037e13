/** Measures the inbox with a hundred operators and a hundred thousand chats and writes `load/inbox.md`. Wants a quiet machine. */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { Connector } from '../harness/connector'
import { Desk, launchBrowser } from '../harness/browser'
import { Portal } from '../harness/portal'
import { employ } from './operators'
import { framesDuring, switchChats, watchPaints } from './page'

const ROOT = join(import.meta.dirname, '../../..')
const LOAD = process.env.LOAD_PROGRAM ?? join(ROOT, 'target/release/load')
const OPERATORS = 100
const RATE = 200
const SECONDS = Number(process.env.SECONDS ?? 60)
const CHATS = 100_000
const OPEN = 2_000

const run = promisify(execFile)
const nextTurn = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** The value that a share of all values does not exceed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
}

let portal: Portal
let connector: Connector
let desk: Desk
let cookies: string[]
const lines: string[] = []
const say = (line: string): void => {
  lines.push(line)
  console.log(line)
}

beforeAll(async () => {
  portal = await Portal.start()
  await portal.kill()
  const chats = ['--chats', String(CHATS), '--open', String(OPEN), '--messages', String(CHATS * 2)]
  await run(LOAD, ['preload', '--database', `sqlite://${join(portal.folder, 'trunkline.db')}`, ...chats])
  await portal.restart()
  cookies = await employ(portal, OPERATORS)
  await writeFile(join(portal.folder, 'cookies'), cookies.join('\n'))
  connector = await Connector.open(portal)
  const browser = await launchBrowser()
  desk = await Desk.open(browser, portal.url)
  await watchPaints(desk.page)
}, 600_000)

afterAll(async () => {
  const processor = cpus()[0]?.model ?? 'unknown'
  const head = `# The inbox under load

A portal with ${CHATS.toLocaleString('en')} chats, ${OPEN.toLocaleString('en')} of them open, on SQLite; ${OPERATORS} operators listen to the live feed and see everything that comes in.
Server, load, connector and a headless Chromium that draws without a graphics card share ${cpus().length} cores (${processor}).
\`npm run measure\` in \`web/\` measures again and writes this page; it wants the release builds of the server and of \`load\`.

`
  await writeFile(join(ROOT, 'load/inbox.md'), head + lines.join('\n') + '\n')
  await desk?.context.browser()?.close()
  await connector?.close()
  await portal?.stop()
})

test('switching between cached chats', async () => {
  const { page } = desk
  for (let number = 0; number < 12; number++) {
    const name = `Person ${number}`
    for (let message = 0; message < 30; message++) await connector.say(name, `${name} says for the ${message}th time that nothing has come yet`)
  }
  await desk.signIn(portal.anna)
  await desk.view('All')
  await desk.openChat('Person 11')
  await page.locator('[role=log] article').first().waitFor()
  // Once there and back, so that all of them are cached.
  await switchChats(page, 20)
  const taken = await switchChats(page, 200)
  say('## Switching between cached chats\n')
  say(`200 times by key, from the key to the painted thread: median ${quantile(taken, 0.5).toFixed(1)} ms, 95 % under ${quantile(taken, 0.95).toFixed(1)} ms, longest ${Math.max(...taken).toFixed(1)} ms.`)
}, 120_000)

test('from the call to the pixel', async () => {
  const { page } = desk
  const { chatId } = await connector.say('Probe', 'hello')
  await desk.go(`/chat/${chatId}`)
  await desk.view('All')
  await desk.message('hello').waitFor()
  const crowd = run(LOAD, ['crowd', '--demo', join(portal.folder, 'demo.json'), '--cookies', join(portal.folder, 'cookies'), '--rate', String(RATE), '--seconds', String(SECONDS), '--chats', String(OPEN)])
  let isOver = false
  void crowd.finally(() => (isOver = true)).catch(() => {})
  await nextTurn(5_000)
  const calls: { probe: string; begun: number; took: number }[] = []
  for (let number = 0; !isOver; number++) {
    const probe = `probe-${number}.`
    const begun = Date.now()
    await connector.say('Probe', probe)
    calls.push({ probe, begun, took: Date.now() - begun })
    await nextTurn(Math.max(0, 100 - (Date.now() - begun)))
  }
  const heard = JSON.parse((await crowd).stdout) as Record<string, number>
  await desk.message(calls.at(-1)?.probe ?? '').waitFor()
  const notes = await page.evaluate(() => window.notes)
  // What came together with the next one was never the last in a frame.
  const pixel = (where: 'thread' | 'row') => calls.flatMap(({ probe, begun }) => (notes[where][probe] ? [notes[where][probe] - begun] : []))
  const own = calls.map((call) => call.took)
  const row = (name: string, values: readonly number[]) =>
    say(`| ${name} | ${values.length} | ${quantile(values, 0.5).toFixed(1)} | ${quantile(values, 0.99).toFixed(1)} | ${(quantile(values, 0.5) / quantile(own, 0.5)).toFixed(1)} | ${(quantile(values, 0.99) / quantile(own, 0.99)).toFixed(1)} |`)
  say(`\n## From the connector's call to the pixel\n`)
  say(`${heard.per_second?.toFixed(0)} messages a second came in for ${SECONDS} s; ${heard.listeners} listeners got ${heard.changes} batches of changes (${((heard.bytes ?? 0) / 1e6 / SECONDS).toFixed(0)} MB a second), ${heard.resets} of them were told to fetch again.`)
  say(`The load's own calls took ${heard.call_p50_ms?.toFixed(1)} ms (median) and ${heard.call_p99_ms?.toFixed(1)} ms (99 %). Ten times a second a message went to the chat that the browser showed, beside a list`)
  say('in which every message moves a chat to the top. Times begin with the connector\'s call and end after the frame was painted; ratios are to that call\'s own time at the same quantile.\n')
  say('| | measured | p50 ms | p99 ms | ratio p50 | ratio p99 |')
  say('| --- | ---: | ---: | ---: | ---: | ---: |')
  row('the call itself', own)
  row('in the open thread', pixel('thread'))
  row('in the list of chats', pixel('row'))
  expect(pixel('thread').length).toBeGreaterThan(calls.length * 0.9)
  expect(heard.resets).toBe(0)
}, (SECONDS + 60) * 1000)

test('scrolling', async () => {
  const { page } = desk
  await desk.view('Closed')
  const list = page.getByRole('list', { name: 'Chats', exact: true })
  await list.locator('[data-chat]').first().waitFor()
  await list.hover()
  const loaded = () => list.evaluate((element) => Math.round(element.clientHeight / 76))
  const wheel = await framesDuring(page, async () => {
    for (let turn = 0; turn < 600; turn++) await page.mouse.wheel(0, 400)
  })
  const reached = await loaded()
  // Everything is loaded by staying at the end.
  const filling = await framesDuring(page, () =>
    page.evaluate(async (total) => {
      const box = document.querySelector('[role=list][aria-label=Chats]')?.parentElement
      while (box && box.scrollHeight < total * 76) {
        box.scrollTop = box.scrollHeight
        await new Promise((resolve) => requestAnimationFrame(resolve))
      }
    }, CHATS - OPEN),
  )
  const all = await loaded()
  const dragging = await framesDuring(page, () =>
    page.evaluate(async () => {
      const box = document.querySelector('[role=list][aria-label=Chats]')?.parentElement
      if (!box) return
      const steps = 600
      for (let step = 0; step <= steps; step++) {
        box.scrollTop = (box.scrollHeight * Math.abs(steps / 2 - step)) / (steps / 2)
        await new Promise((resolve) => requestAnimationFrame(resolve))
      }
    }),
  )
  say('\n## Scrolling\n')
  say('| | rows in the list | frames | p50 ms | p99 ms | longest ms | over 50 ms |')
  say('| --- | ---: | ---: | ---: | ---: | ---: | ---: |')
  const row = (name: string, rows: number, frames: readonly number[]) =>
    say(`| ${name} | ${rows} | ${frames.length} | ${quantile(frames, 0.5).toFixed(1)} | ${quantile(frames, 0.99).toFixed(1)} | ${Math.max(...frames).toFixed(1)} | ${frames.filter((ms) => ms > 50).length} |`)
  row('with the wheel, pages coming in', reached, wheel)
  row('at the end until all are loaded', all, filling)
  row('from the end to the start and back in ten seconds', all, dragging)
}, 600_000)
