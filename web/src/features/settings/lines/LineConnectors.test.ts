import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import type { ConnectorHealth } from '@/api/types'
import { question } from '@/app/confirm'
import { client } from '@/app/session'
import { setLanguage, withTexts } from '@/i18n'

import LineConnectors from './LineConnectors.vue'

enableAutoUnmount(afterEach)

const me = vi.hoisted(() => ({ role: 'operator' }))
vi.mock('@/app/session', async (original) => ({
  ...(await original<typeof import('@/app/session')>()),
  isAtLeast: (role: string) => me.role === role,
}))

let connectors: ConnectorHealth[]
const calls: unknown[] = []

function connector(code: string, lines: number[]): ConnectorHealth {
  return {
    code, name: `The ${code}`, icon: null, color: null, application: null, queued: 0, failed: 0, lag_ms: null, last_in_ms: null,
    last_out_ms: null, last_error: null, channels: lines.map((line_id) => ({ line_id, active: true, error: false })),
  }
}

beforeEach(async () => {
  await setLanguage('en')
  await withTexts(['pages', 'settings'], async () => null)()
  calls.length = 0
  connectors = [connector('mail', [2]), connector('chat', [1])]
  vi.spyOn(client, 'call').mockImplementation(((method: string, params: { connector?: string }) => {
    if (method !== 'trunkline.connector.list') {
      calls.push([method, params])
      connectors = connectors.map((one) => (one.code === params.connector ? connector(one.code, method.endsWith('.connect') ? [1] : []) : one))
    }
    return Promise.resolve(method === 'trunkline.connector.list' ? { connectors } : true)
  }) as never)
})

async function list(role: 'administrator' | 'operator') {
  me.role = role
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)*', component: { template: '' } }] })
  const shown = mount(LineConnectors, { props: { lineId: 1, connectors }, global: { plugins: [router] } })
  await flushPromises()
  const rows = () => shown.findAll('li').map((row) => row.text().replace(/\s+/g, ' '))
  const press = async (label: string) => {
    await shown.find(`button[aria-label="${label}"]`).trigger('click')
    await flushPromises()
  }
  return { rows, press }
}

test('an administrator disconnects a connector after a question, and connects one', async () => {
  const { rows, press } = await list('administrator')
  expect(rows().map((row) => row.includes('Disconnect'))).toEqual([true, false])
  await press('Disconnect The chat')
  expect(calls).toEqual([])
  question.value?.answer(true)
  await flushPromises()
  expect(calls).toEqual([['trunkline.connector.disconnect', { connector: 'chat', line_id: 1 }]])
  expect(rows().every((row) => row.includes('not connected'))).toBe(true)
  await press('Connect The mail')
  expect(calls[1]).toEqual(['trunkline.connector.connect', { connector: 'mail', line_id: 1 }])
  expect(rows()[0]).toContain('works')
})

test('others see what is connected and cannot change it', async () => {
  const { rows } = await list('operator')
  expect(rows()).toHaveLength(1)
  expect(rows()[0]).not.toContain('Disconnect')
})
