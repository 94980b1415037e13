import { expect, test } from 'vitest'

import { atHour, dayEndMs, dayOf, dayStartMs, plusDays, preset, wallMs, wallOf } from './days'

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

test.each([
  ['2026-11-22', '09:00', 'Asia/Tokyo', '2026-11-22T00:00:00.000Z'],
  ['2026-11-22', '09:00', 'America/Los_Angeles', '2026-11-22T17:00:00.000Z'],
  // The days on which clocks change, in the morning after it.
  ['2026-03-29', '09:00', 'Europe/Berlin', '2026-03-29T07:00:00.000Z'],
  ['2026-10-25', '09:00', 'Europe/Berlin', '2026-10-25T08:00:00.000Z'],
  // Clocks show this twice: the first time counts.
  ['2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
  // Clocks never show this: half an hour behind the jump.
  ['2026-03-29', '02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
  ['2026-11-22', '09:00', 'Asia/Kolkata', '2026-11-22T03:30:00.000Z'],
])('%s %s in %s is %s', (day, time, zone, moment) => {
  expect(new Date(wallMs(day, time, zone)).toISOString()).toBe(moment)
})

test('tomorrow at nine is tomorrow there, at nine there', () => {
  const now = Date.parse('2026-10-24T22:30:00Z')
  const nine = (days: number, zone: string) => new Date(atHour(now, days, 9, zone)).toISOString()
  expect(nine(1, 'America/New_York')).toBe('2026-10-25T13:00:00.000Z')
  // There it is tomorrow already, and the clocks have not yet gone back.
  expect(nine(1, 'Europe/Berlin')).toBe('2026-10-26T08:00:00.000Z')
  expect(nine(7, 'Europe/Berlin')).toBe('2026-11-01T08:00:00.000Z')
  expect(nine(1, 'Asia/Tokyo')).toBe('2026-10-26T00:00:00.000Z')
})

test('what a field shows is what was put into it', () => {
  for (const zone of ['UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Apia'])
    expect(wallOf(wallMs('2026-07-31', '23:45', zone), zone)).toBe('2026-07-31T23:45')
})
