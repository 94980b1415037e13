/** The numbers of a report: what each is called and how it reads, on screens and in files. */

import type { GroupBy, ReportFigures, ReportRow } from '@/api/types'

export interface Column {
  name: keyof ReportFigures
  kind: 'count' | 'span'
}

export const COLUMNS: readonly Column[] = [
  { name: 'sessions', kind: 'count' },
  { name: 'answered', kind: 'count' },
  { name: 'lost', kind: 'count' },
  { name: 'spam', kind: 'count' },
  { name: 'first_answer_median_ms', kind: 'span' },
  { name: 'first_answer_p90_ms', kind: 'span' },
  { name: 'answer_average_ms', kind: 'span' },
  { name: 'duration_average_ms', kind: 'span' },
  { name: 'likes', kind: 'count' },
  { name: 'dislikes', kind: 'count' },
]

export const GROUPINGS: readonly GroupBy[] = ['day', 'hour', 'weekday_hour', 'line', 'operator', 'connector', 'close_reason']

export const isOverTime = (groupBy: GroupBy): boolean => groupBy === 'day' || groupBy === 'hour'


/** Numbers of spreadsheets: whole seconds for spans, empty for what is unknown. */
export function cell(column: Column, figures: ReportFigures): string {
  const value = figures[column.name]
  if (value === null) return ''
  return column.kind === 'span' ? String(Math.round(value / 1000)) : String(value)
}

/** A report as a table of texts, its head first. */
export function table(rows: readonly ReportRow[], head: readonly string[], nameOf: (row: ReportRow) => string): string[][] {
  return [[...head], ...rows.map((row) => [nameOf(row), ...COLUMNS.map((column) => cell(column, row.figures))])]
}
