/**
 * The shapes of the inbox's API: what the methods of the family `trunkline.*` and the live feed speak. Times are unix
 * milliseconds. What the server describes (openapi.json) is taken from there; words that it calls texts are named here.
 */

import type { components } from './schema'

type Schemas = components['schemas']

/** Where the schema says that something may be absent, the server writes null. */
type Whole<T> = T extends readonly (infer One)[]
  ? Whole<One>[]
  : T extends object
    ? { [Key in keyof T]-?: Whole<Exclude<T[Key], undefined>> }
    : T

/** A shape of the server with some of its fields told more exactly. */
type Told<Name extends keyof Schemas, Fields> = Omit<Whole<Schemas[Name]>, keyof Fields> & Fields

export type Role = 'operator' | 'supervisor' | 'administrator'
export type Presence = 'online' | 'away' | 'pause' | 'offline'
export type Direction = 'in' | 'out' | 'system' | 'note'
export type DeliveryState = 'queued' | 'sent' | 'delivered' | 'read' | 'failed'
export type SessionStatus = 'new' | 'offered' | 'bot' | 'answered' | 'waiting' | 'closing' | 'closed' | 'spam'
export type Priority = 0 | 1 | 2 | 3

export type Me = Whole<Schemas['Me']>
export type Session = Told<'Session', { status: SessionStatus }>
export type Preview = Told<'Preview', { direction: Direction }>
export type Chat = Told<'Chat', { session: Session | null; last: Preview | null; priority: Priority }>
export type Draft = Whole<Schemas['Draft']>
/** What one employee has with one chat; only its owner sees it. */
export type Own = Whole<Schemas['Own']>
export type Author = Whole<Schemas['Author']>
export type File = Whole<Schemas['File']>
export type Quote = Whole<Schemas['Quote']>
/** `no` counts per chat from 1, without gaps; `body` is BB code, empty once deleted. */
export type Message = Told<
  'Message',
  { direction: Direction; attach: unknown; keyboard: unknown; session_id: number | null; client_id: string | null }
>
export type Employee = Told<'Employee', { presence: Presence }>
export type Line = Whole<Schemas['Line']>
export type Connector = Whole<Schemas['Connector']>
export type LineCounts = Whole<Schemas['LineCounts']>
export type Counts = Whole<Schemas['Counts']>

export interface SessionAnswer {
  csrf: string
  user: Me
}

export interface Label {
  id: number
  title: string
  color: string
}

export interface Customer {
  id: number
  name: string
  last_name: string
  avatar_url: string | null
  phone: string | null
  email: string | null
  url: string | null
  notes: string | null
  crm: { type: string; id: number; title: string }[]
  since_ms: number
}

export interface QuickAnswer {
  id: number
  /** Null: of several lines, or of all. */
  line_id: number | null
  /** May be empty. */
  title: string
  text: string
}

export type ViewName = 'mine' | 'unassigned' | 'all' | 'mentions' | 'snoozed' | 'closed'
export type Sort = 'newest' | 'waiting' | 'priority'

/** Empty or absent lists restrict nothing. */
export interface Filter {
  line_ids?: number[]
  connectors?: string[]
  /** 0 means nobody. */
  owner_ids?: number[]
  statuses?: SessionStatus[]
  label_ids?: number[]
  from_ms?: number | null
  to_ms?: number | null
  unread?: boolean
}

export interface SavedView {
  id: number
  title: string
  shared: boolean
  owner_id?: number
  view: ViewName
  filter: Filter
  sort: Sort
}

export type DeliveryStep = 'pending' | 'done' | 'settled' | 'failed' | 'cancelled'

/** One event for one handler. */
export interface Delivery {
  id: number
  chat_id: number | null
  message_id: number | null
  application_id: number
  event: string
  url: string
  state: DeliveryStep
  attempt_count: number
  next_ms: number | null
  created_ms: number
  finished_ms: number | null
}

export interface Attempt {
  at_ms: number
  duration_ms: number | null
  status: number | null
  result: string
  answer: string
  request: string
}

/** A message that waits for its time. */
export interface Planned {
  id: number
  send_at_ms: number
  client_id: string
  text: string
  file_ids: number[]
  quote_no: number | null
  note: boolean
  finish: boolean
}

export type CatalogName = 'lines' | 'labels' | 'views' | 'quick_answers' | 'connectors'

/** One thing as it is now: applying it twice changes nothing. */
export type Change =
  | { type: 'chat'; chat: Chat }
  | { type: 'message'; message: Message }
  | { type: 'own'; own: Own }
  | { type: 'gone'; chat_id: number }
  | { type: 'employee'; employee: Employee }
  | { type: 'catalog'; name: CatalogName }
  | { type: 'delivery'; delivery: Delivery }

/** Lossy and unnumbered. */
export type Live =
  | { type: 'typing'; chat_id: number; user_id: number; until_ms: number }
  | { type: 'looking'; chat_id: number; user_ids: number[] }
  | { type: 'counts'; lines: LineCounts[] }

