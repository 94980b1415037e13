import { flushPromises, shallowMount } from '@vue/test-utils'
import { beforeEach, expect, test, vi } from 'vitest'

import { ApiError } from '@/api/client'
import { problem } from '@/app/actions'
import { client } from '@/app/session'
import { setLanguage } from '@/i18n'
import FormDialog from '@/ui/FormDialog.vue'

import ApplicationDialog from './ApplicationDialog.vue'

const application = { id: 3, title: 'Order desk', client_id: 'x', retry: 'days' }

beforeEach(() => setLanguage('en'))

test('the secret that is told once is shown, although what came after it did not work', async () => {
  vi.spyOn(client, 'call').mockImplementation((async (method: string) => {
    if (method === 'trunkline.application.update') throw new ApiError('NETWORK', '', 0)
    return { application, client_secret: 'the secret' }
  }) as never)
  // The slots hold the choice of retries.
  const dialog = shallowMount(ApplicationDialog, { props: { application: null, scopes: [] }, global: { renderStubDefaultSlot: true } })
  const choice = dialog.findAllComponents({ name: 'Choice' })[0]
  await choice?.vm.$emit('update:modelValue', 'never')
  dialog.getComponent(FormDialog).vm.$emit('submit')
  await flushPromises()
  expect(client.call).toHaveBeenCalledWith('trunkline.application.update', { id: 3, retry: 'never' })
  expect(dialog.emitted('done')).toEqual([[application, 'the secret']])
  expect(problem.value?.text).toContain('The server does not answer')
})
