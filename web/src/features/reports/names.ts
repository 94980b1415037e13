/** What a row of a report is about, in words. */

import type { GroupBy, ReportRow } from '@/api/types'
import { connectorName, lineName, state } from '@/app/desk'
import { employeeName } from '@/app/format'
import { locale, t } from '@/i18n'

export function rowName(row: ReportRow, groupBy: GroupBy, zone: string): string {
  const date = (options: Intl.DateTimeFormatOptions, ms: number, timeZone = zone) =>
    new Intl.DateTimeFormat(locale.value, { ...options, timeZone }).format(ms)
  switch (groupBy) {
    case 'day':
      return date({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }, row.from_ms ?? 0)
    case 'hour':
      return date({ dateStyle: 'medium', timeStyle: 'short' }, row.from_ms ?? 0)
    case 'weekday_hour':
      return `${date({ weekday: 'long' }, Date.UTC(2024, 0, row.weekday ?? 1), 'UTC')}, ${row.hour ?? 0}:00`
    case 'line':
      return lineName(row.id ?? 0)
    case 'operator':
      return row.id ? employeeName(state.employees.get(row.id) ?? { id: row.id, name: '', last_name: '' }) : t('reports.nobody')
    case 'connector':
      return connectorName(row.word ?? '')
    case 'close_reason':
      return REASONS.includes(row.word ?? '') ? t(`reports.reason.${row.word}`) : row.word || t('reports.reason.open')
  }
}

const REASONS = ['finished', 'silence', 'spam', 'line_removed']
