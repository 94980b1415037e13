import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import type { Application } from '@/api/types'
import { question } from '@/app/confirm'
import { client } from '@/app/session'
import { setLanguage, withTexts } from '@/i18n'

import Page from './Application.vue'

enableAutoUnmount(afterEach)

let application: Application
const updates: unknown[] = []

beforeEach(async () => {
  await setLanguage('en')
  await withTexts(['pages', 'settings'], async () => null)()
  updates.length = 0
  application = {
    id: 3, title: 'Order desk', client_id: 'x', application_token: 'y', scopes: [], url: null, install_url: null, redirect_url: null,
    retry: 'days', active: true, created_ms: 0, connectors: [], handlers: 0, queued: 0, failed: 0,
  }
  vi.spyOn(client, 'call').mockImplementation(((method: string, params: Partial<Application>) => {
    if (method === 'trunkline.application.update') {
      updates.push(params)
      application = { ...application, ...params }
    }
    return Promise.resolve({ applications: [application], application, scopes: [], deliveries: [], next: null })
  }) as never)
})

async function page() {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/settings/applications/:application?', component: Page }] })
  await router.push('/settings/applications/3')
  const shown = mount(Page, { global: { plugins: [router] } })
  await flushPromises()
  const press = async (label: string) => {
    await shown.findAll('button').find((one) => one.text() === label)?.trigger('click')
    await flushPromises()
  }
  return { shown, press }
}

test('an application is switched off after a question, says so, and is switched on again', async () => {
  const { shown, press } = await page()
  await press('Switch off')
  expect(updates).toEqual([])
  question.value?.answer(true)
  await flushPromises()
  expect(updates).toEqual([{ id: 3, active: false }])
  expect(shown.text()).toContain('This application is switched off')
  await press('Switch on')
  expect(updates).toEqual([{ id: 3, active: false }, { id: 3, active: true }])
  expect(shown.text()).not.toContain('This application is switched off')
})
