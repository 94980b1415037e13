/** The shapes of what administrators and supervisors call: accounts, lines, applications, reports. Times are unix milliseconds. */

import type { Employee, Role, SessionStatus } from './types'

export interface Account {
  id: number
  name: string
  last_name: string
  email: string
  language: string
  time_zone: string
  totp: boolean
  recovery_codes_left: number
}

/** A browser in which the person is signed in. */
export interface Device {
  id: number
  created_ms: number
  seen_ms: number
  address: string | null
  agent: string | null
  current: boolean
}

export interface Colleague extends Employee {
  email: string
  work_position: string | null
  totp: boolean
  /** Has not chosen a password yet. */
  invited: boolean
  seen_ms: number | null
}

export interface Department {
  id: number
  name: string
  parent_id: number | null
  head_id: number | null
}

export interface Application {
  id: number
  client_id: string
  title: string
  url: string | null
  install_url: string | null
  scopes: string[]
  active: boolean
  /** How long a delivery that fails is tried again. */
  retry: 'days' | 'never'
  created_ms: number
  /** Deliveries that wait, and those that were given up. */
  queued: number
  failed: number
}

export interface Webhook {
  id: number
  title: string
  user_id: number
  scopes: string[]
  created_ms: number
  used_ms: number | null
}

export interface ConnectorHealth {
  code: string
  name: string
  icon: string | null
  color: string | null
  application: { id: number; title: string } | null
  channels: { line_id: number; active: boolean; error: boolean }[]
  queued: number
  failed: number
  /** Age of the oldest delivery that waits. */
  lag_ms: number | null
  last_in_ms: number | null
  last_out_ms: number | null
  last_error: { at_ms: number; text: string } | null
}

export type LineFieldType =
  | 'text' | 'int' | 'flag' | 'one_of' | 'time' | 'holidays' | 'weekdays' | 'users' | 'operator_data' | 'queue'

/** One field of a line's configuration, as the server describes it. */
export interface LineField {
  name: string
  group: string
  type: LineFieldType
  default: string | null
  words?: string[]
  min?: number | null
  max?: number | null
  chars_max?: number | null
  settable: boolean
  unit?: 's' | 'min' | null
  explanation?: string | null
  /** Whether Trunkline does anything with it; the rest is kept for clients that read it back. */
  effect?: boolean
  /** What its text may contain, such as `#OPERATOR#`. */
  variables?: string[]
}

/** A line as `imopenlines.config.get` shows it. */
export type LineConfig = Record<string, unknown>

export interface QueueMember {
  type: 'user' | 'department'
  id: number
}

export interface AuditEntry {
  id: number
  at_ms: number
  user_id: number | null
  application_id: number | null
  action: string
  subject: string
  subject_id: number | null
  address: string | null
  detail: Record<string, unknown>
}

export interface Board {
  now_ms: number
  lines: BoardLine[]
  operators: BoardOperator[]
}

export interface BoardLine {
  line_id: number
  open: number
  unassigned: number
  /** Chats whose customer waits for an answer. */
  waiting: number
  waiting_since_ms: number | null
  online: number
}

export interface BoardOperator {
  user_id: number
  presence: Employee['presence']
  since_ms: number | null
  open: number
  waiting: number
}

export type GroupBy = 'hour' | 'day' | 'week' | 'month' | 'line' | 'operator' | 'connector'

export interface ReportFilter {
  from_ms: number
  to_ms: number
  time_zone: string
  line_ids?: number[]
  operator_ids?: number[]
  connectors?: string[]
}

export interface ReportNumbers {
  sessions: number
  answered: number
  missed: number
  closed: number
  spam: number
  messages_in: number
  messages_out: number
  first_answer_ms: number | null
  first_answer_p90_ms: number | null
  handling_ms: number | null
  votes_good: number
  votes_bad: number
}

/** `key`: the start of the period in milliseconds, an id or a code, as text. */
export type ReportRow = ReportNumbers & { key: string }

export interface ReportChat {
  id: number
  chat_id: number
  chat_name: string
  line_id: number
  connector?: string
  status: SessionStatus
  owner_id: number
  created_ms: number
  closed_ms: number | null
  first_answer_ms: number | null
  vote: number | null
}

