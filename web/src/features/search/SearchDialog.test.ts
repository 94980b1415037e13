import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { SearchFound } from '@/api/types'
import { client } from '@/app/session'
import { setLanguage } from '@/i18n'
import { router } from '@/router'

import SearchDialog from './SearchDialog.vue'

enableAutoUnmount(afterEach)
beforeEach(() => setLanguage('en'))
afterEach(() => vi.useRealTimers())

/** What is on the screen after somebody has typed. */
async function searched(found: Partial<SearchFound>) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.spyOn(client, 'call').mockResolvedValue({ customers: [], messages: [], chats: [], cut: false, ...found } as never)
  mount(SearchDialog, { attachTo: document.body })
  await flushPromises()
  const field = document.body.querySelector('input')
  if (!field) throw new Error('no field')
  field.value = 'invoice'
  field.dispatchEvent(new Event('input'))
  await vi.advanceTimersByTimeAsync(1_000)
  await flushPromises()
  return [...document.body.querySelectorAll<HTMLElement>('[role=option]')]
}

test('a message is found with what was looked for marked, and is opened at its place', async () => {
  const open = vi.spyOn(router, 'push').mockResolvedValue(undefined)
  const message = { message_id: 900, chat_id: 4, chat_name: 'Maria', no: 21, author_id: 1, created_ms: 0, snippet: { text: 'the invoice of May', marks: [{ start: 4, length: 7 }] } }
  const [option] = await searched({ messages: [message] })
  expect([...(option?.querySelectorAll('mark') ?? [])].map((one) => one.textContent)).toEqual(['invoice'])
  option?.click()
  expect(open).toHaveBeenCalledWith({ name: 'chat', params: { chat: 4, message: 21 } })
})

test('a person is opened at the newest chat; one without a chat that may be seen is not offered', async () => {
  const open = vi.spyOn(router, 'push').mockResolvedValue(undefined)
  const person = { id: 7, name: 'Ann', avatar_url: null, phone: '+49 30 1', email: '', chat_id: 12 }
  const options = await searched({ customers: [person, { ...person, id: 8, name: 'Ben', chat_id: null }] })
  expect(options.map((one) => one.textContent?.trim())).toEqual([expect.stringContaining('Ann')])
  options[0]?.click()
  expect(open).toHaveBeenCalledWith({ name: 'chat', params: { chat: 12 } })
})

test('what was not looked at is said', async () => {
  await searched({ chats: [], cut: true })
  expect(document.body.querySelector('[role=status]')?.textContent).toContain('was not looked at')
})
