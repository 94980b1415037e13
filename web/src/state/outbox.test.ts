import { expect, test } from 'vitest'

import type { File } from '@/api/types'

import { again, arrived, due, enqueue, nextDueMs, planned, postponed, refused, returned, scheduled, sending, type Outbox } from './outbox'

function wish(client_id: string, chat_id = 1) {
  return { client_id, chat_id, text: client_id, note: false, finish: false, files: [], quote: null, created_ms: 0, send_at_ms: null }
}

function names(outbox: Outbox, nowMs = 0): string[] {
  return due(outbox, nowMs).map((one) => one.client_id)
}

test('within a chat one goes after the other, chats do not wait for each other', () => {
  let box = enqueue(enqueue(enqueue([], wish('a')), wish('b')), wish('c', 2))
  expect(names(box)).toEqual(['a', 'c'])
  box = sending(box, 'a')
  expect(names(box)).toEqual(['c'])
  box = arrived(box, 'a')
  expect(names(box)).toEqual(['b', 'c'])
})

test('without an answer it is tried again later, and those after it wait', () => {
  let box = enqueue(enqueue([], wish('a')), wish('b'))
  box = postponed(sending(box, 'a'), 'a', 1_000, null)
  expect(names(box, 1_500)).toEqual([])
  expect(nextDueMs(box)).toBe(0)
  expect(names(box, 2_000)).toEqual(['a'])
  box = postponed(sending(box, 'a'), 'a', 2_000, null)
  expect(names(box, 3_999)).toEqual([])
  expect(names(box, 4_000)).toEqual(['a'])
  box = postponed(sending(box, 'a'), 'a', 5_000, 60_000)
  expect(names(box, 64_999)).toEqual([])
})

test('a refused one holds up nobody, and goes again when a person says so', () => {
  let box = enqueue(enqueue([], wish('a')), wish('b'))
  box = refused(sending(box, 'a'), 'a', 'too long')
  expect(names(box)).toEqual(['b'])
  expect(box[0]?.reason).toBe('too long')
  box = again(box, 'a')
  expect(names(box)).toEqual(['a'])
})

test('what the server keeps for later is not sent by us, and holds up nobody', () => {
  let box = enqueue(enqueue([], wish('a')), wish('b'))
  box = scheduled(sending(box, 'a'), 'a', 9, 5_000)
  expect(names(box)).toEqual(['b'])
  expect(box[0]).toMatchObject({ scheduled_id: 9, send_at_ms: 5_000 })
})

const HELD = {
  id: 2, chat_id: 1, client_id: 'planned', text: 'later', file_ids: [], files: [], quote_no: null, quote: null, note: false, finish: false,
  send_at_ms: 9_000, refusal: null,
}

test('a planned one that came back is shown with its reason until it is sent again or taken back', () => {
  const waiting = planned([], 1, [HELD])
  expect(returned(waiting, 1)).toEqual([])
  const back = planned(waiting, 1, [{ ...HELD, refusal: 'file_gone' }])
  expect(back).toMatchObject([{ client_id: 'planned', phase: 'refused', reason: 'file_gone', scheduled_id: 2 }])
  expect(returned(back, 1)).toEqual(back)
  expect(returned(back, 2)).toEqual([])
  // Another device knows nothing of it yet.
  expect(planned([], 1, [{ ...HELD, refusal: 'file_gone' }])).toEqual(back)
  const going = sending(again(back, 'planned'), 'planned')
  expect(planned(going, 1, [{ ...HELD, refusal: 'file_gone' }])).toEqual(going)
  expect(planned(going, 1, [])).toEqual(going)
  expect(planned(back, 1, [])).toEqual([])
})

test('what the server still holds is what is shown as planned', () => {
  const box = scheduled(sending(enqueue(enqueue([], wish('gone')), wish('mine')), 'gone'), 'gone', 1, 5_000)
  const files = [{ id: 4, name: 'plan.pdf' } as File]
  const quote = { no: 3, author_id: 5, text: 'when?' }
  const held = { ...HELD, client_id: 'other device', file_ids: [4], files, quote_no: 3, quote }
  const after = planned(box, 1, [held])
  expect(after.map((one) => [one.client_id, one.phase])).toEqual([['mine', 'waiting'], ['other device', 'scheduled']])
  expect(after[1]).toMatchObject({ files, quote })
  expect(planned(after, 1, [held])).toEqual(after)
  expect(planned(after, 2, [])).toEqual(after)
})

test('the message in the thread ends it, whatever the answer was', () => {
  const box = enqueue([], wish('a'))
  expect(arrived(box, 'a')).toEqual([])
  expect(arrived(box, 'x')).toBe(box)
})