type None = Record<string, never>
type Scoped = { title: string; scopes: string[] }
type Addresses = { url?: string | null; install_url?: string | null }

/** Parameters and results by method. */
export interface AdminMethods {
  'trunkline.account.get': [None, { account: Account }]
  'trunkline.account.update': [Partial<Pick<Account, 'name' | 'last_name' | 'email' | 'language' | 'time_zone'>>, { account: Account }]
  'trunkline.account.password': [{ current: string; password: string }, unknown]
  'trunkline.account.totp.start': [None, { secret: string; uri: string }]
  'trunkline.account.totp.confirm': [{ code: string }, { recovery_codes: string[] }]
  'trunkline.account.totp.disable': [{ password: string }, unknown]
  'trunkline.account.totp.recovery': [{ password: string }, { recovery_codes: string[] }]
  'trunkline.account.session.list': [None, { sessions: Device[] }]
  'trunkline.account.session.end': [{ id: number }, unknown]
  'trunkline.account.session.end_others': [None, unknown]

  'trunkline.employee.list': [{ q?: string; active?: boolean; cursor?: string | null }, { employees: Colleague[]; next: string | null }]
  'trunkline.employee.invite': [
    { name: string; last_name: string; email?: string; role: Role; department_ids: number[] },
    { employee: Colleague; link: string; expires_ms: number },
  ]
  'trunkline.employee.link': [{ id: number }, { link: string; expires_ms: number }]
  'trunkline.employee.update': [
    { id: number; name?: string; last_name?: string; email?: string; role?: Role; department_ids?: number[]; work_position?: string },
    { employee: Colleague },
  ]
  'trunkline.employee.activate': [{ id: number }, { employee: Colleague }]
  'trunkline.employee.deactivate': [{ id: number }, { employee: Colleague }]
  'trunkline.employee.totp_reset': [{ id: number }, unknown]

  'trunkline.department.list': [None, { departments: Department[] }]
  'trunkline.department.add': [Omit<Department, 'id'>, { department: Department }]
  'trunkline.department.update': [{ id: number } & Partial<Omit<Department, 'id'>>, { department: Department }]
  'trunkline.department.delete': [{ id: number }, unknown]

  'trunkline.application.list': [None, { applications: Application[] }]
  'trunkline.application.scopes': [None, { scopes: string[] }]
  'trunkline.application.add': [Scoped & Addresses, { application: Application; client_secret: string }]
  'trunkline.application.update': [
    { id: number; active?: boolean; retry?: Application['retry'] } & Partial<Scoped> & Addresses,
    { application: Application },
  ]
  'trunkline.application.secret': [{ id: number }, { client_secret: string }]
  'trunkline.application.delete': [{ id: number }, unknown]

  'trunkline.webhook.list': [None, { webhooks: Webhook[] }]
  'trunkline.webhook.add': [Scoped, { webhook: Webhook; code: string; url: string }]
  'trunkline.webhook.delete': [{ id: number }, unknown]

  'trunkline.connector.list': [None, { connectors: ConnectorHealth[] }]
  'trunkline.line.fields': [None, { fields: LineField[] }]
  'trunkline.audit.list': [
    { from_ms?: number; to_ms?: number; user_id?: number; action?: string; cursor?: string | null },
    { entries: AuditEntry[]; next: string | null; actions: string[] },
  ]
  'trunkline.board.get': [None, Board]
  'trunkline.report.sessions': [ReportFilter & { group_by: GroupBy }, { rows: ReportRow[]; total: ReportNumbers }]
  'trunkline.report.chats': [
    ReportFilter & { group_by: GroupBy; key?: string; cursor?: string | null },
    { sessions: ReportChat[]; next: string | null },
  ]

  'trunkline.label.add': [{ title: string; color: string }, unknown]
  'trunkline.label.update': [{ id: number; title: string; color: string }, unknown]
  'trunkline.label.delete': [{ id: number }, unknown]
  'trunkline.quickanswer.update': [{ id: number; line_id: number | null; title: string; text: string }, unknown]
  'trunkline.quickanswer.delete': [{ id: number }, unknown]
}
