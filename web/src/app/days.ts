/** Days and spans of days in a time zone. A day has 23, 24 or 25 hours: nothing here multiplies by 24. */

const DAY_MS = 86_400_000

/** `2026-03-29` and what day it is there. */
export type Day = string

/** Making one takes longer than everything else here. */
const clocks = new Map<string, Intl.DateTimeFormat>()

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  })
  clocks.set(zone, made)
  return made
}

function offsetMs(ms: number, zone: string): number {
  const parts = clockOf(zone).formatToParts(ms)
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value)
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return shown - Math.floor(ms / 1000) * 1000
}

/** `09:30` */
export type ClockTime = string

/**
 * When clocks in a zone show something: the first such moment, where clocks go back. A time that clocks jump over is as far
 * behind the jump as it would have been behind its beginning.
 */
export function wallMs(day: Day, time: ClockTime, zone: string): number {
  const wall = Date.parse(`${day}T${time}Z`)
  // Clocks change at most once within two days: these are the offsets that may hold.
  const before = wall - offsetMs(wall - DAY_MS, zone)
  const after = wall - offsetMs(wall + DAY_MS, zone)
  const fits = (ms: number) => ms + offsetMs(ms, zone) === wall
  return !fits(before) && fits(after) ? after : before
}

/** When a day begins in a zone: its first moment, also where clocks jump over midnight. */
export const dayStartMs = (day: Day, zone: string): number => wallMs(day, '00:00', zone)

/** The first moment after a day. */
export const dayEndMs = (day: Day, zone: string): number => dayStartMs(plusDays(day, 1), zone)

/** Which day it is in a zone. */
export const dayOf = (ms: number, zone: string): Day => wallOf(ms, zone).slice(0, 10)

/** What clocks in a zone show, as a field for date and time takes it: `2026-03-29T09:30`. */
export const wallOf = (ms: number, zone: string): string => new Date(ms + offsetMs(ms, zone)).toISOString().slice(0, 16)

export function plusDays(day: Day, count: number): Day {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + count)
  return date.toISOString().slice(0, 10)
}

/** An hour of a day that is so many days after today. */
export const atHour = (nowMs: number, days: number, hour: number, zone: string): number =>
  wallMs(plusDays(dayOf(nowMs, zone), days), `${String(hour).padStart(2, '0')}:00`, zone)

export type Preset = 'today' | 'yesterday' | 'week' | 'month' | 'quarter'
export const PRESETS: readonly Preset[] = ['today', 'yesterday', 'week', 'month', 'quarter']

/** First and last day, both included. The last days include today. */
export function preset(name: Preset, nowMs: number, zone: string): { from: Day; to: Day } {
  const today = dayOf(nowMs, zone)
  switch (name) {
    case 'today':
      return { from: today, to: today }
    case 'yesterday':
      return { from: plusDays(today, -1), to: plusDays(today, -1) }
    case 'week':
      return { from: plusDays(today, -6), to: today }
    case 'month':
      return { from: plusDays(today, -29), to: today }
    case 'quarter':
      return { from: plusDays(today, -89), to: today }
  }
}
