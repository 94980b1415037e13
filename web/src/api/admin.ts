/** The shapes of what administrators and supervisors call: accounts, lines, applications, reports. Times are unix milliseconds. */

import type { Employee, Role } from './types'

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
  ends_ms: number
  address: string | null
  agent: string | null
  current: boolean
}

export interface Colleague extends Employee {
  /** Empty: cannot sign in. */
  email: string
  work_position: string | null
  totp: boolean
  /** Has not chosen a password yet. */
  invited: boolean
  /** Until when a link to set a password works. */
  link_expires_ms: number | null
  seen_ms: number | null
}

/** With which somebody sets a password, once. */
export interface PasswordLink {
  link: string
  expires_ms: number
}

export interface Department {
  id: number
  name: string
  /** Null for the company itself. */
  parent_id: number | null
  head_id: number | null
  sort: number
}

export interface Application {
  id: number
  title: string
  client_id: string
  /** Proof of the sender in every event. */
  application_token: string
  scopes: string[]
  url: string | null
  install_url: string | null
  redirect_url: string | null
  /** How long a delivery that fails is tried again. */
  retry: 'days' | 'never'
  created_ms: number
  /** Codes of its connectors. */
  connectors: string[]
  /** How many handlers of events it has bound. */
  handlers: number
  /** Deliveries that wait, and those that were given up lately. */
  queued: number
  failed: number
}

export interface Webhook {
  id: number
  user_id: number
  title: string
  scopes: string[]
  created_ms: number
  expires_ms: number | null
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
  | 'text' | 'int' | 'flag' | 'one_of' | 'time' | 'holidays' | 'weekdays' | 'users' | 'operator_data'

export type LineFieldGroup =
  | 'queue' | 'operator' | 'welcome' | 'no_answer' | 'worktime' | 'closing' | 'vote' | 'crm' | 'kpi' | 'general'

/** One field of a line's configuration, as the server describes it. */
export interface LineField {
  name: string
  group: LineFieldGroup
  type: LineFieldType
  /** What it may be, for one of several. */
  words: string[]
  /** Null where unset differs from empty. */
  default: string | null
  min: number | null
  max: number | null
  unit: 's' | 'min' | null
  chars_max: number | null
  settable: boolean
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
  /** Null when nobody was signed in. */
  user_id: number | null
  application_id: number | null
  /** A method's name, or a word such as `session.start`. */
  action: string
  subject: string
  subject_id: number | null
  detail: Record<string, unknown>
  address: string
}

export interface Board {
  now_ms: number
  lines: BoardLine[]
  operators: BoardOperator[]
}

export interface BoardLine {
  line_id: number
  open: number
  /** Customers whom nobody has answered in this session. */
  queued: number
  waiting_since_ms: number | null
}

export interface BoardOperator {
  user_id: number
  presence: Employee['presence']
  open: number
  /** Chats whose customer waits for an answer. */
  unanswered: number
  waiting_since_ms: number | null
}

export type GroupBy = 'day' | 'hour' | 'weekday_hour' | 'line' | 'operator' | 'connector' | 'close_reason'

export interface ReportFilter {
  from_ms: number
  to_ms: number
  time_zone: string
  line_ids?: number[]
  operator_ids?: number[]
  connectors?: string[]
}

export interface ReportFigures {
  sessions: number
  answered: number
  /** Closed without an answer, and no spam. */
  lost: number
  spam: number
  likes: number
  dislikes: number
  first_answer_median_ms: number | null
  first_answer_p90_ms: number | null
  answer_average_ms: number | null
  duration_average_ms: number | null
}

export interface ReportRow {
  bucket: string
  id: number | null
  word: string | null
  from_ms: number | null
  to_ms: number | null
  weekday: number | null
  hour: number | null
  figures: ReportFigures
}

export interface Report {
  rows: ReportRow[]
  total: ReportFigures
  /** There were more sessions than a report counts. */
  cut: boolean
  time_zone: string
}

export interface ReportSession {
  id: number
  chat_id: number
  chat_name: string
  line_id: number
  operator_id: number
  connector: string
  created_ms: number
  first_answer_ms: number | null
  closed_ms: number | null
  close_reason: string | null
  vote: 'like' | 'dislike' | null
}

type None = Record<string, never>
type Id = { id: number }
type Addresses = { url: string; install_url: string; redirect_url: string }
type ApplicationForm = { title: string; scopes: string[] } & Addresses
type Person = { name: string; last_name: string; email: string; work_position: string; role: Role; department_ids: number[] }

/** Parameters and results by method. */
export interface AdminMethods {
  'trunkline.account.get': [None, { account: Account }]
  'trunkline.account.update': [Partial<Pick<Account, 'name' | 'last_name' | 'email' | 'language' | 'time_zone'>>, { account: Account }]
  'trunkline.account.password': [{ current: string; password: string }, boolean]
  'trunkline.account.totp.start': [None, { secret: string; uri: string }]
  'trunkline.account.totp.confirm': [{ code: string }, { recovery_codes: string[] }]
  'trunkline.account.totp.disable': [{ password: string }, boolean]
  'trunkline.account.totp.recovery': [{ password: string }, { recovery_codes: string[] }]
  'trunkline.account.session.list': [None, { sessions: Device[] }]
  'trunkline.account.session.end': [Id, boolean]
  'trunkline.account.session.end_others': [None, number]

