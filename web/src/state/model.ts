/**
 * What the app knows, as plain maps and arrays. Reducers change it in place; the screen hands in `make`, which makes each
 * container observable. Nothing in this folder knows about the screen.
 */

import type {
  Chat, Connector, Counts, Delivery, Employee, Filter, Label, Line, Message, Own, QuickAnswer, SavedView, Sort,
  StartAnswer, ViewName,
} from '@/api/types'

/** What a chat list shows. */
export interface Query {
  view: ViewName
  filter: Filter
  sort: Sort
}

/** The loaded part of a list: from its first chat to `boundary`, in order and without holes. */
export interface ChatList {
  query: Query
  ids: readonly number[]
  has: Set<number>
  /** Where the next page begins; null: everything is loaded; undefined: nothing yet. */
  next: string | null | undefined
  /** The sort key of the last chat fetched; chats after it belong to pages not yet loaded. */
  boundary: SortKey | null
  /** Counts up with every change of order, for whoever watches. */
  revision: number
}

export type SortKey = readonly [number, number, number]

/** The loaded part of a chat's messages: every visible one with a number from `from` to `to`. */
export interface Thread {
  chat_id: number
  items: readonly Message[]
  from: number
  to: number
  first_no: number
  last_no: number
  isLoaded: boolean
  /** Whether the window reaches the newest message, so that new ones are appended to it. */
  isAtEnd: boolean
  /** A message was missed: fetch what comes after `to`. */
  hasGap: boolean
  /** Messages that came before their turn, or from beyond the window. */
  early: Map<number, Message>
  /** Something newer than this was not kept: pages that are older are asked for again. */
  droppedAt: number
  /** By message number: the feed number each was last known at. */
  versions: Map<number, number>
}

export interface State {
  /** Everything up to this number of the feed is in here. */
  number: number
  meId: number
  chats: Map<number, Chat>
  /** null: we know that there is none. */
  owns: Map<number, Own | null>
  threads: Map<number, Thread>
  lists: Map<string, ChatList>
  employees: Map<number, Employee>
  deliveries: Map<number, Delivery>
  catalog: Catalog
  live: LiveState
  /** Chats that a list shows, or should, without our knowing all of them: somebody has to fetch them. */
  wanted: Set<number>
  /** The feed number at which each was last known. A chat without one is from before a reset: it is shown, not believed. */
  versions: { chat: Map<number, number>; own: Map<number, number> }
  make: Make
}

export interface Catalog {
  lines: Line[]
  connectors: Connector[]
  labels: Label[]
  views: SavedView[]
  quick_answers: QuickAnswer[]
}

export interface LiveState {
  counts: Counts
  /** By chat: who writes until when. */
  typing: Map<number, { user_id: number; until_ms: number }[]>
  looking: Map<number, readonly number[]>
}

export type Make = <T extends object>(value: T) => T

export function createState(make: Make = (value) => value): State {
  return make<State>({
    number: 0,
    meId: 0,
    chats: make(new Map()),
    owns: make(new Map()),
    threads: make(new Map()),
    lists: make(new Map()),
    employees: make(new Map()),
    deliveries: make(new Map()),
    catalog: make<Catalog>({ lines: [], connectors: [], labels: [], views: [], quick_answers: [] }),
    live: make<LiveState>({ counts: { lines: [] }, typing: make(new Map()), looking: make(new Map()) }),
    wanted: make(new Set()),
    versions: { chat: new Map(), own: new Map() },
    make,
  })
}

/** Takes over what the server says at the beginning, and after a reset. */
export function begin(state: State, answer: StartAnswer): void {
  state.number = answer.number
  state.meId = answer.me.id
  state.employees.clear()
  for (const employee of answer.employees) state.employees.set(employee.id, employee)
  state.catalog.lines = answer.lines
  state.catalog.connectors = answer.connectors
  state.catalog.labels = answer.labels ?? []
  state.catalog.views = answer.views ?? []
  state.catalog.quick_answers = answer.quick_answers ?? []
  state.live.counts = answer.counts
}

/**
 * Forgets what the feed can no longer keep true. What is on the screen stays to be seen until its answer is there: the
 * chats of one list, and one chat with its thread.
 */
export function forgetAll(state: State, shown: { list: ChatList | null; chat_id: number }): void {
  const isShown = (id: number) => id === shown.chat_id || (shown.list?.has.has(id) ?? false)
  for (const known of [state.chats, state.owns]) for (const id of [...known.keys()]) if (!isShown(id)) known.delete(id)
  for (const id of [...state.threads.keys()]) if (id !== shown.chat_id) state.threads.delete(id)
  for (const [key, list] of [...state.lists]) if (list !== shown.list) state.lists.delete(key)
  state.versions.chat.clear()
  state.versions.own.clear()
  state.wanted.clear()
  state.deliveries.clear()
  state.live.typing.clear()
  state.live.looking.clear()
}
