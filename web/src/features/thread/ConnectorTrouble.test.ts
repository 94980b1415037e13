import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { ConnectorHealth } from '@/api/types'

import { openDesk, settled } from '../../../tests/support/portal'
import { aChat, aMessage } from '../../../tests/support/things'

const WELL: ConnectorHealth = {
  code: 'Site', name: 'WhatsApp', icon: null, color: null, application: null, channels: [{ line_id: 1, active: true, error: false }],
  queued: 0, failed: 0, lag_ms: null, last_in_ms: null, last_out_ms: null, last_error: null,
}
const ERROR = { at_ms: 1, text: 'HTTP 500: failed' }

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** What is said above the thread of a chat of line 1, while the channel does like this. */
async function open(fields: Partial<ConnectorHealth> = {}) {
  const { desk, portal, session } = await openDesk()
  await (await import('@/i18n')).setLanguage('en')
  const known = { health: { ...WELL, ...fields }, asked: 0 }
  vi.mocked(session.client.call).mockImplementation((async (method: string, params: never) => {
    if (method !== 'trunkline.connector.list') return portal.call(method, params)
    known.asked += 1
    return { connectors: [known.health] }
  }) as never)
  desk.state.catalog.connectors = [{ code: 'site', name: 'WhatsApp', icon: null, color: null }] as never
  const { default: ConnectorTrouble } = await import('./ConnectorTrouble.vue')
  const banner = mount(ConnectorTrouble, { props: { chat: aChat(1) }, global: { stubs: { RouterLink: true } } })
  await vi.advanceTimersByTimeAsync(10)
  const tell = async (message: object) => {
    portal.network.last.say('change', { number: portal.desk.number + 1, changes: [{ type: 'message', message }] })
    await settled()
    await vi.advanceTimersByTimeAsync(5_000)
  }
  return { known, banner, tell, text: () => banner.find('p').exists() && banner.get('p').text() }
}

test.each([
  ['all is well', {}, false],
  ['a little is on its way', { queued: 3, lag_ms: 20_000 }, false],
  ['what was given up long ago', { failed: 3 }, false],
  ['it waits too long', { queued: 1, lag_ms: 245_000 }, 'WhatsApp: 1 message waits, for 4:05 already.'],
  ['it waits for an error', { queued: 3, lag_ms: 20_000, last_error: ERROR }, 'WhatsApp: 3 messages wait, the oldest for 0:20 already. Last error: HTTP 500: failed'],
  ['given up', { failed: 1, last_error: ERROR }, 'WhatsApp: the last message did not get through: HTTP 500: failed'],
  ['an error of its own', { channels: [{ line_id: 1, active: true, error: true }] }, 'WhatsApp reports an error: replies may not reach the customer.'],
  ['off', { channels: [{ line_id: 1, active: false, error: false }] }, 'WhatsApp is switched off here: replies do not reach the customer.'],
  ['on no line at all', { channels: [] }, 'WhatsApp is switched off here: replies do not reach the customer.'],
  ['the chat was passed to a line without it', { channels: [{ line_id: 2, active: true, error: true }] }, false],
] as const)('%s', async (_, fields, expected) => {
  expect((await open(fields as Partial<ConnectorHealth>)).text()).toBe(expected)
})

test('it is asked again when a reply of the chat gets stuck, and when it gets through after all', async () => {
  const { known, tell, text } = await open()
  known.health = { ...WELL, queued: 1, lag_ms: 0, last_error: ERROR }
  await tell(aMessage(2, 1, { direction: 'out', state: 'queued', failure: 'of another chat' }))
  await tell(aMessage(1, 1, { direction: 'out', state: 'queued' }))
  expect([known.asked, text()]).toEqual([1, false])
  await tell(aMessage(1, 1, { direction: 'out', state: 'queued', failure: 'HTTP 500' }))
  expect(text()).toContain('HTTP 500')
  known.health = WELL
  await tell(aMessage(1, 1, { direction: 'out', state: 'sent' }))
  expect(text()).toBe(false)
})

test('it is asked once a minute, for as long as the chat is shown', async () => {
  const { known, banner } = await open()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(known.asked).toBe(3)
  banner.unmount()
  await vi.advanceTimersByTimeAsync(300_000)
  expect(known.asked).toBe(3)
})

test('chats that are opened one after the other do not each ask', async () => {
  const { known, banner } = await open()
  for (let id = 2; id < 12; id += 1) {
    await banner.setProps({ chat: aChat(id, { connector: id % 2 ? 'site' : 'other' }) })
    await vi.advanceTimersByTimeAsync(300)
  }
  expect(known.asked).toBeLessThanOrEqual(2)
})
