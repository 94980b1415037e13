import { expect, test } from 'vitest'

import { dayEndMs, dayOf, dayStartMs, plusDays, preset } from './ranges'

const HOUR = 3_600_000

test.each([
  ['2026-11-22', 'UTC', '2026-11-22T00:00:00.000Z', 24],
  ['2026-11-22', 'Europe/Berlin', '2026-11-21T23:00:00.000Z', 24],
  // Clocks go forward, and back.
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', 23],
  ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', 25],
  ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z', 23],
  ['2026-11-22', 'Asia/Kolkata', '2026-11-21T18:30:00.000Z', 24],
  ['2026-11-22', 'Pacific/Kiritimati', '2026-11-21T10:00:00.000Z', 24],
  // Midnight does not exist: the day begins at one o'clock.
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z', 23],
])('%s in %s begins at %s and has %i hours', (day, zone, start, hours) => {
  expect(new Date(dayStartMs(day, zone)).toISOString()).toBe(start)
  expect(dayEndMs(day, zone) - dayStartMs(day, zone)).toBe(hours * HOUR)
  expect(dayOf(dayStartMs(day, zone), zone)).toBe(day)
  expect(dayOf(dayStartMs(day, zone) - 1, zone)).toBe(plusDays(day, -1))
})

test('spans are of days where the person is', () => {
  const now = Date.parse('2026-03-01T23:30:00Z')
  expect(preset('today', now, 'Europe/Berlin')).toEqual({ from: '2026-03-02', to: '2026-03-02' })
  expect(preset('today', now, 'UTC')).toEqual({ from: '2026-03-01', to: '2026-03-01' })
  expect(preset('yesterday', now, 'UTC')).toEqual({ from: '2026-02-28', to: '2026-02-28' })
  expect(preset('week', now, 'UTC')).toEqual({ from: '2026-02-23', to: '2026-03-01' })
  expect(preset('month', now, 'UTC').from).toBe('2026-01-31')
  expect(preset('quarter', now, 'UTC').from).toBe('2025-12-02')
})
