import { flushPromises, mount } from '@vue/test-utils'
import { beforeAll, expect, test, vi } from 'vitest'

import { ApiError } from '@/api/client'
import { openThread, state } from '@/app/desk'
import { openChat, shownAgain } from '@/app/inbox'
import { client } from '@/app/session'
import { setLanguage } from '@/i18n'
import { router } from '@/router'
import Failure from '@/ui/Failure.vue'

import { aChat, aMessage } from '../../tests/support/things'
import Inbox from './Inbox.vue'

vi.mock('@/router', async () => {
  const { createMemoryHistory, createRouter } = await import('vue-router')
  const component = { template: '<i />' }
  const routes = [
    { path: '/', name: 'inbox', component },
    { path: '/chat/:chat/:message?', name: 'chat', component },
  ]
  return { router: createRouter({ history: createMemoryHistory(), routes }) }
})

beforeAll(() => setLanguage('en'))

test('a chat that could not be fetched is fetched again when somebody says so', async () => {
  const call = vi.spyOn(client, 'call').mockRejectedValue(new ApiError('NETWORK', '', 0))
  openChat(5)
  await flushPromises()
  await openThread(5)
  const page = mount(Inbox, { shallow: true, global: { plugins: [router] } })
  call.mockImplementation((async (method: string) =>
    method === 'trunkline.chat.get'
      ? { number: 1, chat: aChat(5), own: null, customer: null }
      : { number: 1, messages: [aMessage(5, 1)], first_no: 1, last_no: 1 }) as never)
  page.getComponent(Failure).vm.$emit('retry')
  await flushPromises()
  expect(page.findComponent(Failure).exists()).toBe(false)
  expect(state.threads.get(5)?.items).toHaveLength(1)
})

test('a link to the message that is already named in the address is followed again', async () => {
  openChat(5, 3)
  await flushPromises()
  expect(shownAgain.value).toBe(0)
  openChat(5, 3)
  await flushPromises()
  expect(shownAgain.value).toBe(1)
  openChat(5, 4)
  openChat(6)
  openChat(6)
  await flushPromises()
  expect(shownAgain.value).toBe(1)
})
