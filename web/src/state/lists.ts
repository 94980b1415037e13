/** Chat lists: pages from the server and changes from the feed become one order without holes. */

import type { Chat, ChatPage, Own } from '@/api/types'

import type { ChatList, Query, State } from './model'
import { compareKeys, matches, queryKey, sortKey } from './query'

export function listOf(state: State, query: Query): ChatList {
  const key = queryKey(query)
  const known = state.lists.get(key)
  if (known) return known
  const list = state.make<ChatList>({ query, ids: [], has: new Set(), next: undefined, boundary: null, revision: 0 })
  state.lists.set(key, list)
  return state.lists.get(key) ?? list
}

/** Keeps a chat as it was at `number`, unless something newer is known. */
export function keepChat(state: State, chat: Chat, number: number): void {
  if (number < (state.versions.chat.get(chat.id) ?? -1)) return
  state.versions.chat.set(chat.id, number)
  state.chats.set(chat.id, chat)
}

export function keepOwn(state: State, chatId: number, own: Own | null, number: number): void {
  if (number < (state.versions.own.get(chatId) ?? -1)) return
  state.versions.own.set(chatId, number)
  state.owns.set(chatId, own)
}

/** Adds the page that follows what is loaded (or the first one). */
export function mergePage(state: State, list: ChatList, page: ChatPage): void {
  const owns = new Map(page.owns.map((own) => [own.chat_id, own]))
  if (list.next === undefined) empty(state, list)
  for (const chat of page.chats) {
    keepChat(state, chat, page.number)
    keepOwn(state, chat.id, owns.get(chat.id) ?? null, page.number)
  }
  const last = page.chats.at(-1)
  if (last) list.boundary = sortKey(list.query.sort, last)
  list.next = page.next
  append(state, list, page.chats)
  // What changed after the page was made was not in it, or no longer belongs there: those are placed by what we know.
  for (const [id, version] of state.versions.chat) if (version > page.number) placeIn(state, list, id)
  for (const [id, version] of state.versions.own) if (version > page.number) placeIn(state, list, id)
  for (const other of state.lists.values()) {
    if (other === list) continue
    for (const chat of page.chats) placeIn(state, other, chat.id)
  }
}

/** Puts a chat where it belongs now, in every list. */
export function place(state: State, chatId: number): void {
  for (const list of state.lists.values()) placeIn(state, list, chatId)
}

/** The list is to be fetched again from its beginning; what is shown stays as it is until the answer comes. */
export function restart(list: ChatList): void {
  list.next = undefined
  list.boundary = null
}

/** Before the first page: what it still shows is from an earlier time. */
function empty(state: State, list: ChatList): void {
  for (const id of list.ids) if (!state.versions.chat.has(id) && !state.threads.has(id)) forgetChat(state, id)
  list.ids = []
  list.has = new Set()
  list.revision += 1
}

function forgetChat(state: State, chatId: number): void {
  state.chats.delete(chatId)
  state.owns.delete(chatId)
}

function belongs(state: State, list: ChatList, chatId: number): boolean {
  const chat = state.versions.chat.has(chatId) ? state.chats.get(chatId) : undefined
  const own = state.owns.get(chatId)
  if (!chat) {
    // Only what we have with it changed, and this list is about exactly that.
    if (own && dependsOnOwn(list.query)) state.wanted.add(chatId)
    return false
  }
  if (!matches(list.query, chat, own ?? null, state.meId)) {
    if (own === undefined && mayMatch(list.query, chat, state.meId)) state.wanted.add(chatId)
    return false
  }
  if (list.next !== null && list.boundary && compareKeys(sortKey(list.query.sort, chat), list.boundary) > 0) return false
  if (own === undefined) state.wanted.add(chatId)
  return true
}

function dependsOnOwn(query: Query): boolean {
  return query.view === 'mine' || query.view === 'mentions' || query.view === 'snoozed' || query.filter.unread === true
}

/** Whether only what we do not know about it keeps the chat out. */
function mayMatch(query: Query, chat: Chat, meId: number): boolean {
  if (query.view === 'mine') return false
  const own: Own = { chat_id: chat.id, read_no: 0, unread: 1, draft: null, snoozed_until_ms: 1, mentioned_no: 1, returned: 0 }
  return matches(query, chat, own, meId)
}

function placeIn(state: State, list: ChatList, chatId: number): void {
  if (list.next === undefined) return
  const isIn = list.has.has(chatId)
  const isWelcome = belongs(state, list, chatId)
  const chat = state.chats.get(chatId)
  if (!chat || !isWelcome) {
    if (!isIn) return
    list.ids = list.ids.filter((id) => id !== chatId)
    list.has.delete(chatId)
    list.revision += 1
    return
  }
  const rest = isIn ? list.ids.filter((id) => id !== chatId) : [...list.ids]
  const index = positionOf(state, list, rest, chat)
  if (isIn && list.ids[index] === chatId) return
  rest.splice(index, 0, chatId)
  list.ids = rest
  list.has.add(chatId)
  list.revision += 1
}

/** Where the chat stands among the others, by halving. */
function positionOf(state: State, list: ChatList, others: readonly number[], chat: Chat): number {
  const key = sortKey(list.query.sort, chat)
  let low = 0
  let high = others.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = state.chats.get(others[middle] ?? 0)
    if (other && compareKeys(sortKey(list.query.sort, other), key) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** The chats of a page go to the end at once, as far as they are what the page says and come after what is there. */
function append(state: State, list: ChatList, chats: readonly Chat[]): void {
  const ids: number[] = []
  const others: number[] = []
  const last = state.chats.get(list.ids.at(-1) ?? 0)
  let before = last && sortKey(list.query.sort, last)
  for (const chat of chats) {
    const key = sortKey(list.query.sort, chat)
    const isAsSaid = state.chats.get(chat.id) === chat && !list.has.has(chat.id) && belongs(state, list, chat.id)
    if (isAsSaid && (!before || compareKeys(before, key) < 0)) {
      ids.push(chat.id)
      before = key
    } else others.push(chat.id)
  }
  if (ids.length > 0) {
    list.ids = list.ids.concat(ids)
    for (const id of ids) list.has.add(id)
    list.revision += 1
  }
  for (const id of others) placeIn(state, list, id)
}
