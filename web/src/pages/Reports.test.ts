import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

enableAutoUnmount(afterEach)
afterEach(() => vi.useRealTimers())

test('after midnight today is the new day', async () => {
  vi.useFakeTimers({ now: Date.parse('2026-03-10T12:00:00Z') })
  vi.resetModules()
  const { client } = await import('@/app/session')
  const call = vi.spyOn(client, 'call').mockResolvedValue({ rows: [], total: { sessions: 0 }, cut: false, time_zone: 'UTC' } as never)
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/reports', name: 'reports', component: {} }] })
  await router.push('/reports?span=today')
  const { default: Reports } = await import('./Reports.vue')
  mount(Reports, { shallow: true, global: { plugins: [router] } })
  await flushPromises()
  const days = () => call.mock.calls.map(([, params]) => new Date((params as { from_ms: number }).from_ms).getDate())
  expect(days()).toEqual([10])
  vi.setSystemTime(Date.parse('2026-03-11T12:00:00Z'))
  await vi.advanceTimersByTimeAsync(1_500)
  expect(days()).toEqual([10, 11])
})