export interface StartAnswer {
  number: number
  now_ms: number
  me: Me
  employees: Employee[]
  lines: Line[]
  connectors: Connector[]
  labels: Label[]
  views: SavedView[]
  quick_answers: QuickAnswer[]
  counts: Counts
  preferences: Record<string, unknown>
}

export interface ChatPage {
  number: number
  chats: Chat[]
  owns: Own[]
  next: string | null
}

export interface MessagePage {
  number: number
  messages: Message[]
  first_no: number
  last_no: number
}

export interface SessionSummary {
  id: number
  chat_id: number
  line_id: number
  connector?: string
  status: SessionStatus
  owner_id: number
  created_ms: number
  closed_ms: number | null
  vote: number | null
}

export interface SearchAnswer {
  customers: Customer[]
  messages: { chat_id: number; no: number; chat_name: string; text: string; created_ms: number }[]
  chats: Chat[]
}

/** Parameters and results by method. */
export interface Methods {
  'trunkline.start': [Record<string, never>, StartAnswer]
  'trunkline.preferences.set': [{ preferences: Record<string, unknown> }, unknown]
  'trunkline.chat.list': [
    { view: ViewName; filter?: Filter; sort: Sort; cursor?: string | null; limit?: number },
    ChatPage,
  ]
  'trunkline.chat.count': [{ view: ViewName; filter?: Filter }, { count: number }]
  'trunkline.chat.get': [
    { chat_id: number },
    { number: number; chat: Chat; own: Own | null; customer: Customer | null },
  ]
  'trunkline.message.list': [
    { chat_id: number; before_no?: number; after_no?: number; around_no?: number; limit?: number },
    MessagePage,
  ]
  'trunkline.message.send': [
    {
      chat_id: number
      client_id: string
      text: string
      file_ids?: number[]
      quote_no?: number
      note?: boolean
      finish?: boolean
      send_at_ms?: number
    },
    { message?: Message | null; scheduled?: Planned | null },
  ]
  'trunkline.message.scheduled': [{ chat_id: number }, Planned[]]
  'trunkline.message.unschedule': [{ id: number }, unknown]
  'trunkline.message.retry': [{ message_id: number }, { message: Message }]
  'trunkline.chat.read': [{ chat_id: number; no: number }, unknown]
  'trunkline.chat.unread': [{ chat_id: number; no: number }, unknown]
  'trunkline.chat.draft': [{ chat_id: number; text: string; note: boolean }, unknown]
  'trunkline.chat.snooze': [{ chat_id: number; until_ms: number | null }, unknown]
  'trunkline.chat.labels': [{ chat_id: number; label_ids: number[] }, unknown]
  'trunkline.chat.priority': [{ chat_id: number; priority: Priority }, unknown]
  'trunkline.chat.typing': [{ chat_id: number }, unknown]
  'trunkline.chat.look': [{ chat_id: number }, unknown]
  'trunkline.label.list': [Record<string, never>, Label[]]
  'trunkline.view.list': [Record<string, never>, SavedView[]]
  'trunkline.view.save': [
    { id?: number; title: string; shared: boolean; view: ViewName; filter: Filter; sort: Sort },
    { view: SavedView },
  ]
  'trunkline.view.delete': [{ id: number }, unknown]
  'trunkline.quickanswer.list': [{ line_id?: number }, QuickAnswer[]]
  'trunkline.quickanswer.add': [{ line_id: number | null; title: string; text: string }, unknown]
  'trunkline.customer.get': [{ customer_id: number }, { customer: Customer }]
  'trunkline.customer.update': [
    { customer_id: number } & Partial<Pick<Customer, 'name' | 'last_name' | 'phone' | 'email' | 'url' | 'notes'>>,
    { customer: Customer },
  ]
  'trunkline.session.list': [
    { customer_id: number; cursor?: string | null },
    { sessions: SessionSummary[]; next: string | null },
  ]
  'trunkline.session.get': [{ session_id?: number; chat_id?: number }, Record<string, unknown>]
  'trunkline.session.transcript': [{ session_id: number }, { name: string; text: string }]
  'trunkline.delivery.list': [
    { chat_id?: number; message_id?: number; application_id?: number; state?: string; cursor?: string | null },
    { deliveries: Delivery[]; next: string | null },
  ]
  'trunkline.delivery.get': [{ id: number }, { delivery: Delivery; attempts: Attempt[] }]
  'trunkline.delivery.replay': [{ id: number }, { delivery: Delivery; attempts: Attempt[] }]
  'trunkline.search': [{ q: string; limit?: number }, SearchAnswer]
  'trunkline.presence.get': [Record<string, never>, { presence: Presence; reason: string | null }]
  'trunkline.presence.set': [{ presence: Presence; reason?: string }, unknown]
}
