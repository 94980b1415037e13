import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { Chat, Own } from '@/api/types'

import { ME, type Desk } from '../../tests/support/desk'
import { openDesk, settled } from '../../tests/support/portal'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function start(fill = (desk: Desk) => desk.message(1, false)) {
  const opened = await openDesk(fill)
  const counts = await import('./extra-counts')
  counts.startExtraCounts()
  const asked = async (afterMs: number) => {
    opened.portal.calls.length = 0
    await vi.advanceTimersByTimeAsync(afterMs)
    return opened.portal.calls.filter((one) => one === 'trunkline.chat.count').length
  }
  const change = async () => {
    opened.portal.desk.message(1, true)
    opened.portal.network.last.say('change', opened.portal.desk.log.at(-1))
    await settled()
  }
  const look = (state: 'visible' | 'hidden') => {
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
    document.dispatchEvent(new Event('visibilitychange'))
  }
  return { ...opened, counts, asked, change, look }
}

test('they are asked for at the start, and a moment after a change, once for many', async () => {
  const { asked, change } = await start()
  expect(await asked(10)).toBe(2)
  for (let count = 0; count < 5; count += 1) await change()
  expect(await asked(60_000)).toBe(2)
})

test('a change while nobody looks is asked for when somebody looks', async () => {
  const { asked, change, look } = await start()
  await asked(10)
  look('hidden')
  await change()
  expect(await asked(60_000)).toBe(0)
  look('visible')
  expect(await asked(10)).toBe(2)
})

test('without an answer they are asked for again, and after a reset too', async () => {
  const { asked, portal } = await start()
  portal.isAway = true
  expect(await asked(10)).toBe(1)
  portal.isAway = false
  expect(await asked(30_000)).toBe(2)
  portal.calls.length = 0
  portal.network.last.say('reset', { reason: 'behind' })
  await settled()
  await vi.advanceTimersByTimeAsync(10)
  expect(portal.calls.filter((one) => one === 'trunkline.chat.count')).toHaveLength(2)
})

test('what changes while they are being asked for is not missed', async () => {
  const { asked, change, portal } = await start()
  await asked(10)
  await change()
  portal.hold('trunkline.chat.count')
  await asked(3_000)
  await change()
  portal.release('trunkline.chat.count')
  expect(await asked(3_000)).toBeGreaterThanOrEqual(2)
})

test('what is mine is counted from its list, whatever list is shown, without asking', async () => {
  const { asked, portal, counts } = await start()
  await asked(10)
  const mine = (act: (own: Own, chat: Chat) => void) => async () => {
    portal.desk.change(1, (chat, own) => act(own, chat), 'with own')
    portal.network.last.say('change', portal.desk.log.at(-1))
    await settled()
  }
  const numbers = () => [counts.mineCount.value, counts.unreadCount.value]
  expect(numbers()).toEqual([0, 0])
  await mine((_, chat) => chat.session && Object.assign(chat.session, { owner_id: ME, status: 'answered' }))()
  expect(numbers()).toEqual([1, 1])
  await mine((own) => (own.snoozed_until_ms = 5))()
  expect(numbers()).toEqual([0, 0])
})

test('of more than a page the server is asked', async () => {
  const { asked, portal, counts } = await start((desk) => {
    for (let id = 1; id <= 70; id += 1) {
      desk.message(id, false)
      desk.change(id, (chat) => chat.session && Object.assign(chat.session, { owner_id: ME }), 'with own')
    }
  })
  portal.counted = 70
  await asked(10)
  expect([counts.mineCount.value, counts.unreadCount.value]).toEqual([70, 70])
})
