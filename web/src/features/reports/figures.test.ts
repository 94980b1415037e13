import { expect, test } from 'vitest'

import type { ReportFigures, ReportRow } from '@/api/types'

import { COLUMNS, table } from './figures'

const figures: ReportFigures = {
  sessions: 3, answered: 2, lost: 1, spam: 0, likes: 1, dislikes: 0, first_answer_median_ms: 61_499, first_answer_p90_ms: null,
  answer_average_ms: 500, duration_average_ms: 0,
}
const row: ReportRow = { bucket: '7', id: 7, word: null, from_ms: null, to_ms: null, weekday: null, hour: null, figures }

test('a report becomes a table: counts as they are, spans in seconds, nothing for the unknown', () => {
  expect(table([row], ['who', ...COLUMNS.map((column) => column.name)], (one) => `#${one.id}`)).toEqual([
    ['who', ...COLUMNS.map((column) => column.name)],
    ['#7', '3', '2', '1', '0', '61', '', '1', '0', '1', '0'],
  ])
})

test('every number of the server has a column', () => {
  expect(COLUMNS.map((column) => column.name).sort()).toEqual(Object.keys(figures).sort())
})
