/** The shapes of the inbox's API: what the methods of the family `trunkline.*` and the live feed speak. Times are unix milliseconds. */

export type Role = 'operator' | 'supervisor' | 'administrator'
export type Presence = 'online' | 'away' | 'pause' | 'offline'
export type Direction = 'in' | 'out' | 'system' | 'note'
export type DeliveryState = 'queued' | 'sent' | 'delivered' | 'read' | 'failed'
export type SessionStatus = 'new' | 'offered' | 'bot' | 'answered' | 'waiting' | 'closing' | 'closed' | 'spam'
export type Priority = 0 | 1 | 2 | 3

export interface Me {
  id: number
  name: string
  last_name: string
  email: string
  avatar_url: string | null
  role: Role
  language: string
  time_zone: string
  totp: boolean
}

export interface SessionAnswer {
  csrf: string
  user: Me
}

export interface Session {
  id: number
  status: SessionStatus
  /** 0: nobody. */
  owner_id: number
  created_ms: number
  answered_ms: number | null
  waiting_ms: number | null
  closed_ms: number | null
  close_reason: string | null
  vote: number | null
  head_vote: number | null
  pinned: boolean
  due_ms: number | null
}

export interface Preview {
  message_id: number
  no: number
  author_id: number
  direction: Direction
  text: string
  state: DeliveryState | null
  created_ms: number
}

export interface Chat {
  id: number
  name: string
  line_id: number
  connector: string
  customer_id: number | null
  avatar_url: string | null
  silent: boolean
  session: Session | null
  last: Preview | null
  last_no: number
  active_ms: number
  unanswered: number
  labels: number[]
  priority: Priority
  member_ids: number[]
  bot_id: number
}

export interface Draft {
  text: string
  note: boolean
  updated_ms: number
}

/** What one employee has with one chat; only its owner sees it. */
export interface Own {
  chat_id: number
  read_no: number
  unread: number
  draft: Draft | null
  snoozed_until_ms: number | null
  mentioned_no: number | null
}

export interface Author {
  id: number
  name: string
  avatar_url: string | null
  kind: 'employee' | 'customer' | 'bot'
}

export interface File {
  id: number
  name: string
  mime: string
  size: number
  state: string
  url: string
  preview_url: string | null
  width: number | null
  height: number | null
}

export interface Quote {
  no: number
  author_id: number
  text: string
}

export interface Message {
  id: number
  chat_id: number
  /** Per chat, from 1, without gaps. */
  no: number
  session_id: number | null
  author_id: number
  author: Author | null
  direction: Direction
  /** BB code; empty once deleted. */
  body: string
  files: File[]
  attach: unknown
  keyboard: unknown
  quote: Quote | null
  created_ms: number
  edited_ms: number | null
  deleted_ms: number | null
  likes: number[]
  state: DeliveryState | null
  failure: string | null
  delivery_id: number | null
  client_id: string | null
}

export interface Employee {
  id: number
  name: string
  last_name: string
  avatar_url: string | null
  role: Role
  presence: Presence
  presence_reason: string | null
  active: boolean
  department_ids: number[]
}

export interface Line {
  id: number
  name: string
  active: boolean
  queue: number[]
  connectors: { code: string; name: string; active: boolean }[]
}

export interface Connector {
  code: string
  name: string
  icon?: string | null
  color?: string | null
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
  line_id: number | null
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

export interface LineCounts {
  line_id: number
  open: number
  unassigned: number
  by_owner: Record<string, number>
}

export interface Counts {
  lines: LineCounts[]
}

export interface Delivery {
  id: number
  chat_id: number | null
  message_id: number | null
  application_id?: number | null
  application?: string | null
  event?: string | null
  state: string
  attempts?: Attempt[]
  attempt_count?: number | null
  next_ms?: number | null
  created_ms?: number | null
  url?: string | null
}

export interface Attempt {
  at_ms: number
  duration_ms: number | null
  status: number | null
  result: string
  answer: string | null
  request: string | null
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

export interface Route {
  decided_ms?: number | null
  [key: string]: unknown
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
    { message?: Message; scheduled?: { id: number; send_at_ms: number } },
  ]
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
  'trunkline.label.list': [Record<string, never>, { labels: Label[] } | Label[]]
  'trunkline.view.list': [Record<string, never>, { views: SavedView[] } | SavedView[]]
  'trunkline.view.save': [
    { id?: number; title: string; shared: boolean; view: ViewName; filter: Filter; sort: Sort },
    { view?: SavedView; id?: number },
  ]
  'trunkline.view.delete': [{ id: number }, unknown]
  'trunkline.quickanswer.list': [Record<string, never>, { quick_answers: QuickAnswer[] } | QuickAnswer[]]
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
  'trunkline.delivery.get': [{ id: number }, { delivery: Delivery; attempts?: Attempt[] }]
  'trunkline.delivery.replay': [{ id: number }, unknown]
  'trunkline.search': [{ q: string; limit?: number }, SearchAnswer]
  'trunkline.presence.get': [Record<string, never>, { presence: Presence; reason: string | null }]
  'trunkline.presence.set': [{ presence: Presence; reason?: string }, unknown]
}
