import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { Query } from '@/state/model'

import { type Desk, ME } from '../../tests/support/desk'
import { openDesk, settled } from '../../tests/support/portal'

const ALL: Query = { view: 'all', filter: {}, sort: 'newest' }

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
  localStorage.clear()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function threeChats(desk: Desk): void {
  for (const id of [1, 2, 3]) for (let count = 0; count < 4; count += 1) desk.message(id, false)
}

async function withOpenChat() {
  const opened = await openDesk(threeChats)
  const { desk, portal } = opened
  const list = desk.openList(ALL)
  await desk.openThread(2)
  await desk.openThread(1)
  await settled()
  return { ...opened, list, before: portal.desk.number }
}

test('after a reset the open chat is what it is now: the chat, what one has with it, and its messages', async () => {
  const { desk, portal } = await withOpenChat()
  portal.desk.edit(1, 0)
  portal.desk.message(1, true)
  portal.desk.change(1, (chat) => (chat.priority = 3), 'chat only')
  // So many others are newer that the chat is not on the first page of the list.
  for (let id = 100; id < 170; id += 1) portal.desk.message(id, false)
  portal.network.last.say('reset', { reason: 'too far behind' })
  await settled()
  expect(desk.state.threads.get(1)?.items).toEqual(portal.desk.messages.get(1))
  expect(desk.state.chats.get(1)).toEqual(portal.desk.chats.get(1))
  expect(desk.state.owns.get(1)).toEqual(portal.desk.owns.get(1))
  expect(portal.network.last.url).toBe(`/api/feed?after=${portal.desk.number}`)
})

test('after a reset a thread that was only cached is fetched before it is shown', async () => {
  const { desk, portal } = await withOpenChat()
  portal.desk.edit(2, 0)
  portal.network.last.say('reset', { reason: 'too far behind' })
  await settled()
  expect(desk.state.threads.has(2)).toBe(false)
  await desk.openThread(2)
  expect(desk.state.threads.get(2)?.items[0]?.body).toBe('message 1!')
})

test('what was read far above is still there after a reset, as it is now', async () => {
  const { desk, portal } = await openDesk((one) => {
    for (let count = 0; count < 180; count += 1) one.message(1, false)
  })
  await desk.openThread(1)
  await desk.loadOlder(1)
  await desk.loadOlder(1)
  expect(desk.state.threads.get(1)?.from).toBe(31)
  portal.desk.edit(1, 40)
  portal.network.last.say('reset', { reason: 'unknown number' })
  await settled()
  expect(desk.state.threads.get(1)?.items).toEqual(portal.desk.messages.get(1)?.slice(30))
})

test('whoever reads in the middle stays there', async () => {
  const { desk, portal } = await openDesk((one) => {
    for (let count = 0; count < 180; count += 1) one.message(1, false)
  })
  await desk.openThread(1, 60)
  const { from, to } = desk.state.threads.get(1) ?? {}
  portal.network.last.say('reset', { reason: 'unknown number' })
  await settled()
  const thread = desk.state.threads.get(1)
  expect(thread?.from).toBe(from)
  expect(thread?.to).toBeGreaterThanOrEqual(to ?? 0)
})

test('a page that was on its way when the reset came is not taken, and the list is not left empty', async () => {
  const { desk, portal, list } = await withOpenChat()
  portal.hold('trunkline.chat.list')
  const unassigned = desk.openList({ ...ALL, view: 'unassigned' })
  await settled()
  portal.desk.change(3, (chat) => chat.session && (chat.session.owner_id = ME), 'chat only')
  portal.network.last.say('reset', { reason: 'behind' })
  await settled()
  portal.release('trunkline.chat.list')
  await settled()
  expect(unassigned.ids).toEqual([2, 1])
  expect(desk.isLoadingList(unassigned)).toBe(false)
  expect(desk.openList(ALL)).not.toBe(list)
})

