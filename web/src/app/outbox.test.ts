import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { Planned } from '@/api/types'

import { aMessage } from '../../tests/support/things'
import { openDesk, settled } from '../../tests/support/portal'

const CHAT = 41
const OTHER = 42

/** What the server was told to send. */
interface Asked {
  chat_id: number
  client_id: string
  text: string
  send_at_ms?: number
}

/** Answers calls of `trunkline.message.*` itself; everything else the portal answers. */
class Server {
  asked: Asked[] = []
  held: Planned[] = []
  /** Instead of sending; an answer that never comes is one, too. */
  refuse: ((asked: Asked, signal: AbortSignal) => Promise<never>) | null = null

  get texts(): string[] {
    return this.asked.map((one) => one.text)
  }

  send(asked: Asked, signal: AbortSignal): Promise<unknown> {
    this.asked.push(asked)
    if (this.refuse) return this.refuse(asked, signal)
    const { chat_id, client_id, text, send_at_ms } = asked
    if (!send_at_ms) return Promise.resolve({ message: aMessage(chat_id, this.asked.length, { client_id, body: text }) })
    const planned: Planned = {
      id: this.asked.length, chat_id, client_id, text, send_at_ms, file_ids: [], files: [], quote_no: null, quote: null, note: false,
      finish: false, refusal: null,
    }
    this.held.push(planned)
    return Promise.resolve({ scheduled: planned })
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
  localStorage.clear()
  vi.doMock('@/router', async () => {
    const { ref } = await import('vue')
    return { router: { currentRoute: ref({ name: 'chat', params: { chat: String(CHAT) } }), push: vi.fn() } }
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.doUnmock('@/router')
})

async function started() {
  const opened = await openDesk((desk) => [CHAT, OTHER].forEach((id) => desk.message(id, false)))
  const server = new Server()
  const answered = opened.portal.call
  vi.spyOn(opened.session.client, 'call').mockImplementation(((method: string, params: never, signal: AbortSignal) => {
    if (method === 'trunkline.message.send') return server.send(params, signal)
    if (method === 'trunkline.message.scheduled') return Promise.resolve(server.held.filter((one) => one.chat_id === params['chat_id']))
    return answered(method, params)
  }) as never)
  const out = await import('./outbox')
  const { preferences } = await import('./preferences')
  const { problem } = await import('./actions')
  const { ApiError } = await import('@/api/client')
  const { setLanguage } = await import('@/i18n')
  await setLanguage('en')
  out.startOutbox()
  // Whoever opens a chat stays with it.
  await vi.advanceTimersByTimeAsync(200)
  const send = (text: string, chat_id = CHAT) => out.send({ chat_id, text, note: false, finish: false, quote: null, files: [] })
  const phases = () => out.outbox.value.map((one) => [one.text, one.phase])
  return { ...opened, server, out, preferences, problem, ApiError, send, phases }
}

test('with Undo, a second message right after the first goes to the server too, in its turn and with its own moment', async () => {
  const { server, out, preferences, send } = await started()
  preferences.undo_ms = 5_000
  send('first')
  // Before there can be an answer.
  vi.setSystemTime(Date.now() + 1)
  send('second')
  await settled()
  expect(server.texts).toEqual(['first', 'second'])
  const [first, second] = out.outbox.value
  expect([first?.phase, second?.phase]).toEqual(['scheduled', 'scheduled'])
  expect((second?.send_at_ms ?? 0) > (first?.send_at_ms ?? 0)).toBe(true)
})

test('what was refused in a chat that is not on the screen is told, with the way to it, and is marked', async () => {
  const { server, out, problem, ApiError, send } = await started()
  server.refuse = () => Promise.reject(new ApiError('ACCESS_DENIED', 'no', 403))
  send('on the screen')
  await settled()
  expect(problem.value).toBeNull()
  send('elsewhere', OTHER)
  await settled()
  expect(problem.value).toMatchObject({ chat_id: OTHER, text: expect.stringMatching(/^Your message to Customer 42 was not sent: You may not/) })
  expect([...out.refusedIds.value]).toEqual([CHAT, OTHER])
})

test('a planned message that was sent while nobody was told does not stay on the screen', async () => {
  const { portal, server, out, preferences, send } = await started()
  preferences.undo_ms = 5_000
  send('planned')
  await settled()
  expect(out.outbox.value).toHaveLength(1)
  server.held = []
  portal.network.last.say('reset', { reason: 'too far behind' })
  await settled()
  expect(out.outbox.value).toEqual([])
})

test('when the connection is back, what has waited for an answer is sent again, and the late answer of the first try is nothing', async () => {
  const { portal, server, send, phases } = await started()
  let isCut = false
  server.refuse = (_, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => ((isCut = true), reject(signal.reason))))
  send('hanging')
  send('behind it')
  await vi.advanceTimersByTimeAsync(3_000)
  expect(phases()).toEqual([['hanging', 'sending'], ['behind it', 'waiting']])
  server.refuse = null
  portal.network.last.say('error')
  await vi.advanceTimersByTimeAsync(2_000)
  portal.network.last.say('hello', { number: portal.desk.number, user_id: 7 })
  await settled()
  expect(isCut).toBe(true)
  expect(server.texts).toEqual(['hanging', 'hanging', 'behind it'])
  expect(new Set(server.asked.map((one) => one.client_id)).size).toBe(2)
  expect(phases()).toEqual([])
})
