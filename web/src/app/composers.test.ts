import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { anOwn } from '../../tests/support/things'
import { settled } from '../../tests/support/portal'
import { ApiError } from '@/api/client'
import type { Draft, File as StoredFile } from '@/api/types'
import { upload } from '@/api/upload'
import { attach, clearComposer, composerOf, hasDraft, keepDraft, putBack, saveDraft, startDrafts } from './composers'
import { state } from './desk'
import * as session from './session'
import { client } from './session'

let chatId = 100

vi.mock('@/api/upload', () => ({ upload: vi.fn() }))

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
  chatId += 10
  localStorage.clear()
  vi.spyOn(client, 'call').mockResolvedValue(undefined as never)
})
afterEach(() => {
  vi.useRealTimers()
})

const stored = (id = chatId) => JSON.parse(localStorage.getItem(`draft:${state.meId}:${id}`) ?? 'null')
const aDraft = (text: string, updated_ms = Date.now()): Draft => ({ text, note: false, updated_ms })

/** The server tells what it has. */
function told(draft: Draft | null, id = chatId): void {
  state.owns.set(id, anOwn(id, { draft }))
}

async function write(text: string, id = chatId): Promise<void> {
  composerOf(id).text = text
  keepDraft(id)
  await vi.advanceTimersByTimeAsync(1_200)
}

test('what is written in one chat is in no other', () => {
  composerOf(chatId).text = 'for the first'
  keepDraft(chatId)
  expect(composerOf(chatId + 1).text).toBe('')
  composerOf(chatId + 1).text = 'for the second'
  expect(composerOf(chatId).text).toBe('for the first')
})

test('a draft of the server is taken up, unless a newer one is here that it does not have', () => {
  state.owns.set(chatId, anOwn(chatId, { draft: { text: 'from the server', note: true, updated_ms: 5 } }))
  expect(composerOf(chatId)).toMatchObject({ text: 'from the server', note: true })
  localStorage.setItem(`draft:${state.meId}:${chatId + 1}`, JSON.stringify({ text: 'newer', note: false, updated_ms: 9 }))
  told(aDraft('older', 5), chatId + 1)
  expect(composerOf(chatId + 1).text).toBe('newer')
})

test('a draft outlives the page, and nothing of it outlives sending', async () => {
  await write('half an answer')
  expect(stored()).toMatchObject({ text: 'half an answer', saved: true })
  expect(hasDraft(chatId)).toBe(true)
  clearComposer(chatId)
  await settled()
  expect(stored()).toBeNull()
  expect(hasDraft(chatId)).toBe(false)
  expect(client.call).toHaveBeenLastCalledWith('trunkline.chat.draft', { chat_id: chatId, text: '', note: false })
})

test('what was sent from another device is no longer in the composer, and does not come back with a reload', async () => {
  await write('sent elsewhere')
  told(aDraft('sent elsewhere'))
  told(null)
  expect(composerOf(chatId).text).toBe('')
  expect(stored()).toBeNull()
  // A page that was closed when it was sent.
  localStorage.setItem(`draft:${state.meId}:${chatId + 1}`, JSON.stringify({ ...aDraft('sent elsewhere'), saved: true }))
  told(null, chatId + 1)
  expect(composerOf(chatId + 1).text).toBe('')
  // And one that opens it before it knows.
  localStorage.setItem(`draft:${state.meId}:${chatId + 2}`, JSON.stringify({ ...aDraft('sent elsewhere'), saved: true }))
  expect(composerOf(chatId + 2).text).toBe('sent elsewhere')
  told(null, chatId + 2)
  expect(composerOf(chatId + 2).text).toBe('')
})

test('what is written on goes on, although the draft was sent elsewhere meanwhile', async () => {
  await write('begun')
  told(aDraft('begun'))
  composerOf(chatId).text = 'begun, and more'
  keepDraft(chatId)
  told(null)
  told(aDraft('begun elsewhere too', Date.now() + 60_000))
  expect(composerOf(chatId).text).toBe('begun, and more')
})

test('what the server tells late about a draft does not bring sent text back, whatever its clock says', async () => {
  await write('an answer')
  const late = aDraft('an answer', Date.now() + 5_000)
  clearComposer(chatId)
  await settled()
  told(late)
  expect(composerOf(chatId).text).toBe('')
  told(null)
  // The next one is being written when the end of the first is told.
  await write('the next one')
  told(null)
  expect(composerOf(chatId).text).toBe('the next one')
  told(aDraft('the next one'))
  expect(composerOf(chatId).text).toBe('the next one')
})

test('a draft from another device is followed, as often as it changes', () => {
  composerOf(chatId)
  told(aDraft('a'))
  told(aDraft('a b'))
  expect(composerOf(chatId).text).toBe('a b')
  told(null)
  expect(composerOf(chatId).text).toBe('')
})

