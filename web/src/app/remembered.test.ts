/** What a browser remembers belongs to one person: the next one at the same desk has nothing of it. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { openDesk, settled } from '../../tests/support/portal'

const ANNA = { id: 7, language: 'en' }
const BORIS = { id: 8, language: 'de' }

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
  localStorage.clear()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function open(me: typeof ANNA) {
  const opened = await openDesk(() => {}, me)
  const [inbox, preferences, i18n] = await Promise.all([import('./inbox'), import('./preferences'), import('@/i18n')])
  return { ...opened, ...inbox, ...preferences, language: () => document.documentElement.lang, i18n }
}

test('the view and the filter', async () => {
  const anna = await open(ANNA)
  anna.showView('all', { owner_ids: [7] })
  await settled()
  const boris = await open(BORIS)
  expect(boris.chosen).toMatchObject({ view: 'mine', filter: {} })
  boris.showView('closed')
  await settled()
  expect((await open(ANNA)).chosen).toMatchObject({ view: 'all', filter: { owner_ids: [7] } })
})

test('the preferences, also those that the server does not have yet', async () => {
  const anna = await open(ANNA)
  anna.portal.isAway = true
  anna.preferences.sound = false
  await vi.advanceTimersByTimeAsync(2_000)
  expect((await open(BORIS)).preferences.sound).toBe(true)
  const again = await open(ANNA)
  expect(again.preferences.sound).toBe(false)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(again.portal.calls).toContain('trunkline.preferences.set')
  // The server has them now: what it says counts.
  expect((await open(ANNA)).preferences.sound).toBe(true)
})

test('what is changed in one tab holds in the others, and each tells the server only what was changed', async () => {
  const anna = await open(ANNA)
  const told = () => vi.mocked(anna.session.client.call).mock.calls.filter(([method]) => method === 'trunkline.preferences.set').map(([, params]) => params)
  const elsewhere = (values: object) => {
    const newValue = JSON.stringify(values)
    localStorage.setItem('preferences:7', newValue)
    dispatchEvent(new StorageEvent('storage', { key: 'preferences:7', newValue }))
  }
  elsewhere({ sound: false })
  expect(anna.preferences.sound).toBe(false)
  anna.preferences.list_width = 360
  await vi.advanceTimersByTimeAsync(2_000)
  expect(told()).toEqual([{ preferences: { sound: false, list_width: 360 } }])
  // Another tab has told its own.
  elsewhere({ badge: false })
  localStorage.removeItem('preferences:7')
  dispatchEvent(new StorageEvent('storage', { key: 'preferences:7', newValue: null }))
  anna.preferences.list_width = 350
  await vi.advanceTimersByTimeAsync(2_000)
  expect(told().at(-1)).toEqual({ preferences: { list_width: 350 } })
  expect(anna.preferences.badge).toBe(false)
})

test('the language', async () => {
  const anna = await open(ANNA)
  await anna.session.chooseLanguage('ru')
  const boris = await open(BORIS)
  expect(boris.language()).toBe('de')
  expect((await open(ANNA)).language()).toBe('ru')
})

test('nothing is kept without a name on it, except how light the screen is', async () => {
  const anna = await open(ANNA)
  anna.showView('all')
  anna.preferences.sound = false
  await anna.session.chooseLanguage('ru')
  await settled()
  const names = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index) ?? '')
  expect(names.filter((name) => !name.endsWith(`:${ANNA.id}`))).toEqual([])
  expect(names.length).toBe(3)
})
