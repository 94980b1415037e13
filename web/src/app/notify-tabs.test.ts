/** Several tabs of one person: one of them rings, none if the chat is being read in any. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { openDesk, settled } from '../../tests/support/portal'

vi.mock('@/router', async () => {
  const { ref } = await import('vue')
  return { router: { currentRoute: ref({ name: 'chat', params: { chat: '1' } }), push: async () => undefined } }
})

/** The locks that all tabs of a browser share. */
class FakeLocks {
  private readonly taken = new Set<string>()

  request = async (name: string, _: object, act: (lock: object | null) => Promise<void>): Promise<void> => {
    if (this.taken.has(name)) return act(null)
    this.taken.add(name)
    await act({})
    this.taken.delete(name)
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

let rings = 0

beforeEach(() => {
  rings = 0
  const tone = { frequency: {}, connect: (next: object) => next, start: () => (rings += 0.5), stop: () => {} }
  const gain = { gain: { setValueAtTime: () => {}, exponentialRampToValueAtTime: () => {} }, connect: (next: object) => next }
  vi.stubGlobal('AudioContext', function () {
    return { currentTime: 0, destination: {}, createOscillator: () => tone, createGain: () => gain }
  })
})

async function openTabs(count: number) {
  const tabs = []
  for (let tab = 0; tab < count; tab += 1) {
    const { portal } = await openDesk((desk) => desk.message(1, false))
    const { startNotifying } = await import('./notify')
    startNotifying(() => portal.desk.now + 10_000)
    tabs.push(async (hasFocus: boolean) => {
      vi.spyOn(document, 'hasFocus').mockReturnValue(hasFocus)
      portal.desk.message(1, false)
      portal.network.last.say('change', portal.desk.log.at(-1))
      await settled()
    })
  }
  vi.stubGlobal('navigator', Object.create(navigator, { locks: { value: new FakeLocks() } }))
  return tabs
}

test('the chat that is read in one tab rings in no other, whichever hears of the message first', async () => {
  const [behind, front] = await openTabs(2)
  await behind?.(false)
  await front?.(true)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(rings).toBe(0)
})

test('a message that nobody is reading rings in one tab', async () => {
  for (const hear of await openTabs(3)) await hear(false)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(rings).toBe(1)
})