test('messages that were on their way when the reset came are not taken', async () => {
  const { desk, portal } = await withOpenChat()
  portal.hold('trunkline.message.list')
  void desk.openThread(3)
  await settled()
  portal.desk.edit(3, 0)
  portal.network.last.say('reset', { reason: 'behind' })
  await settled()
  portal.release('trunkline.message.list')
  await settled()
  expect(desk.state.threads.get(3)?.items).toEqual(portal.desk.messages.get(3))
})

test('until everything that is shown is fetched again, nothing says that it is live', async () => {
  const { desk, portal, list } = await withOpenChat()
  expect(desk.feedState.value).toBe('live')
  const ids = list.ids
  portal.hold('trunkline.message.list')
  portal.network.last.say('reset', { reason: 'behind' })
  await settled()
  expect(desk.feedState.value).toBe('reconnecting')
  // What was there stays to be seen.
  expect(desk.state.threads.get(1)?.items).toHaveLength(4)
  expect(list.ids).toEqual(ids)
  portal.release('trunkline.message.list')
  await settled()
  portal.network.last.say('hello', { number: portal.desk.number, user_id: ME })
  expect(desk.feedState.value).toBe('live')
})

test('a reset without an answer is tried until there is one', async () => {
  const { desk, portal } = await withOpenChat()
  portal.desk.edit(1, 0)
  portal.isAway = true
  portal.network.last.say('reset', { reason: 'behind' })
  await settled()
  await vi.advanceTimersByTimeAsync(7_000)
  expect(portal.network.open_count).toBe(0)
  portal.isAway = false
  await vi.advanceTimersByTimeAsync(3_000)
  expect(portal.network.open_count).toBe(1)
  expect(desk.state.threads.get(1)?.items[0]?.body).toBe('message 1!')
})

test('a chat that is no longer ours to see is gone after a reset, and is told to be', async () => {
  const { desk, portal, list } = await withOpenChat()
  const gone: number[] = []
  desk.onChanges((changes) => changes.forEach((change) => change.type === 'gone' && gone.push(change.chat_id)))
  portal.desk.hide(1)
  portal.network.last.say('reset', { reason: 'access' })
  await settled()
  expect(gone).toEqual([1])
  expect(desk.state.chats.has(1)).toBe(false)
  expect(desk.state.threads.has(1)).toBe(false)
  expect(list.ids).toEqual([3, 2])
  expect(portal.network.open_count).toBe(1)
})

test('two resets in a row end in one connection and the newer truth', async () => {
  const { desk, portal } = await withOpenChat()
  portal.hold('trunkline.start')
  portal.network.last.say('reset', { reason: 'behind' })
  await settled()
  portal.desk.edit(1, 0)
  portal.network.last.say('reset', { reason: 'access' })
  portal.release('trunkline.start')
  await settled()
  expect(portal.network.open_count).toBe(1)
  expect(desk.state.threads.get(1)?.items).toEqual(portal.desk.messages.get(1))
})

test('a changed catalogue is fetched until it is there, and no old answer overtakes a newer one', async () => {
  const { desk, portal } = await withOpenChat()
  const starts = () => portal.calls.filter((one) => one === 'trunkline.start').length
  const catalog = { type: 'catalog', name: 'lines' }
  portal.isAway = true
  portal.network.last.say('change', { number: portal.desk.number, changes: [catalog] })
  await settled()
  portal.isAway = false
  await vi.advanceTimersByTimeAsync(3_000)
  expect(desk.state.catalog.lines[0]?.name).toBe(`Line at ${portal.desk.number}`)
  const before = starts()
  portal.hold('trunkline.start')
  portal.network.last.say('change', { number: portal.desk.number, changes: [catalog] })
  await settled()
  portal.desk.message(1, false)
  portal.network.last.say('change', { number: portal.desk.number, changes: [catalog, catalog] })
  await settled()
  expect(starts()).toBe(before + 1)
  portal.release('trunkline.start')
  await settled()
  expect(starts()).toBe(before + 2)
  expect(desk.state.catalog.lines[0]?.name).toBe(`Line at ${portal.desk.number}`)
})

