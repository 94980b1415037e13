import { expect, test } from 'vitest'

import { aMessage } from '../../tests/support/things'
import { createState, type State } from './model'
import { applyMessage, mergeMessages, openedThread, threadOf, type Asked } from './threads'

const CHAT = 3

function page(number: number, from: number, to: number, last: number, body = 'as fetched') {
  const messages = Array.from({ length: to - from + 1 }, (_, index) => aMessage(CHAT, from + index, { body }))
  return { number, messages, first_no: 1, last_no: last }
}

function threadWith(asked: Asked, answer: ReturnType<typeof page>): State {
  const state = createState()
  threadOf(state, CHAT)
  mergeMessages(state, CHAT, asked, answer)
  return state
}

const bodies = (state: State) => state.threads.get(CHAT)?.items.map((one) => `${one.no} ${one.body}`)

test('an edit beyond the window is not lost to a page that was asked for before it', () => {
  const state = threadWith({ kind: 'around', no: 2 }, page(10, 1, 3, 6))
  applyMessage(state, aMessage(CHAT, 5, { body: 'edited' }), 11)
  mergeMessages(state, CHAT, { kind: 'after', no: 3 }, page(10, 4, 6, 6))
  expect(bodies(state)?.slice(3)).toEqual(['4 as fetched', '5 edited', '6 as fetched'])
})

test('what came too early does not replace what a later page says', () => {
  const state = threadWith({ kind: 'latest' }, page(10, 1, 3, 3))
  applyMessage(state, aMessage(CHAT, 5, { body: 'early' }), 12)
  mergeMessages(state, CHAT, { kind: 'after', no: 3 }, page(20, 4, 5, 5, 'edited at 15'))
  applyMessage(state, aMessage(CHAT, 5, { body: 'edited at 15' }), 15)
  expect(bodies(state)?.at(-1)).toBe('5 edited at 15')
})

test('when more comes beyond the window than is kept, an older page is not believed', () => {
  const state = threadWith({ kind: 'around', no: 2 }, page(10, 1, 3, 2000))
  for (let no = 4; no < 1200; no += 1) applyMessage(state, aMessage(CHAT, no, { body: 'edited' }), 10 + no)
  expect(mergeMessages(state, CHAT, { kind: 'after', no: 3 }, page(10, 4, 53, 2000))).toBe('ask again')
  expect(state.threads.get(CHAT)?.to).toBe(3)
  expect(mergeMessages(state, CHAT, { kind: 'after', no: 3 }, page(1300, 4, 53, 2000, 'edited'))).toBe('merged')
  expect(bodies(state)?.at(-1)).toBe('53 edited')
})

test('of many threads those are kept that were opened last', () => {
  const state = createState()
  for (const id of [1, 2, 3, 1, 4]) openedThread(state, id, 3)
  expect([...state.threads.keys()]).toEqual([3, 1, 4])
})
