import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { perFrame } from './per-frame'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function heard() {
  const groups: number[][] = []
  return { groups, frames: perFrame<number>((items) => void groups.push(items)) }
}

test('what comes within a frame is handed over together and in order', () => {
  const { groups, frames } = heard()
  for (const item of [1, 2, 3]) frames.add(item)
  expect(groups).toEqual([])
  vi.advanceTimersToNextFrame()
  expect(groups).toEqual([[1, 2, 3]])
  frames.add(4)
  vi.advanceTimersToNextFrame()
  expect(groups).toEqual([[1, 2, 3], [4]])
})

test('a page that is not drawn hears of it a little later', () => {
  vi.stubGlobal('requestAnimationFrame', () => 0)
  const { groups, frames } = heard()
  frames.add(1)
  vi.advanceTimersByTime(250)
  expect(groups).toEqual([[1]])
  vi.unstubAllGlobals()
})

test('a flush hands over what waits once', () => {
  const { groups, frames } = heard()
  frames.add(1)
  frames.flush()
  frames.flush()
  vi.advanceTimersByTime(1_000)
  expect(groups).toEqual([[1]])
})