test('when nobody is signed in any more, the feed stops, nothing is live, and the sign-in page comes', async () => {
  const { desk, portal, session } = await withOpenChat()
  const assign = vi.spyOn(location, 'assign').mockImplementation(() => {})
  vi.mocked(session.client.rest).mockRestore()
  vi.stubGlobal('fetch', async () => new Response('{"error":"NO_SESSION"}', { status: 401 }))
  portal.network.last.say('error')
  await settled()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(session.session.ended).toBe(true)
  expect(desk.feedState.value).toBe('offline')
  expect(portal.network.open_count).toBe(0)
  expect(assign).toHaveBeenCalledExactlyOnceWith(session.signInAddress())
})

test('a bye of a session that is still there does not end the feed', async () => {
  const { desk, portal, session } = await withOpenChat()
  portal.network.last.say('bye', {})
  expect(desk.feedState.value).toBe('reconnecting')
  await settled()
  await vi.advanceTimersByTimeAsync(3_000)
  expect(session.session.ended).toBe(false)
  expect(portal.network.open_count).toBe(1)
})

test('when somebody else has signed in in another tab, nothing of theirs is taken', async () => {
  const { desk, portal } = await withOpenChat()
  const reload = vi.spyOn(location, 'reload').mockImplementation(() => {})
  portal.network.last.say('error')
  await vi.advanceTimersByTimeAsync(1_000)
  portal.network.last.say('hello', { number: portal.desk.number, user_id: ME + 1 })
  expect(reload).toHaveBeenCalledOnce()
  portal.desk.message(1, false)
  portal.network.last.say('change', portal.desk.log.at(-1))
  expect(desk.state.threads.get(1)?.items).toHaveLength(4)
})

test('on a page without HTTPS, where the browser makes no names, the feed is opened all the same', async () => {
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
  const { desk } = await openDesk(threeChats)
  expect(desk.startError.value).toBeNull()
  expect(desk.feedState.value).toBe('live')
})

test('a feed that cannot be opened is said, and nothing is shown that would not move', async () => {
  vi.stubGlobal('crypto', {})
  await expect(openDesk(threeChats)).rejects.toThrow('nobody has connected')
  const desk = await import('./desk')
  expect(desk.startError.value).toBeInstanceOf(TypeError)
  expect(desk.isReady.value).toBe(false)
})

test('a chat that could not be fetched is asked for until it is there', async () => {
  const { desk, portal, list } = await withOpenChat()
  const asked = () => portal.calls.filter((one) => one === 'trunkline.chat.get').length
  const before = asked()
  portal.isAway = true
  // Nothing but the change itself says that there is a new chat: what one has with it has to be asked for.
  portal.desk.message(9, false)
  portal.desk.change(9, (chat) => (chat.priority = 3), 'chat only')
  portal.network.last.say('change', portal.desk.log.at(-1))
  await settled()
  await vi.advanceTimersByTimeAsync(7_000)
  // At once, and every three seconds.
  expect(asked() - before).toBe(3)
  portal.isAway = false
  await vi.advanceTimersByTimeAsync(3_000)
  expect(desk.state.owns.get(9)).toEqual(portal.desk.owns.get(9))
  expect(list.ids).toContain(9)
})

test('messages that are missing in the middle are asked for until they are there', async () => {
  const { desk, portal } = await withOpenChat()
  portal.isAway = true
  portal.desk.message(1, false)
  portal.desk.message(1, false)
  portal.network.last.say('change', portal.desk.log.at(-1))
  await settled()
  expect(desk.state.threads.get(1)?.hasGap).toBe(true)
  portal.isAway = false
  await vi.advanceTimersByTimeAsync(3_000)
  expect(desk.state.threads.get(1)?.items).toEqual(portal.desk.messages.get(1))
})
