import { mount } from '@vue/test-utils'
import { beforeAll, expect, test, vi } from 'vitest'

import { list, steppedId } from '@/app/inbox'
import { setLanguage } from '@/i18n'
import { router } from '@/router'

import ChatList from './ChatList.vue'

vi.mock('@/router', async () => {
  const { ref } = await import('vue')
  return { router: { currentRoute: ref({ name: 'chat', params: { chat: '2' } }), push: vi.fn(async () => undefined) } }
})

beforeAll(() => setLanguage('en'))

test('the arrows go from chat to chat: the next key is for the list, not for the composer', async () => {
  vi.spyOn(list, 'value', 'get').mockReturnValue({ ids: [1, 2, 3], revision: 0, next: null } as never)
  const shown = mount(ChatList, { global: { stubs: { ChatRow: true, BulkBar: true, RowMenu: { template: '<div><slot /></div>' } } } })
  await shown.get('[role="list"]').trigger('keydown', { key: 'ArrowDown' })
  expect(router.push).toHaveBeenLastCalledWith({ name: 'chat', params: { chat: 3 } })
  expect(steppedId.value).toBe(3)
})
