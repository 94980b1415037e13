/** The one place where state, calls and the live feed meet. Features read `state` and call what is exported here. */

import { computed, ref, shallowReactive, watch } from 'vue'

import { ApiError } from '@/api/client'
import { browserSharing, openFeed, type Feed, type FeedState, type Source } from '@/api/feed'
import type { CatalogName, Chat, Change, Customer, Own } from '@/api/types'
import { applyBatch, applyChat, applyLive } from '@/state/apply'
import { listOf, mergePage, restart } from '@/state/lists'
import { begin, createState, type ChatList, type Query, type State, type Thread } from '@/state/model'
import { distrust, mergeMessages, threadOf, type Asked } from '@/state/threads'

import { adoptPreferences } from './preferences'
import { client, ensureSession, session } from './session'
import { clock, serverNowMs, setServerTime } from './time'

/** How many lists are kept besides the one that is shown. */
const LISTS_MAX = 8
/** The first page is what a screen shows; whoever scrolls wants more at once. */
const PAGE_CHATS = 60
const PAGE_CHATS_MORE = 200
const PAGE_MESSAGES = 50

export const state: State = createState(shallowReactive)
export const feedState = ref<FeedState>('reconnecting')
/** Null until the first answer; what went wrong if there is none. */
export const startError = ref<unknown>(null)
export const isReady = ref(false)
/** The server runs another version than this page. */
export const isOutdated = ref(false)
export const customers = shallowReactive(new Map<number, Customer>())

let feed: Feed | null = null
let build: string | undefined
let starting: Promise<void> | null = null

type Listener = (changes: Change[]) => void
const listeners = new Set<Listener>()

/** Told about every batch after it is in the state. The result ends it. */
export function onChanges(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Fetches what the app begins with and opens the feed; safe to call again. */
export function startDesk(): Promise<void> {
  starting ??= start().finally(() => (starting = null))
  return starting
}

async function start(): Promise<void> {
  if (isReady.value) return
  try {
    if (!(await ensureSession())) throw new ApiError('NETWORK', '', 0)
    await fetchStart()
    isReady.value = true
    startError.value = null
    openTheFeed()
  } catch (error) {
    startError.value = error
  }
}

async function fetchStart(): Promise<void> {
  const answer = await client.call('trunkline.start', {})
  setServerTime(answer.now_ms)
  begin(state, answer)
  adoptPreferences(answer.preferences)
}

function openTheFeed(): void {
  const name = `trunkline-feed-${state.meId}`
  feed = openFeed(
    {
      clock,
      random: Math.random,
      open: (url) => new EventSource(url) as Source,
      after: state.number,
      tab: crypto.randomUUID(),
      ...browserSharing(name),
    },
    {
      changes(batch) {
        applyBatch(state, batch)
        for (const change of batch.changes) if (change.type === 'catalog') void fetchCatalog(change.name)
        for (const listener of listeners) listener(batch.changes)
        fill()
      },
      live: (live) => applyLive(state, live, serverNowMs()),
      reset: () => void refetch(),
      state: (next) => (feedState.value = next),
      bye: () => void checkSession(),
      beat(beat) {
        if (beat.now_ms) setServerTime(beat.now_ms)
        if (beat.build) {
          build ??= beat.build
          isOutdated.value = build !== beat.build
        }
      },
      failing: (attempt) => void (attempt % 4 === 3 && checkSession()),
    },
  )
  addEventListener('online', () => feed?.network('online'))
  addEventListener('offline', () => feed?.network('offline'))
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && feed?.nudge())
  addEventListener('pagehide', (event) => !event.persisted && feed?.close())
}

/** An EventSource does not say why it failed: perhaps nobody is signed in any more. */
async function checkSession(): Promise<void> {
  await client.rest('trunkline.presence.get').catch(() => {})
}

/** The feed cannot go on from where we are: everything is fetched again, what is shown stays until then. */
async function refetch(): Promise<void> {
  try {
    await fetchStart()
    state.versions.chat.clear()
    state.versions.own.clear()
    const shown = shownList
    for (const [key, list] of state.lists) {
      if (list === shown) restart(list)
      else state.lists.delete(key)
    }
    for (const thread of state.threads.values()) distrust(thread)
    feed?.resume(state.number)
    if (shown) void loadMore(shown)
    if (shownThread) void openThread(shownThread)
  } catch {
    clock.after(3_000, () => void refetch())
  }
}

async function fetchCatalog(name: CatalogName): Promise<void> {
  // Which of its lists has changed is all that the feed says; the rest of the answer is thrown away.
  const answer = await client.call('trunkline.start', {})
  state.catalog[name] = answer[name] as never
}

// Lists

let shownList: ChatList | null = null
const loadingLists = shallowReactive(new Set<ChatList>())
const failedLists = shallowReactive(new Map<ChatList, unknown>())

/** The list of a query, with its first page on the way. */
export function openList(query: Query): ChatList {
  const list = listOf(state, query)
  shownList = list
  for (const [key, other] of state.lists) {
    if (state.lists.size <= LISTS_MAX) break
    if (other !== list) state.lists.delete(key)
  }
  if (list.next === undefined) void loadMore(list)
  return list
}

export const isLoadingList = (list: ChatList): boolean => loadingLists.has(list)
export const listError = (list: ChatList): unknown => failedLists.get(list)

