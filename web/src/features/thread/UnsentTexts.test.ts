import { flushPromises, mount } from '@vue/test-utils'
import { beforeAll, expect, test, vi } from 'vitest'

import { composerOf } from '@/app/composers'
import { outbox } from '@/app/outbox'
import { client } from '@/app/session'
import { setLanguage } from '@/i18n'
import type { Outgoing } from '@/state/outbox'

import UnsentTexts from './UnsentTexts.vue'

const CHAT = 700
const refused: Outgoing = {
  client_id: 'one', chat_id: CHAT, text: 'an [b]answer[/b]', note: false, finish: false, files: [], quote: null, created_ms: 0, send_at_ms: null,
  scheduled_id: null, phase: 'refused', reason: 'no', attempts: 1, retry_at_ms: 0,
}

beforeAll(() => setLanguage('en'))

test('what was written for a chat that went away is there to be copied or thrown away', async () => {
  vi.spyOn(client, 'call').mockResolvedValue({} as never)
  const writeText = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
  outbox.value = [refused, { ...refused, client_id: 'other', chat_id: CHAT + 1, text: 'of another chat' }]
  composerOf(CHAT).text = 'half a sentence'
  const shown = mount(UnsentTexts, { props: { chatId: CHAT } })
  const texts = () => shown.findAll('li > p').map((one) => one.text())
  expect(texts()).toEqual(['an answer', 'half a sentence'])
  const press = async (at: number, label: string) => {
    await shown.findAll('li')[at]?.findAll('button').find((one) => one.text() === label)?.trigger('click')
    await flushPromises()
  }
  await press(0, 'Copy text')
  expect(writeText).toHaveBeenCalledExactlyOnceWith('an answer')
  await press(0, 'Throw away')
  expect(texts()).toEqual(['half a sentence'])
  await press(0, 'Throw away')
  expect(shown.find('section').exists()).toBe(false)
  expect(composerOf(CHAT).text).toBe('')
  expect(outbox.value.map((one) => one.client_id)).toEqual(['other'])
})
