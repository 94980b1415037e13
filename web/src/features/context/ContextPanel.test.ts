import { mount } from '@vue/test-utils'
import { nextTick } from 'vue'
import { beforeAll, expect, test } from 'vitest'

import { inspect } from '@/app/inbox'
import { setLanguage } from '@/i18n'

import { aChat, aMessage } from '../../../tests/support/things'
import ContextPanel from './ContextPanel.vue'

beforeAll(() => setLanguage('en'))

test('the way of a message is shown each time it is asked for, also of the same message again', async () => {
  const panel = mount(ContextPanel, { props: { chat: aChat(1) }, shallow: true })
  const chosen = () => panel.get('[role=tab][aria-selected=true]').attributes('id')
  const message = aMessage(1, 1)
  for (let time = 0; time < 2; time += 1) {
    inspect(message)
    await nextTick()
    expect(chosen()).toBe('context-tab-delivery')
    await panel.get('#context-tab-customer').trigger('click')
    expect(chosen()).toBe('context-tab-customer')
  }
})