test('drafts are told one after the other, and what could not be told is told again', async () => {
  const texts: string[] = []
  let answer = () => {}
  vi.mocked(client.call).mockImplementation(async (_, params) => {
    texts.push((params as { text: string }).text)
    if (texts.length === 1) await new Promise<void>((resolve) => (answer = resolve))
    if (texts.length === 2) throw new ApiError('NETWORK', '', 0)
    return undefined as never
  })
  composerOf(chatId).text = 'first'
  keepDraft(chatId)
  void saveDraft(chatId)
  await settled()
  clearComposer(chatId)
  await settled()
  expect(texts).toEqual(['first'])
  answer()
  await settled()
  expect(texts).toEqual(['first', ''])
  // Until the server knows, this browser remembers that there is none any more.
  expect(stored()).toMatchObject({ text: '', saved: false })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(texts).toEqual(['first', '', ''])
  expect(stored()).toBeNull()
})

test('a page that was closed before the server knew that a draft is gone does not bring it back', async () => {
  localStorage.setItem(`draft:${state.meId}:${chatId}`, JSON.stringify({ ...aDraft('', 9), saved: false }))
  told(aDraft('was sent', 5))
  expect(composerOf(chatId).text).toBe('')
  await vi.advanceTimersByTimeAsync(10)
  expect(client.call).toHaveBeenCalledWith('trunkline.chat.draft', { chat_id: chatId, text: '', note: false })
})

test('a message that is put back has its text, its quote and its files, before what was begun', () => {
  const file = { id: 4, name: 'plan.pdf', size: 10 } as StoredFile
  const quote = { no: 2, author_id: 5, text: 'when?' }
  composerOf(chatId).text = 'begun'
  putBack({ chat_id: chatId, text: 'not sent', note: false, quote, files: [file] })
  expect(composerOf(chatId)).toMatchObject({ text: 'not sent\nbegun', note: false, quote })
  expect(composerOf(chatId).attachments).toMatchObject([{ name: 'plan.pdf', size: 10, stored: file, error: null, running: null }])
  putBack({ chat_id: chatId, text: '', note: false, quote: null, files: [file] })
  expect(composerOf(chatId).attachments).toHaveLength(1)
})

test('a note never becomes a reply by being put together with one', () => {
  composerOf(chatId).text = 'a note'
  composerOf(chatId).note = true
  putBack({ chat_id: chatId, text: 'a reply', note: false, quote: null, files: [] })
  expect(composerOf(chatId).note).toBe(true)
  putBack({ chat_id: chatId + 1, text: 'a reply', note: false, quote: null, files: [] })
  expect(composerOf(chatId + 1).note).toBe(false)
})

/** What a page that is opened now finds of what another one kept. */
function reloaded(id = chatId): ReturnType<typeof composerOf> {
  const kept = localStorage.getItem(`draft:${state.meId}:${id}`)
  if (kept) localStorage.setItem(`draft:${state.meId}:${id + 1}`, kept)
  return composerOf(id + 1)
}

const plan = { id: 4, name: 'plan.pdf', size: 10 } as StoredFile

test('files that the server has and the quote outlive the page, with or without a text, and nothing of them outlives sending', async () => {
  vi.mocked(upload).mockReturnValue({ done: Promise.resolve(plan), cancel: () => {} })
  attach(chatId, [new File(['x'], 'plan.pdf')])
  composerOf(chatId).quote = { no: 2, author_id: 5, text: 'when?' }
  await settled()
  expect(reloaded()).toMatchObject({ text: '', quote: { no: 2 }, attachments: [{ name: 'plan.pdf', stored: plan, running: null }] })
  clearComposer(chatId)
  await settled()
  expect(stored()).toBeNull()
})

test('a file that is still on its way is not kept, and whoever leaves the page meanwhile is warned', async () => {
  let arrive: (file: StoredFile) => void = () => {}
  vi.mocked(upload).mockReturnValue({ done: new Promise((resolve) => (arrive = resolve)), cancel: () => {} })
  startDrafts()
  attach(chatId, [new File(['x'], 'plan.pdf')])
  await settled()
  const isWarned = () => !dispatchEvent(new Event('beforeunload', { cancelable: true }))
  expect(isWarned()).toBe(true)
  expect(reloaded().attachments).toEqual([])
  arrive(plan)
  await settled()
  expect(isWarned()).toBe(false)
  expect(stored()).toMatchObject({ files: [plan] })
})

test('a file goes up although somebody has signed in again in another tab meanwhile', async () => {
  const renew = vi.spyOn(session, 'renewSession').mockResolvedValue()
  vi.mocked(upload).mockReturnValueOnce({ done: Promise.reject(new ApiError('CSRF_FAILED', '', 403)), cancel: () => {} })
  vi.mocked(upload).mockReturnValueOnce({ done: Promise.resolve(plan), cancel: () => {} })
  attach(chatId, [new File(['x'], 'plan.pdf')])
  await settled()
  expect(renew).toHaveBeenCalledOnce()
  expect(composerOf(chatId).attachments).toMatchObject([{ stored: plan, error: null, running: null }])
})
