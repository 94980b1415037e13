import { mount } from '@vue/test-utils'
import { beforeAll, expect, test } from 'vitest'
import { nextTick } from 'vue'

import { state } from '@/app/desk'
import { outbox } from '@/app/outbox'
import { setLanguage } from '@/i18n'

import { aChat, anOwn } from '../../../tests/support/things'
import ChatRow from './ChatRow.vue'

const CHAT = 800

beforeAll(() => setLanguage('en'))

test('a chat with a message that was not sent is marked, whether the server gave it back or refused it at once', async () => {
  state.chats.set(CHAT, aChat(CHAT))
  const row = mount(ChatRow, { shallow: true, global: { stubs: { RouterLink: true } }, props: { id: CHAT, isCurrent: false, isMarked: false, isMarking: false } })
  const isMarked = () => row.find('[aria-label="A message was not sent"]').exists()
  expect(isMarked()).toBe(false)
  outbox.value = [{
    client_id: 'one', chat_id: CHAT, text: 'no', note: false, finish: false, files: [], quote: null, created_ms: 0, send_at_ms: null,
    scheduled_id: null, phase: 'refused', reason: 'no', attempts: 1, retry_at_ms: 0,
  }]
  await nextTick()
  expect(isMarked()).toBe(true)
  outbox.value = []
  await nextTick()
  expect(isMarked()).toBe(false)
  state.owns.set(CHAT, anOwn(CHAT, { returned: 1 }))
  await nextTick()
  expect(isMarked()).toBe(true)
})
