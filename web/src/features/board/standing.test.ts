import { expect, test } from 'vitest'

import type { Board, Counts, Employee } from '@/api/types'

import { operators, sortedLines, urgency } from './standing'

const BOARD: Board = {
  now_ms: 0,
  lines: [],
  operators: [
    { user_id: 1, presence: 'online', open: 1, unanswered: 0, waiting_since_ms: null },
    { user_id: 2, presence: 'online', open: 4, unanswered: 2, waiting_since_ms: 5 },
    { user_id: 3, presence: 'offline', open: 0, unanswered: 0, waiting_since_ms: null },
    { user_id: 4, presence: 'offline', open: 2, unanswered: 0, waiting_since_ms: null },
  ],
}
const people = new Map([[1, { presence: 'pause' } as Employee]])

test('the feed knows better than the last fetch who is there and who has what', () => {
  const counts: Counts = { lines: [{ line_id: 1, open: 9, unassigned: 1, by_owner: { '2': 1, '4': 2 } }, { line_id: 2, open: 3, unassigned: 0, by_owner: { '2': 2 } }] }
  expect(operators(BOARD, people, counts).map((one) => [one.user_id, one.presence, one.open, one.load])).toEqual([
    [2, 'online', 3, 1],
    [1, 'pause', 0, 0],
    [4, 'offline', 2, 2 / 3],
  ])
  expect(operators(BOARD, new Map(), { lines: [] }).map((one) => one.user_id)).toEqual([2, 1, 4])
})

test('whoever waits longest comes first', () => {
  const line = (line_id: number, open: number, waiting_since_ms: number | null) => ({ line_id, open, queued: 0, waiting_since_ms })
  expect(sortedLines([line(1, 0, null), line(2, 9, null), line(3, 1, 20), line(4, 1, 10)]).map((one) => one.line_id)).toEqual([4, 3, 2, 1])
})

test.each([[null, 'calm'], [99_000, 'calm'], [40_000, 'soon'], [-200_000, 'late']] as const)('waiting since %s is %s', (since, expected) =>
  expect(urgency(since, 100_000)).toBe(expected))
