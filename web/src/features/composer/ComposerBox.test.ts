import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'

import type { Employee } from '@/api/types'
import { composerOf } from '@/app/composers'
import { state } from '@/app/desk'
import { outbox } from '@/app/outbox'
import { client } from '@/app/session'
import { setLanguage } from '@/i18n'
import { B24Button } from '@/ui/kit'

import { aChat, aSession } from '../../../tests/support/things'
import ComposerBox from './ComposerBox.vue'

vi.mock('@/app/session', async (load) => ({ ...(await load<typeof import('@/app/session')>()), session: { me: { id: 7, role: 'operator' }, ended: false } }))

enableAutoUnmount(afterEach)

const ME = 7
let chatId = 600

beforeAll(() => setLanguage('en'))
beforeEach(() => {
  chatId += 1
  state.meId = ME
  outbox.value = []
  vi.spyOn(client, 'call').mockReturnValue(new Promise(() => {}))
})

const aChatOf = (owner_id: number) => aChat(chatId, { session: aSession({ owner_id }) })

function composer(text: string, fields: { note?: boolean } = {}) {
  Object.assign(composerOf(chatId), { text, ...fields })
  const box = mount(ComposerBox, { shallow: true, attachTo: document.body, props: { chat: aChatOf(ME) } })
  const field = box.get('textarea')
  return { box, field, isShown: () => (field.element.parentElement as HTMLElement).style.display !== 'none' }
}

test('Ctrl+Shift+Enter sends an answer and finishes; a note it neither sends nor lets finish anything', async () => {
  const note = composer('for colleagues', { note: true })
  await note.field.trigger('keydown', { key: 'Enter', ctrlKey: true, shiftKey: true })
  expect(outbox.value).toEqual([])
  composerOf(chatId).note = false
  await note.field.trigger('keydown', { key: 'Enter', ctrlKey: true, shiftKey: true })
  expect(outbox.value).toMatchObject([{ text: 'for colleagues', note: false, finish: true }])
})

test('a chat that is taken while somebody writes keeps the field with the focus and the text, sends nothing, and says whose it is', async () => {
  const { box, field, isShown } = composer('half a sen')
  field.element.focus()
  await box.setProps({ chat: aChatOf(9) })
  expect(isShown()).toBe(true)
  expect(document.activeElement).toBe(field.element)
  expect(box.get('[role="status"]').text()).toContain('has this chat')
  await field.setValue('half a sentence')
  await field.trigger('keydown', { key: 'Enter', ctrlKey: true })
  expect(composerOf(chatId).text).toBe('half a sentence')
  expect(outbox.value).toEqual([])
  expect(vi.mocked(client.call).mock.calls.map(([method]) => method)).not.toContain('trunkline.chat.typing')
  await box.setProps({ chat: aChatOf(ME) })
  await field.trigger('keydown', { key: 'Enter', ctrlKey: true })
  expect(outbox.value).toMatchObject([{ text: 'half a sentence' }])
})

test('a chat that is taken while nobody writes asks first whether to take it over', async () => {
  const { box, field, isShown } = composer('')
  field.element.blur()
  await box.setProps({ chat: aChatOf(9) })
  await nextTick()
  expect(isShown()).toBe(false)
  expect(box.findAllComponents(B24Button).some((one) => one.props('label') === 'Take it')).toBe(true)
})

test('in a silent chat an answer is none: it looks like a note, is named by what it is, and the customer sees nobody typing', async () => {
  const { box, field } = composer('')
  const look = () => ({
    field: field.attributes('aria-label'), send: box.getComponent(B24Button).props('label'), isNote: box.get('section').classes('bg-note'),
  })
  expect(look()).toEqual({ field: 'Reply to the customer', send: 'Send', isNote: false })
  await box.setProps({ chat: { ...aChatOf(ME), silent: true } })
  expect(look()).toEqual({ field: 'Message for colleagues, the customer does not get it', send: 'Send to colleagues', isNote: true })
  expect(box.text()).toContain('the customer gets nothing of this')
  expect(box.findAll('[aria-pressed]').map((one) => one.text())).toEqual(['Silent mode', 'Note'])
  await field.setValue('among us')
  expect(vi.mocked(client.call).mock.calls.map(([method]) => method)).not.toContain('trunkline.chat.typing')
  composerOf(chatId).note = true
  await nextTick()
  expect(look()).toMatchObject({ field: 'Note for the team', isNote: true })
})

test('the field names the colleague who is chosen in its list, and Escape closes the list and nothing else', async () => {
  for (const id of [11, 12]) state.employees.set(id, { id, name: `Boris ${id}`, last_name: '', active: true } as Employee)
  Object.assign(composerOf(chatId), { text: 'ask @bor', note: true })
  const box = mount(ComposerBox, { attachTo: document.body, props: { chat: aChatOf(ME) } })
  await nextTick()
  const field = box.get('textarea')
  field.element.focus()
  await field.trigger('keydown', { key: 'ArrowDown' })
  const chosen = () => document.getElementById(field.attributes('aria-activedescendant') ?? '')
  expect(chosen()?.textContent).toContain('Boris 12')
  expect(document.getElementById(field.attributes('aria-controls') ?? '')?.contains(chosen())).toBe(true)
  await field.trigger('keydown', { key: 'Escape' })
  expect(box.find('[role=listbox]').exists()).toBe(false)
  expect(field.attributes('aria-activedescendant')).toBeUndefined()
  expect(document.activeElement).toBe(field.element)
  await field.setValue('ask @boris ')
  await field.setValue('ask @boris @b')
  expect(box.find('[role=listbox]').exists()).toBe(true)
})
