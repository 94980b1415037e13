import { beforeEach, expect, test, vi } from 'vitest'

import { aMessage } from '../../tests/support/things'

beforeEach(() => {
  vi.resetModules()
  localStorage.clear()
})

/** Where a window may be made wider and narrower. */
async function open(isWide: boolean) {
  const media = Object.assign(new EventTarget(), { matches: isWide })
  vi.stubGlobal('matchMedia', () => media)
  const [inbox, { preferences }] = await Promise.all([import('./inbox'), import('./preferences')])
  const become = (matches: boolean) => {
    media.matches = matches
    media.dispatchEvent(new Event('change'))
  }
  return { ...inbox, preferences, become }
}

test('on a wide screen the panel stays as the person wants it', async () => {
  const { isPanelShown, isPanelOpen, togglePanel, preferences } = await open(true)
  expect(isPanelShown.value).toBe(true)
  togglePanel()
  expect([isPanelShown.value, preferences.has_panel, isPanelOpen.value]).toEqual([false, false, false])
})

test('on a narrow one it comes and goes, and what is wanted on a wide one stays', async () => {
  const { isPanelShown, togglePanel, inspect, preferences, become } = await open(false)
  expect(isPanelShown.value).toBe(false)
  togglePanel()
  expect(isPanelShown.value).toBe(true)
  togglePanel()
  expect([isPanelShown.value, preferences.has_panel]).toEqual([false, true])
  preferences.has_panel = false
  inspect(aMessage(1, 1))
  expect([isPanelShown.value, preferences.has_panel]).toEqual([true, false])
  become(true)
  expect(isPanelShown.value).toBe(false)
})
