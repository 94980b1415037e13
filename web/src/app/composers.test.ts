import { beforeEach, expect, test, vi } from 'vitest'

import { anOwn } from '../../tests/support/things'
import { clearComposer, composerOf, hasDraft, keepDraft } from './composers'
import { state } from './desk'
import { client } from './session'

let chatId = 100

beforeEach(() => {
  chatId += 10
  localStorage.clear()
  vi.spyOn(client, 'call').mockResolvedValue(undefined as never)
})

test('what is written in one chat is in no other', () => {
  composerOf(chatId).text = 'for the first'
  keepDraft(chatId)
  expect(composerOf(chatId + 1).text).toBe('')
  composerOf(chatId + 1).text = 'for the second'
  expect(composerOf(chatId).text).toBe('for the first')
})

test('a draft of the server is taken up, unless a newer one is here', () => {
  state.owns.set(chatId, anOwn(chatId, { draft: { text: 'from the server', note: true, updated_ms: 5 } }))
  expect(composerOf(chatId)).toMatchObject({ text: 'from the server', note: true })
  localStorage.setItem(`draft:${state.meId}:${chatId + 1}`, JSON.stringify({ text: 'newer', note: false, updated_ms: 9 }))
  state.owns.set(chatId + 1, anOwn(chatId + 1, { draft: { text: 'older', note: false, updated_ms: 5 } }))
  expect(composerOf(chatId + 1).text).toBe('newer')
})

test('a draft outlives the page, and nothing of it outlives sending', () => {
  composerOf(chatId).text = 'half an answer'
  keepDraft(chatId)
  expect(JSON.parse(localStorage.getItem(`draft:${state.meId}:${chatId}`) ?? '{}')).toMatchObject({ text: 'half an answer' })
  expect(hasDraft(chatId)).toBe(true)
  clearComposer(chatId)
  expect(localStorage.getItem(`draft:${state.meId}:${chatId}`)).toBeNull()
  expect(hasDraft(chatId)).toBe(false)
  expect(client.call).toHaveBeenCalledWith('trunkline.chat.draft', { chat_id: chatId, text: '', note: false })
})
