import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { Customer } from '@/api/types'
import { customers } from '@/app/desk'
import { stayedId } from '@/app/inbox'
import { client } from '@/app/session'
import { setLanguage } from '@/i18n'

import { aChat } from '../../../tests/support/things'
import CustomerCard from './CustomerCard.vue'

enableAutoUnmount(afterEach)
beforeEach(async () => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
  await setLanguage('en')
  stayedId.value = 0
  customers.clear()
})
afterEach(() => vi.useRealTimers())

const aCustomer = (phone: string, fields: Partial<Customer> = {}) =>
  ({ id: 1001, name: 'Maria', last_name: '', phone, email: '', url: null, avatar_url: null, notes: '', since_ms: 0, crm: [], ...fields }) as unknown as Customer

async function open() {
  customers.set(1001, aCustomer('+49 1'))
  const call = vi.spyOn(client, 'call').mockResolvedValue({ customer: aCustomer('+49 2') } as never)
  const card = mount(CustomerCard, { props: { customerId: 1001, chat: aChat(1) } })
  await flushPromises()
  return { card, call }
}

test('who stays with a chat sees the card as it is now, who passes by asks nothing', async () => {
  const { card, call } = await open()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(call).not.toHaveBeenCalled()
  expect(card.text()).toContain('+49 1')
  stayedId.value = 1
  await vi.advanceTimersByTimeAsync(10)
  expect(card.text()).toContain('+49 2')
})

test('what happens in the chat makes the card be asked for once more, once for many', async () => {
  const { card, call } = await open()
  stayedId.value = 1
  await vi.advanceTimersByTimeAsync(10)
  call.mockClear()
  for (let last_no = 1; last_no < 5; last_no += 1) {
    await card.setProps({ chat: aChat(1, { last_no }) })
    await vi.advanceTimersByTimeAsync(500)
  }
  await vi.advanceTimersByTimeAsync(10_000)
  expect(call.mock.calls).toEqual([['trunkline.customer.get', { customer_id: 1001 }]])
})

test('what the customer is in the CRM is named in the language of whoever reads', async () => {
  await setLanguage('de')
  const { card } = await open()
  customers.set(1001, aCustomer('', { crm: [{ type: 'deal', id: 5, title: 'Roof' }] }))
  await flushPromises()
  expect(card.text()).toContain('Auftrag')
})
