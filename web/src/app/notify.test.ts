import { nextTick } from 'vue'
import { beforeEach, expect, test, vi } from 'vitest'

import { aChat, anOwn, aSession } from '../../tests/support/things'
import { state } from './desk'
import { startNotifying } from './notify'
import { preferences } from './preferences'

const ME = 7

const icon = () => new URL(document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.href ?? 'x:').pathname
const counts = (unassigned: number) => ({ lines: [{ line_id: 1, open: unassigned, unassigned, by_owner: {} }] })

beforeEach(async () => {
  const link = document.createElement('link')
  Object.assign(link, { rel: 'icon', href: '/favicon.svg' })
  document.head.replaceChildren(link)
  state.meId = ME
  state.owns.clear()
  state.live.counts = counts(0)
  preferences.badge = true
  await nextTick()
})

startNotifying(() => 0)

test('the mark on the icon appears when somebody waits whom nobody has, and goes when nobody does', async () => {
  state.live.counts = counts(1)
  await nextTick()
  expect(icon()).toBe('/favicon-news.svg')
  expect(document.title).toBe('Trunkline')
  state.live.counts = counts(0)
  await nextTick()
  expect(icon()).toBe('/favicon.svg')
})

test('the number is of what is unread of mine, in whatever way it changes', async () => {
  const badge = vi.fn(async () => {})
  vi.stubGlobal('navigator', Object.assign(Object.create(navigator), { setAppBadge: badge }))
  state.chats.set(1, aChat(1, { session: aSession({ owner_id: ME }) }))
  state.owns.set(1, anOwn(1, { unread: 3 }))
  await nextTick()
  expect([document.title, icon()]).toEqual(['(3) Trunkline', '/favicon-news.svg'])
  expect(badge).toHaveBeenLastCalledWith(3)
  // The chat goes to a colleague; what I had not read of it is no longer mine to read.
  state.chats.set(1, aChat(1, { session: aSession({ owner_id: 9 }) }))
  await nextTick()
  expect([document.title, icon()]).toEqual(['Trunkline', '/favicon.svg'])
  vi.unstubAllGlobals()
})

test('who does not want it sees nothing of it', async () => {
  state.live.counts = counts(1)
  state.chats.set(1, aChat(1, { session: aSession({ owner_id: ME }) }))
  state.owns.set(1, anOwn(1, { unread: 3 }))
  await nextTick()
  preferences.badge = false
  await nextTick()
  expect([document.title, icon()]).toEqual(['Trunkline', '/favicon.svg'])
})
