import { expect, test } from 'vitest'

import type { Delivery } from '@/api/types'

import { applyChange } from './apply'
import { createState } from './model'

const aDelivery = (id: number, attempts: number): Delivery => ({
  id, chat_id: 1, message_id: 1, application_id: 1, event: 'X', url: '', state: 'pending', attempt_count: attempts, next_ms: null, created_ms: 0, finished_ms: null,
})

test('of deliveries the latest are kept, however many there are in a day', () => {
  const state = createState()
  for (let id = 1; id <= 2_000; id += 1) {
    applyChange(state, id, { type: 'delivery', delivery: aDelivery(id, 1) })
    // One of them is tried again and again.
    applyChange(state, id, { type: 'delivery', delivery: aDelivery(1, id) })
  }
  expect(state.deliveries.size).toBe(500)
  expect(state.deliveries.get(1)?.attempt_count).toBe(2_000)
  expect(state.deliveries.has(2_000)).toBe(true)
  expect(state.deliveries.has(2)).toBe(false)
})
