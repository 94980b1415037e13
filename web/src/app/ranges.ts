/** Days and spans of days in a time zone. A day has 23, 24 or 25 hours: nothing here multiplies by 24. */

/** `2026-03-29` and what day it is there. */
export type Day = string

function offsetMs(ms: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  }).formatToParts(ms)
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value)
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return shown - Math.floor(ms / 1000) * 1000
}

/** When a day begins in a zone: its first moment, also where clocks jump over midnight. */
export function dayStartMs(day: Day, zone: string): number {
  const wall = Date.parse(`${day}T00:00:00Z`)
  // The offset is looked up where it may be, then where that says: enough, as clocks change at most once a day.
  const guess = wall - offsetMs(wall, zone)
  const start = wall - offsetMs(guess, zone)
  // A midnight that does not exist: the day begins where the clocks jump to.
  return dayOf(start, zone) < day ? guess : start
}

/** The first moment after a day. */
export const dayEndMs = (day: Day, zone: string): number => dayStartMs(plusDays(day, 1), zone)

/** Which day it is in a zone. */
export function dayOf(ms: number, zone: string): Day {
  return new Date(ms + offsetMs(ms, zone)).toISOString().slice(0, 10)
}

export function plusDays(day: Day, count: number): Day {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + count)
  return date.toISOString().slice(0, 10)
}

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
