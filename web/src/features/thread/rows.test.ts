import { expect, test } from 'vitest'

import { aMessage } from '../../../tests/support/things'
import { rowsOf, type Row } from './rows'

const day = (ms: number) => String(Math.floor(ms / 86_400_000))
const brief = (rows: Row[]) => rows.map((row) => (row.kind === 'message' ? `${row.message.no}${row.isFirst ? '*' : ''}` : row.kind)).join(' ')

test('messages close together of one author are a group', () => {
  const messages = [1, 2, 3].map((no) => aMessage(1, no))
  expect(brief(rowsOf([...messages, aMessage(1, 4, { created_ms: 900_000 })], null, day))).toBe('day 1* 2 3 4*')
})

test('another author, a note and another session begin anew', () => {
  const rows = rowsOf(
    [aMessage(1, 1), aMessage(1, 2, { direction: 'out', author_id: 7 }), aMessage(1, 3, { direction: 'note', author_id: 7 }), aMessage(1, 4, { session_id: 2 })],
    null, day,
  )
  expect(brief(rows)).toBe('day 1* 2* 3* session 4*')
})

test('what a silent chat kept from the customer begins anew, and so does what it did not', () => {
  const answer = (no: number, hidden: boolean) => aMessage(1, no, { direction: 'out', author_id: 7, hidden })
  expect(brief(rowsOf([answer(1, false), answer(2, true), answer(3, true), answer(4, false)], null, day))).toBe('day 1* 2* 3 4*')
})

test('what is new is marked once, before the first unread message of the customer', () => {
  expect(brief(rowsOf([1, 2, 3].map((no) => aMessage(1, no)), 1, day))).toBe('day 1* new 2* 3')
  expect(brief(rowsOf([1, 2, 3].map((no) => aMessage(1, no)), 3, day))).toBe('day 1* 2 3')
})

test('a new day has its title', () => {
  expect(brief(rowsOf([aMessage(1, 1), aMessage(1, 2, { created_ms: 90_000_000 })], null, day))).toBe('day 1* day 2*')
})
