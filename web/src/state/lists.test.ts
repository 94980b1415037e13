import { expect, test } from 'vitest'

import { aChat, anOwn, aSession } from '../../tests/support/things'
import { applyChange } from './apply'
import { listOf, mergePage, restart } from './lists'
import { createState, forgetAll, type Query, type State } from './model'

const ME = 7
const MINE: Query = { view: 'mine', filter: {}, sort: 'newest' }
const mine = (id: number, owner = ME) => aChat(id, { session: aSession({ id, owner_id: owner }) })

function withList(...ids: number[]): { state: State; list: ReturnType<typeof listOf> } {
  const state = createState()
  state.meId = ME
  const list = listOf(state, MINE)
  mergePage(state, list, { number: 5, chats: ids.map((id) => mine(id)), owns: ids.map((id) => anOwn(id)), next: null })
  return { state, list }
}

test('a list that is fetched again shows what it had until the answer comes, and then only the answer', () => {
  const { state, list } = withList(3, 2, 1)
  forgetAll(state, { list, chat_id: 0 })
  restart(list)
  expect(list.ids).toEqual([3, 2, 1])
  expect(list.ids.every((id) => state.chats.has(id))).toBe(true)
  mergePage(state, list, { number: 9, chats: [mine(2)], owns: [anOwn(2)], next: null })
  expect(list.ids).toEqual([2])
  expect([...state.chats.keys()]).toEqual([2])
})

test('of what was known before a reset nothing decides where a chat belongs', () => {
  const { state, list } = withList(3, 2, 1)
  forgetAll(state, { list, chat_id: 1 })
  restart(list)
  mergePage(state, list, { number: 9, chats: [mine(2)], owns: [anOwn(2)], next: null })
  // The chat that is open is still drawn as it was; the list asks for it instead of believing it.
  applyChange(state, 10, { type: 'own', own: anOwn(1, { unread: 1 }) })
  expect(list.ids).toEqual([2])
  expect([...state.wanted]).toEqual([1])
})

test('everything else is forgotten: chats, threads and lists that nobody looks at', () => {
  const { state, list } = withList(3, 2, 1)
  listOf(state, { ...MINE, view: 'all' })
  forgetAll(state, { list: null, chat_id: 2 })
  expect([...state.chats.keys()]).toEqual([2])
  expect(state.lists.size).toBe(0)
  expect(state.owns.size).toBe(1)
  expect(list.ids).toEqual([3, 2, 1])
})
