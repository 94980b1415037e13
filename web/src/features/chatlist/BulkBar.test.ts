import { flushPromises, mount } from '@vue/test-utils'
import { beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { ApiError } from '@/api/client'
import { problem } from '@/app/actions'
import { state } from '@/app/desk'
import { client } from '@/app/session'
import { setLanguage } from '@/i18n'

import { aChat, aSession } from '../../../tests/support/things'
import BulkBar from './BulkBar.vue'

beforeAll(() => setLanguage('en'))
beforeEach(() => {
  problem.value = null
  for (const id of [1, 2, 3]) state.chats.set(id, aChat(id, { session: aSession({ status: 'new' }) }))
  state.chats.set(4, aChat(4, { session: aSession({ status: 'answered', owner_id: 99 }) }))
})

async function accept() {
  const bar = mount(BulkBar, { props: { ids: [1, 2, 3, 4] } })
  const button = bar.findAll('button').find((one) => one.text() === 'Accept')
  if (!button) throw new Error(bar.html())
  await button.trigger('click')
  await flushPromises()
  return bar
}

test('what did not work with one chat does not keep it from the others, and is counted at the end', async () => {
  const rest = vi.spyOn(client, 'rest').mockResolvedValue(true)
  rest.mockRejectedValueOnce(new ApiError('TAKEN', 'A colleague has it', 403))
  const bar = await accept()
  expect(rest.mock.calls.map(([, params]) => params)).toEqual([1, 2, 3].map((id) => ({ CHAT_ID: id })))
  expect(problem.value?.text).toBe('1 of 3 did not work. The last one: A colleague has it')
  expect(bar.emitted('done')).toHaveLength(1)
})

test('when all of it works nothing is said', async () => {
  vi.spyOn(client, 'rest').mockResolvedValue(true)
  await accept()
  expect(problem.value).toBeNull()
})
