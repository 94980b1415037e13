/** The one place where state, calls and the live feed meet. Features read `state` and call what is exported here. */

import { computed, ref, shallowReactive, watch } from 'vue'

import { ApiError } from '@/api/client'
import { browserSharing, openFeed, type Batch, type Feed, type FeedState, type Source } from '@/api/feed'
import { newId } from '@/api/id'
import type { CatalogName, Chat, Change, Customer, MessagePage, Own, StartAnswer } from '@/api/types'
import { applyBatch, applyChange, applyChat, applyLive } from '@/state/apply'
import { listOf, mergePage, restart } from '@/state/lists'
import { begin, createState, forgetAll, type ChatList, type Query, type State, type Thread } from '@/state/model'
import { MINE, queryKey } from '@/state/query'
import { distrust, mergeMessages, threadOf, openedThread, type Asked } from '@/state/threads'

import { perFrame } from './per-frame'
import { adoptPreferences } from './preferences'
import { client, ensureSession, session, signInAddress } from './session'
import { clock, serverNowMs, setServerTime } from './time'

/** How many lists are kept besides the one that is shown; what is mine is counted and always kept. */
const LISTS_MAX = 8
/** The first page is what a screen shows; whoever scrolls wants more at once. */
const PAGE_CHATS = 60
const PAGE_CHATS_MORE = 200
const PAGE_MESSAGES = 50
/** How many chats are kept to be shown again without asking. */
const THREADS_MAX = 50
/** What was open is fetched again in so many pages at most; whoever had more on the screen is shown the end. */
const PAGE_MESSAGES_AGAIN = 100
const PAGES_AGAIN_MAX = 5
const AGAIN_MS = 3_000

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
/** Counts up with every reset: what was asked for before it is thrown away when it arrives. */
let epoch = 0

type Listener = (changes: Change[]) => void
const listeners = new Set<Listener>()

/** Told about every batch after it is in the state. The result ends it. */
export function onChanges(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const refetched = new Set<() => void>()

/** Told when everything has been fetched anew: what changed meanwhile was told to nobody. The result ends it. */
export function onRefetched(listener: () => void): () => void {
  refetched.add(listener)
  return () => refetched.delete(listener)
}

function tell(changes: Change[]): void {
  for (const listener of listeners) listener(changes)
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
    takeStart(await client.call('trunkline.start', {}))
    // Before anything is shown: without it nothing on the screen would move.
    openTheFeed()
    isReady.value = true
    startError.value = null
  } catch (error) {
    startError.value = error
  }
}

function takeStart(answer: StartAnswer): void {
  setServerTime(answer.now_ms)
  begin(state, answer)
  adoptPreferences(answer.preferences)
}

const batches = perFrame<Batch>((some) => {
  for (const batch of some) {
    applyBatch(state, batch)
    for (const change of batch.changes) if (change.type === 'catalog') void fetchCatalog(change.name)
    tell(batch.changes)
  }
  fill()
})

function openTheFeed(): void {
  const name = `trunkline-feed-${state.meId}`
  feed = openFeed(
    {
      clock,
      random: Math.random,
      open: (url) => new EventSource(url) as Source,
      after: state.number,
      tab: newId(),
      ...browserSharing(name),
    },
    {
      changes: (batch) => batches.add(batch),
      live: (live) => applyLive(state, live, serverNowMs()),
      reset() {
        batches.flush()
        void refetch()
      },
      state: (next) => (feedState.value = next),
      bye: () => void afterBye(),
      beat(beat) {
        // Somebody else has signed in in another tab: nothing of theirs may get into what is shown here.
        if (beat.user_id !== undefined && beat.user_id !== state.meId) {
          feed?.close()
          location.reload()
          return
        }
        if (beat.now_ms) setServerTime(beat.now_ms)
        if (beat.build) {
          build ??= beat.build
          isOutdated.value = build !== beat.build
        }
      },
      failing: (attempt) => void (attempt % 4 === 1 && checkSession()),
    },
  )
  addEventListener('online', () => feed?.network('online'))
  addEventListener('offline', () => feed?.network('offline'))
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && feed?.nudge())
  addEventListener('pagehide', (event) => !event.persisted && feed?.close())
}

/** An EventSource does not say why it failed: perhaps nobody is signed in any more. Then `session.ended` becomes true. */
async function checkSession(): Promise<void> {
  await client.rest('trunkline.presence.get').catch(() => {})
}

/** The server says that the session is over. If it is not, or nobody can tell, the feed goes on trying. */
async function afterBye(): Promise<void> {
  await checkSession()
  if (!session.ended) clock.after(AGAIN_MS, () => feed?.resume(state.number))
}