export async function loadMore(list: ChatList): Promise<void> {
  if (loadingLists.has(list) || list.next === null) return
  const cursor = list.next
  let isShort = false
  loadingLists.add(list)
  failedLists.delete(list)
  try {
    const { view, filter, sort } = list.query
    const page = await client.call('trunkline.chat.list', { view, filter, sort, cursor: cursor ?? null, limit: cursor ? PAGE_CHATS_MORE : PAGE_CHATS })
    if (list.next === cursor) mergePage(state, list, page)
    fill()
    // A page may be short or empty although more follow: what has to be looked through is bounded on the server.
    isShort = page.next !== null && page.chats.length < PAGE_CHATS / 2
  } catch (error) {
    failedLists.set(list, error)
  } finally {
    loadingLists.delete(list)
  }
  if (isShort && shownList === list) await loadMore(list)
}

// Chats that we know only in part

const fetching = new Set<number>()

/** Fetches what is wanted or missing, a few at a time. */
function fill(): void {
  for (const id of state.wanted) {
    if (fetching.size >= 4) break
    if (!fetching.has(id)) void fetchChat(id).catch(() => {})
  }
  for (const thread of state.threads.values()) {
    if (thread.hasGap) void loadNewer(thread.chat_id)
  }
}

export async function fetchChat(chatId: number): Promise<void> {
  fetching.add(chatId)
  try {
    const answer = await client.call('trunkline.chat.get', { chat_id: chatId })
    applyChat(state, answer)
    if (answer.customer) customers.set(answer.customer.id, answer.customer)
    else if (answer.chat.customer_id) void fetchCustomer(answer.chat.customer_id).catch(() => {})
  } finally {
    state.wanted.delete(chatId)
    fetching.delete(chatId)
    if (state.wanted.size > 0) fill()
  }
}

export async function fetchCustomer(id: number): Promise<void> {
  const { customer } = await client.call('trunkline.customer.get', { customer_id: id })
  customers.set(id, customer)
}

// Threads

let shownThread = 0
const loadingThreads = shallowReactive(new Set<number>())
const threadErrors = shallowReactive(new Map<number, unknown>())

export const isLoadingThread = (chatId: number): boolean => loadingThreads.has(chatId)
export const threadError = (chatId: number): unknown => threadErrors.get(chatId)

/** Shows a chat: at its end, or around a message. What is cached is there at once. */
export async function openThread(chatId: number, aroundNo?: number): Promise<void> {
  shownThread = chatId
  const thread = threadOf(state, chatId)
  const chat = state.chats.get(chatId)
  const hasMessage = aroundNo === undefined ? thread.isAtEnd : aroundNo >= thread.from && aroundNo <= thread.to
  const wishes: Promise<void>[] = []
  if (!chat || (chat.customer_id && !customers.has(chat.customer_id))) wishes.push(fetchChat(chatId))
  if (!thread.isLoaded || !hasMessage) {
    wishes.push(ask(chatId, aroundNo === undefined ? { kind: 'latest' } : { kind: 'around', no: aroundNo }))
  }
  threadErrors.delete(chatId)
  try {
    await Promise.all(wishes)
  } catch (error) {
    threadErrors.set(chatId, error)
  }
}

export async function loadOlder(chatId: number): Promise<void> {
  const thread = state.threads.get(chatId)
  if (!thread?.isLoaded || !hasOlder(thread) || loadingThreads.has(chatId)) return
  await ask(chatId, { kind: 'before', no: thread.from }).catch(() => {})
}

export async function loadNewer(chatId: number): Promise<void> {
  const thread = state.threads.get(chatId)
  if (!thread?.isLoaded || loadingThreads.has(chatId)) return
  await ask(chatId, { kind: 'after', no: thread.to }).catch(() => {})
}

export function hasOlder(thread: Thread): boolean {
  return thread.items.length > 0 && thread.from > Math.max(1, thread.first_no)
}

async function ask(chatId: number, asked: Asked): Promise<void> {
  const thread = threadOf(state, chatId)
  loadingThreads.add(chatId)
  const where = { latest: {}, around: { around_no: 0 }, before: { before_no: 0 }, after: { after_no: 0 } }[asked.kind]
  const params = { chat_id: chatId, limit: PAGE_MESSAGES, ...where }
  if (asked.kind === 'around') params.around_no = asked.no
  if (asked.kind === 'before') params.before_no = asked.no
  if (asked.kind === 'after') params.after_no = asked.no
  try {
    const page = await client.call('trunkline.message.list', params)
    // The chat may have been taken away from us meanwhile.
    if (state.threads.get(chatId) === thread) mergeMessages(state, chatId, asked, page)
    if (asked.kind === 'around' && !thread.isLoaded) await ask(chatId, { kind: 'latest' })
  } finally {
    loadingThreads.delete(chatId)
  }
}

// Small things that many features ask

export const me = computed(() => session.me)

export function ownOf(chatId: number): Own | null {
  return state.owns.get(chatId) ?? null
}

export function lineName(lineId: number): string {
  return state.catalog.lines.find((line) => line.id === lineId)?.name ?? `#${lineId}`
}

export function connectorName(code: string): string {
  return state.catalog.connectors.find((one) => one.code === code)?.name ?? code
}

/** Shows a change at once and takes it back if the server refuses; the feed brings the truth either way. */
export async function optimistically<T>(chat: Chat, next: Partial<Chat>, call: () => Promise<T>): Promise<T> {
  const shown = { ...chat, ...next }
  state.chats.set(chat.id, shown)
  try {
    return await call()
  } catch (error) {
    if (state.chats.get(chat.id) === shown) state.chats.set(chat.id, chat)
    throw error
  }
}

watch(() => session.ended, (ended) => ended && feed?.close())
