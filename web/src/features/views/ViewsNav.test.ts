import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, expect, test, vi } from 'vitest'

import type { Role, SavedView } from '@/api/types'
import { question } from '@/app/confirm'
import { state } from '@/app/desk'
import { client, signIn } from '@/app/session'
import { setLanguage } from '@/i18n'

import ViewsNav from './ViewsNav.vue'

const ME = 7
const view = (id: number, fields: Partial<SavedView>): SavedView => ({ id, title: `View ${id}`, shared: false, owner_id: ME, view: 'all', filter: {} as SavedView['filter'], sort: 'newest', ...fields })

beforeEach(async () => {
  await setLanguage('en')
  state.meId = ME
  state.catalog.views = [view(1, {}), view(2, { shared: true }), view(3, { shared: true, owner_id: 9 })]
})

async function open(role: Role) {
  vi.spyOn(client, 'api').mockResolvedValue({ csrf: 'x', user: { id: ME, role, language: 'en' } })
  await signIn('', '')
  const call = vi.spyOn(client, 'call').mockResolvedValue(true as never)
  const nav = mount(ViewsNav)
  const bins = () => nav.findAll('button[aria-label^="Delete the view"]')
  return { call, bins, titles: () => bins().map((one) => one.attributes('aria-label')) }
}

test('views are deleted by those who may: their own, and what everybody has by administrators', async () => {
  expect((await open('operator')).titles()).toEqual(['Delete the view View 1', 'Delete the view View 2'])
  expect((await open('administrator')).titles()).toHaveLength(3)
})

test('the button is there for keyboards and fingers, not only under a mouse', async () => {
  const { bins } = await open('operator')
  expect(bins()[0]?.classes()).not.toContain('hidden')
})

test('what everybody has is deleted after a question', async () => {
  const { call, bins } = await open('operator')
  await bins()[0]?.trigger('click')
  expect(call).toHaveBeenCalledWith('trunkline.view.delete', { id: 1 })
  await bins()[1]?.trigger('click')
  question.value?.answer(false)
  await flushPromises()
  expect(call).toHaveBeenCalledTimes(1)
  await bins()[1]?.trigger('click')
  question.value?.answer(true)
  await flushPromises()
  expect(call).toHaveBeenLastCalledWith('trunkline.view.delete', { id: 2 })
})
