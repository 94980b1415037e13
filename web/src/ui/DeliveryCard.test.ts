import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import type { Attempt, Delivery } from '@/api/types'
import { state } from '@/app/desk'
import { client } from '@/app/session'
import { setLanguage } from '@/i18n'

import DeliveryCard from './DeliveryCard.vue'

const DELIVERY: Delivery = {
  id: 5, chat_id: 3, message_id: 9, application_id: 1, event: 'ONIMCONNECTORMESSAGEADD', url: 'https://connector.example/x', state: 'failed',
  attempt_count: 1, next_ms: null, created_ms: 0, finished_ms: 1_000,
}
const attempt = (more: Partial<Attempt> = {}): Attempt => ({ at_ms: 0, duration_ms: 40, status: 500, result: 'status', answer: 'no', request: 'a=1', ...more })

enableAutoUnmount(afterEach)

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest*', component: {} }] })
let attempts: Attempt[] = []
const asked: string[] = []

beforeEach(async () => {
  await setLanguage('en')
  state.deliveries.clear()
  attempts = [attempt()]
  asked.length = 0
  vi.spyOn(client, 'call').mockImplementation(((method: string) => {
    asked.push(method)
    const delivery = method.endsWith('replay') ? { ...DELIVERY, state: 'pending' } : { ...DELIVERY, ...state.deliveries.get(5) }
    return Promise.resolve({ delivery, attempts })
  }) as typeof client.call)
})

async function open() {
  const card = mount(DeliveryCard, { props: { delivery: DELIVERY }, global: { plugins: [router] } })
  expect(asked).toEqual([])
  await card.get('button').trigger('click')
  await flushPromises()
  return card
}

test('every attempt shows what was sent and what came back', async () => {
  attempts = [attempt(), attempt({ status: null, result: 'refused', duration_ms: 0 })]
  const card = await open()
  expect(card.findAll('summary').map((one) => one.text())).toEqual([
    expect.stringContaining('HTTP 500'), expect.stringContaining('refused'),
  ])
  expect(card.findAll('pre').map((one) => one.text())).toEqual(['a=1', 'no', 'a=1', 'no'])
})

test('an attempt that is made while one looks is shown', async () => {
  const card = await open()
  attempts = [attempt(), attempt({ status: 200 })]
  state.deliveries.set(5, { ...DELIVERY, state: 'done', attempt_count: 2 })
  await flushPromises()
  expect(card.findAll('summary')).toHaveLength(2)
  expect(card.text()).toContain('HTTP 200')
})

test('what is replayed waits, and cannot be replayed twice', async () => {
  const card = await open()
  const replay = () => card.findAll('button').find((one) => one.text() === 'Replay')
  await replay()?.trigger('click')
  await flushPromises()
  expect(asked).toContain('trunkline.delivery.replay')
  expect(state.deliveries.get(5)?.state).toBe('pending')
  expect(replay()?.attributes('disabled')).toBeDefined()
})

test('what was told of it stays shown when there is no room for it any more', async () => {
  const card = await open()
  state.deliveries.set(5, { ...DELIVERY, state: 'done', attempt_count: 2 })
  await flushPromises()
  state.deliveries.delete(5)
  await flushPromises()
  expect(card.text()).toContain('Taken')
  // A page that is fetched later is newer.
  await card.setProps({ delivery: { ...DELIVERY, state: 'cancelled' } })
  expect(card.text()).toContain('Cancelled')
})