/**
 * The feed cannot go on from where we are. Everything that is on the screen is fetched again, everything else is
 * forgotten, and only then the feed goes on: until it does, the mark says that what is shown may be old.
 */
async function refetch(): Promise<void> {
  const mine = dropAnswers()
  try {
    const answer = await client.call('trunkline.start', {})
    if (mine !== epoch) return
    const now = dropAnswers()
    takeStart(answer)
    await refetchShown()
    if (now !== epoch) return
    feed?.resume(state.number)
    for (const listener of refetched) listener()
  } catch {
    const failed = epoch
    if (!session.ended) clock.after(AGAIN_MS, () => void (failed === epoch && refetch()))
  }
}

/** Nothing that is still on its way here will be taken. */
function dropAnswers(): number {
  epoch += 1
  loads.clear()
  loadingThreads.clear()
  fetching.clear()
  later.clear()
  return epoch
}

async function refetchShown(): Promise<void> {
  const [list, chatId] = [shownList, shownThread]
  const thread = state.threads.get(chatId)
  const seen = thread?.isLoaded ? { from: thread.from, to: thread.to, isAtEnd: thread.isAtEnd } : null
  const customerId = state.chats.get(chatId)?.customer_id
  forgetAll(state, { list, chat_id: chatId })
  for (const id of [...customers.keys()]) if (id !== customerId) customers.delete(id)
  if (list) restart(list)
  if (thread) distrust(thread)
  await Promise.all([list && loadMore(list), thread && reopen(chatId, seen)])
  const problems = [list && failedLists.get(list), threadErrors.get(chatId)]
  const temporary = problems.find((one) => one instanceof ApiError && one.isTemporary)
  if (temporary) throw temporary
}

const stale = new Set<CatalogName>()
let isFetchingCatalog = false

/**
 * Which of its lists has changed is all that the feed says; the rest of the answer is thrown away. One question at a
 * time, so that no answer can overtake a newer one.
 */
async function fetchCatalog(name: CatalogName): Promise<void> {
  stale.add(name)
  if (isFetchingCatalog) return
  isFetchingCatalog = true
  while (stale.size > 0 && !session.ended) {
    const names = [...stale]
    stale.clear()
    const asked = epoch
    try {
      const answer = await client.call('trunkline.start', {})
      // A reset meanwhile has brought all of it, newer.
      if (asked === epoch) for (const each of names) state.catalog[each] = answer[each] as never
    } catch {
      for (const each of names) stale.add(each)
      await new Promise<void>((resolve) => clock.after(AGAIN_MS, resolve))
    }
  }
  isFetchingCatalog = false
}

// Lists

let shownList: ChatList | null = null
/** The question of each list that is under way. */
const loads = shallowReactive(new Map<ChatList, symbol>())
const failedLists = shallowReactive(new Map<ChatList, unknown>())

/** The list of a query, with its first page on the way. */
export function openList(query: Query): ChatList {
  const list = listOf(state, query)
  shownList = list
  for (const [key, other] of state.lists) {
    if (state.lists.size <= LISTS_MAX) break
    if (other !== list && key !== queryKey(MINE)) state.lists.delete(key)
  }
  if (list.next === undefined) void loadMore(list)
  return list
}

export const isLoadingList = (list: ChatList): boolean => loads.has(list)
export const listError = (list: ChatList): unknown => failedLists.get(list)

export async function loadMore(list: ChatList): Promise<void> {
  if (loads.has(list) || list.next === null) return
  const cursor = list.next
  const mine = Symbol('load')
  let isShort = false
  loads.set(list, mine)
  failedLists.delete(list)
  try {
    const { view, filter, sort } = list.query
    const page = await client.call('trunkline.chat.list', { view, filter, sort, cursor: cursor ?? null, limit: cursor ? PAGE_CHATS_MORE : PAGE_CHATS })
    if (loads.get(list) !== mine) return
    mergePage(state, list, page)
    fill()
    // A page may be short or empty although more follow: what has to be looked through is bounded on the server.
    isShort = page.next !== null && page.chats.length < PAGE_CHATS / 2
  } catch (error) {
    if (loads.get(list) === mine) failedLists.set(list, error)
  } finally {
    if (loads.get(list) === mine) loads.delete(list)
  }
  if (isShort && shownList === list) await loadMore(list)
}

// Chats that we know only in part

const fetching = new Set<number>()
/** Chats and threads that could not be fetched, for which the server is asked again a little later. */
const later = new Set<number | Thread>()
let cancelLater: (() => void) | null = null

