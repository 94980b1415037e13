/** How long ago and how long, in words. Moments themselves are in format.ts. */

import { locale, t } from '@/i18n'

import { dateOf } from './format'
import { serverNowMs } from './time'

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** "5 minutes ago", and the date when it is longer ago than a month. */
export function ago(ms: number, nowMs: number = serverNowMs()): string {
  const passed = nowMs - ms
  if (passed > 30 * 86_400_000) return dateOf(ms)
  const words = new Intl.RelativeTimeFormat(locale.value, { numeric: 'auto' })
  for (const [unit, length] of UNITS) if (Math.abs(passed) >= length) return words.format(-Math.round(passed / length), unit)
  return words.format(0, 'second')
}

/** "1 h 5 min", "42 s": two units at most. */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), t('unit.d')],
    [Math.floor(seconds / 3600) % 24, t('unit.h')],
    [Math.floor(seconds / 60) % 60, t('unit.min')],
    [seconds % 60, t('unit.s')],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  if (first < 0) return `0 ${t('unit.s')}`
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}
