import { nextTick } from 'vue'
import { beforeEach, expect, test, vi } from 'vitest'

import { aChat, anOwn, aSession } from '../../tests/support/things'
import { applyChange } from '@/state/apply'
import { listOf } from '@/state/lists'
import { MINE } from '@/state/query'

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
  for (const known of [state.chats, state.owns, state.lists, state.versions.chat, state.versions.own]) known.clear()
  listOf(state, MINE).next = null
  state.live.counts = counts(0)
  preferences.badge = true
  await nextTick()
})

startNotifying(() => 0)

let number = 0
/** The feed says whose a chat is, and what is unread in it. */
function hear(id: number, ownerId: number, unread: number): void {
  number += 1
  applyChange(state, number, { type: 'own', own: anOwn(id, { unread }) })
  applyChange(state, number, { type: 'chat', chat: aChat(id, { session: aSession({ owner_id: ownerId }) }) })
}

test('the mark on the icon appears when somebody waits whom nobody has, and goes when nobody does', async () => {
  state.live.counts = counts(1)
  await nextTick()
  expect(icon()).toBe('/favicon-news.svg')
  expect(document.title).toBe('Trunkline')
  state.live.counts = counts(0)
  await nextTick()
  expect(icon()).toBe('/favicon.svg')
})

test('the number is of chats of mine with something unread, in whatever way it changes', async () => {
  const badge = vi.fn(async () => {})
  vi.stubGlobal('navigator', Object.assign(Object.create(navigator), { setAppBadge: badge }))
  hear(1, ME, 3)
  hear(2, ME, 1)
  hear(3, ME, 0)
  await nextTick()
  expect([document.title, icon()]).toEqual(['(2) Trunkline', '/favicon-news.svg'])
  expect(badge).toHaveBeenLastCalledWith(2)
  // They go to a colleague; what I had not read of them is no longer mine to read.
  hear(1, 9, 3)
  hear(2, 9, 1)
  await nextTick()
  expect([document.title, icon()]).toEqual(['Trunkline', '/favicon.svg'])
  vi.unstubAllGlobals()
})

test('who does not want it sees nothing of it', async () => {
  state.live.counts = counts(1)
  hear(1, ME, 3)
  await nextTick()
  preferences.badge = false
  await nextTick()
  expect([document.title, icon()]).toEqual(['Trunkline', '/favicon.svg'])
})
