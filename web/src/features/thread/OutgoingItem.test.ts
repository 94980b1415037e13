import { flushPromises, mount } from '@vue/test-utils'
import { beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { ApiError } from '@/api/client'
import type { File } from '@/api/types'
import { problem } from '@/app/actions'
import { composerOf } from '@/app/composers'
import { state } from '@/app/desk'
import { outbox } from '@/app/outbox'
import { client } from '@/app/session'
import { serverNowMs } from '@/app/time'
import { setLanguage } from '@/i18n'
import type { Outgoing } from '@/state/outbox'

import { aChat } from '../../../tests/support/things'
import OutgoingItem from './OutgoingItem.vue'

const file = { id: 9, name: 'plan.pdf', size: 10 } as File
let chatId = 500

function outgoing(fields: Partial<Outgoing>): Outgoing {
  return {
    client_id: `one ${chatId}`, chat_id: chatId, text: 'see the plan', note: false, finish: false, files: [file],
    quote: { no: 3, author_id: 5, text: 'when?' }, created_ms: 0, send_at_ms: null, scheduled_id: null, phase: 'waiting', reason: null,
    attempts: 0, retry_at_ms: 0, ...fields,
  }
}

async function press(name: string, one: Outgoing): Promise<void> {
  outbox.value = [one]
  const item = mount(OutgoingItem, { props: { one } })
  const button = item.findAll('button').find((each) => each.text() === name)
  if (!button) throw new Error(`there is no ${name} in ${item.html()}`)
  await button.trigger('click')
  await flushPromises()
}

beforeAll(() => setLanguage('en'))
beforeEach(() => {
  chatId += 1
  problem.value = null
  vi.spyOn(client, 'call').mockResolvedValue({} as never)
})

test('Edit of a refused message brings back all of it: text, quote and files', async () => {
  await press('Edit', outgoing({ phase: 'refused', reason: 'Too long' }))
  expect(composerOf(chatId)).toMatchObject({ text: 'see the plan', note: false, quote: { no: 3 } })
  expect(composerOf(chatId).attachments.map((one) => one.stored)).toEqual([file])
  expect(outbox.value).toEqual([])
})

test('Undo of one that the server holds takes it back there, and brings back all of it', async () => {
  await press('Undo', outgoing({ phase: 'scheduled', scheduled_id: 44, send_at_ms: serverNowMs() + 9_000 }))
  expect(client.call).toHaveBeenCalledWith('trunkline.message.unschedule', { id: 44 })
  expect(composerOf(chatId)).toMatchObject({ text: 'see the plan', quote: { no: 3 } })
  expect(composerOf(chatId).attachments.map((one) => one.stored)).toEqual([file])
})

test.each([
  ['no_access', 'Not sent: you may not write into this chat any more'],
  ['The text is too long', 'Not sent: The text is too long'],
])('why it was not sent is said in words: %s', (reason, said) => {
  expect(mount(OutgoingItem, { props: { one: outgoing({ phase: 'refused', reason }) } }).text()).toContain(said)
})

test('what is on its way in a silent chat looks like what stays with colleagues', () => {
  for (const silent of [false, true]) {
    state.chats.set(chatId, aChat(chatId, { silent }))
    expect(mount(OutgoingItem, { props: { one: outgoing({}) } }).findAll('.bg-note')).toHaveLength(Number(silent))
  }
})

test('what the server has sent meanwhile does not come back, and that is said', async () => {
  vi.mocked(client.call).mockRejectedValueOnce(new ApiError('ERROR_NOT_FOUND', 'Not found', 400)).mockResolvedValueOnce([] as never)
  await press('Undo', outgoing({ phase: 'scheduled', scheduled_id: 44, send_at_ms: serverNowMs() + 9_000 }))
  expect(composerOf(chatId).text).toBe('')
  expect(problem.value?.text).toContain('not planned any more')
})

test('Undo without an answer says so, and the message stays planned', async () => {
  vi.mocked(client.call).mockRejectedValueOnce(new ApiError('NETWORK', '', 0))
  const one = outgoing({ phase: 'scheduled', scheduled_id: 44, send_at_ms: serverNowMs() + 9_000 })
  await press('Undo', one)
  expect(composerOf(chatId).text).toBe('')
  expect(outbox.value).toEqual([one])
  expect(problem.value?.text).toContain('The server does not answer')
})