/** Fetches what is wanted or missing, a few at a time. */
function fill(): void {
  for (const id of state.wanted) {
    if (fetching.size >= 4) break
    if (!fetching.has(id) && !later.has(id)) void fetchChat(id).catch(() => {})
  }
  for (const thread of state.threads.values()) {
    if (thread.hasGap && !later.has(thread)) void loadNewer(thread.chat_id)
  }
}

/** Whether that is any use. */
function fillLater(what: number | Thread, error: unknown): boolean {
  if (!(error instanceof ApiError) || !error.isTemporary) return false
  later.add(what)
  cancelLater ??= clock.after(error.retryAfterMs ?? AGAIN_MS, () => {
    cancelLater = null
    later.clear()
    fill()
  })
  return true
}

export async function fetchChat(chatId: number): Promise<void> {
  const asked = epoch
  fetching.add(chatId)
  try {
    const answer = await client.call('trunkline.chat.get', { chat_id: chatId })
    if (asked !== epoch) return
    applyChat(state, answer)
    if (answer.customer) customers.set(answer.customer.id, answer.customer)
    else if (answer.chat.customer_id) void fetchCustomer(answer.chat.customer_id).catch(() => {})
  } catch (error) {
    if (asked === epoch && !fillLater(chatId, error)) state.wanted.delete(chatId)
    throw error
  } finally {
    if (asked === epoch) {
      fetching.delete(chatId)
      if (state.wanted.size > 0) fill()
    }
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
  const thread = openedThread(state, chatId, THREADS_MAX)
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
  await ask(chatId, { kind: 'after', no: thread.to }).catch((error: unknown) => thread.hasGap && fillLater(thread, error))
}

export function hasOlder(thread: Thread): boolean {
  return thread.items.length > 0 && thread.from > Math.max(1, thread.first_no)
}

async function ask(chatId: number, asked: Asked): Promise<void> {
  const thread = threadOf(state, chatId)
  const mine = epoch
  loadingThreads.add(chatId)
  try {
    const page = await fetchMessages(chatId, asked, PAGE_MESSAGES)
    // Everything may have been fetched again meanwhile, or the chat taken away from us.
    if (mine !== epoch || state.threads.get(chatId) !== thread) return
    if (mergeMessages(state, chatId, asked, page) === 'ask again') await ask(chatId, asked)
    else if (asked.kind === 'around' && !thread.isLoaded) await ask(chatId, { kind: 'latest' })
  } finally {
    if (mine === epoch) loadingThreads.delete(chatId)
  }
}

function fetchMessages(chatId: number, asked: Asked, limit: number): Promise<MessagePage> {
  const where =
    asked.kind === 'latest' ? {} : { [{ around: 'around_no', before: 'before_no', after: 'after_no' }[asked.kind]]: asked.no }
  return client.call('trunkline.message.list', { chat_id: chatId, limit, ...where })
}

interface Seen {
  from: number
  to: number
  isAtEnd: boolean
}

/** The open chat after a reset: it, and the same stretch of its messages, as they are now. */
async function reopen(chatId: number, seen: Seen | null): Promise<void> {
  const mine = epoch
  threadErrors.delete(chatId)
  try {
    await Promise.all([fetchChat(chatId), seen ? askAgain(chatId, seen) : ask(chatId, { kind: 'latest' })])
  } catch (error) {
    if (mine !== epoch) return
    threadErrors.set(chatId, error)
    // It is no longer ours to see.
    if (!(error instanceof ApiError) || error.isTemporary) return
    const gone: Change = { type: 'gone', chat_id: chatId }
    applyChange(state, state.number, gone)
    tell([gone])
  }
}

/** All pages are put in at once, so that nothing jumps under the eyes of whoever reads. */
async function askAgain(chatId: number, seen: Seen): Promise<void> {
  const mine = epoch
  const pages: { asked: Asked; page: MessagePage }[] = []
  let no = seen.from - 1
  while (pages.length < PAGES_AGAIN_MAX) {
    const asked: Asked = { kind: 'after', no }
    const page = await fetchMessages(chatId, asked, PAGE_MESSAGES_AGAIN)
    if (mine !== epoch) return
    pages.push({ asked, page })
    no = page.messages.at(-1)?.no ?? page.last_no
    if (no < page.last_no && (seen.isAtEnd || no < seen.to)) continue
    for (const one of pages) mergeMessages(state, chatId, one.asked, one.page)
    return
  }
  await ask(chatId, { kind: 'latest' })
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

// Nobody is signed in here any more: the feed stops, and what is on the screen goes with the page.
watch(() => session.ended, (ended) => {
  if (!ended) return
  feed?.close()
  location.assign(signInAddress())
})