  'trunkline.employee.list': [{ q?: string; active?: boolean; cursor?: string }, { employees: Colleague[]; next: string | null }]
  'trunkline.employee.invite': [Person, { employee: Colleague } & PasswordLink]
  'trunkline.employee.link': [Id, PasswordLink]
  'trunkline.employee.update': [Id & Partial<Person>, { employee: Colleague }]
  'trunkline.employee.activate': [Id, { employee: Colleague }]
  'trunkline.employee.deactivate': [Id, { employee: Colleague }]
  'trunkline.employee.totp_reset': [Id, boolean]

  'trunkline.department.list': [None, { departments: Department[] }]
  'trunkline.department.add': [{ name: string; parent_id: number; head_id?: number; sort?: number }, { department: Department }]
  'trunkline.department.update': [Id & { name?: string; parent_id?: number; head_id?: number; sort?: number }, { department: Department }]
  'trunkline.department.delete': [Id, boolean]

  'trunkline.application.list': [None, { applications: Application[] }]
  'trunkline.application.scopes': [None, { scopes: string[] }]
  'trunkline.application.add': [ApplicationForm, { application: Application; client_secret: string }]
  'trunkline.application.update': [Id & Partial<ApplicationForm> & { retry?: Application['retry'] }, { application: Application }]
  'trunkline.application.secret': [Id, { client_secret: string }]
  'trunkline.application.delete': [Id, boolean]

  'trunkline.webhook.list': [None, { webhooks: Webhook[] }]
  'trunkline.webhook.add': [{ user_id: number; title: string; scopes: string[]; expires_ms?: number }, { webhook: Webhook; code: string; url: string }]
  'trunkline.webhook.delete': [Id, boolean]

  'trunkline.connector.list': [None, { connectors: ConnectorHealth[] }]
  'trunkline.line.fields': [None, { fields: LineField[] }]
  'trunkline.audit.list': [
    { from_ms?: number; to_ms?: number; user_id?: number; action?: string; subject?: string; cursor?: string; limit?: number },
    { entries: AuditEntry[]; next: string | null; actions: string[] },
  ]
  'trunkline.board.get': [None, Board]
  'trunkline.report.get': [ReportFilter & { group_by: GroupBy }, Report]
  'trunkline.report.sessions': [
    ReportFilter & { group_by?: GroupBy; bucket?: string; cursor?: string; limit?: number },
    { sessions: ReportSession[]; next: string | null },
  ]

  'trunkline.label.add': [{ title: string; color: string }, unknown]
  'trunkline.label.update': [{ id: number; title: string; color: string }, unknown]
  'trunkline.label.delete': [{ id: number }, unknown]
  'trunkline.quickanswer.update': [{ id: number; line_id: number | null; title: string; text: string }, unknown]
  'trunkline.quickanswer.delete': [{ id: number }, unknown]
}
