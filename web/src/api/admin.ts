/** The shapes of what administrators and supervisors call: accounts, lines, applications, reports. Times are unix milliseconds. */

import type { Employee, Role } from './types'

/** What a person may change of themselves. */
export interface Account {
  name: string
  last_name: string
  language: string
  time_zone: string
}

/** A browser in which the person is signed in. */
export interface Device {
  id: number
  created_ms: number
  used_ms: number
  ends_ms: number
  address: string
  user_agent: string
  current: boolean
}

export interface Colleague {
  id: number
  name: string
  last_name: string
  /** Empty: cannot sign in. */
  email: string
  position: string
  avatar_url: string | null
  role: Role
  active: boolean
  department_ids: number[]
  has_password: boolean
  totp: boolean
  /** Until when a link to set a password works. */
  invited_until_ms: number | null
  used_ms: number | null
}

/** With which somebody sets a password, once. */
export interface InvitationLink {
  url: string
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
  name: string
  client_id: string
  /** Proof of the sender in every event. */
  application_token: string
  scopes: string[]
  handler_url: string
  install_url: string
  redirect_url: string
  retries: 'for_days' | 'never'
  created_ms: number
  /** Codes of its connectors. */
  connectors: string[]
  /** How many handlers of events it has bound. */
  handlers: number
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
  application_id: number
  application: string
  lines: { line_id: number; active: boolean; connected: boolean; failed: boolean }[]
  last_message_ms: number | null
  /** Deliveries that wait, and how long the oldest of them does. */
  pending: number
  lag_ms: number
  /** Given up in the last 24 hours. */
  failed: number
  last_error: { at_ms: number; status: number | null; result: string } | null
}

export type LineFieldKind =
  | 'text' | 'number' | 'flag' | 'choice' | 'time' | 'holidays' | 'weekdays' | 'employees' | 'operator_data'

export type LineFieldGroup =
  | 'queue' | 'operator' | 'welcome' | 'no_answer' | 'worktime' | 'closing' | 'vote' | 'crm' | 'kpi' | 'general'

/** One field of a line's configuration, as the server describes it. */
export interface LineField {
  name: string
  group: LineFieldGroup
  kind: LineFieldKind
  choices: string[]
  /** Null where unset differs from empty. */
  default: string | null
  max: number | null
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
  /** 0 when nobody was signed in. */
  actor_id: number
  /** A method's name, or a word such as `session.start`. */
  kind: string
  /** An id or a code, or empty. */
  subject: string
  details: Record<string, unknown>
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
type ApplicationForm = Pick<Application, 'name' | 'scopes' | 'handler_url' | 'install_url' | 'redirect_url'>

/** Parameters and results by method. */
export interface AdminMethods {
  'trunkline.account.update': [Partial<Account>, unknown]
  'trunkline.account.password.change': [{ password: string; new_password: string }, boolean]
  'trunkline.account.totp.begin': [{ password: string }, { secret: string; url: string }]
  'trunkline.account.totp.confirm': [{ code: string }, { recovery_codes: string[] }]
  'trunkline.account.totp.disable': [{ password: string }, boolean]
  'trunkline.account.session.list': [None, Device[]]
  'trunkline.account.session.end': [Id, boolean]
  'trunkline.account.session.end_others': [None, number]

  'trunkline.employee.list': [None, Colleague[]]
  'trunkline.employee.add': [
    { name: string; last_name: string; email: string; position: string; role: Role; department_ids: number[]; invite: boolean },
    { employee: Colleague; invitation: InvitationLink | null },
  ]
  'trunkline.employee.update': [
    Id & { name?: string; last_name?: string; email?: string; position?: string; role?: Role; department_ids?: number[] },
    Colleague,
  ]
  'trunkline.employee.activate': [Id, Colleague]
  'trunkline.employee.deactivate': [Id, Colleague]
  'trunkline.employee.invite': [Id & { reset_totp?: boolean }, InvitationLink]

  'trunkline.department.list': [None, Department[]]
  'trunkline.department.add': [{ name: string; parent_id: number; head_id?: number; sort?: number }, Department]
  'trunkline.department.update': [Id & { name?: string; parent_id?: number; head_id?: number; sort?: number }, Department]
  'trunkline.department.delete': [Id, boolean]

  'trunkline.application.list': [None, Application[]]
  'trunkline.application.add': [ApplicationForm, { application: Application; client_secret: string }]
  'trunkline.application.update': [Id & Partial<ApplicationForm> & { retries?: Application['retries'] }, Application]
  'trunkline.application.secret': [Id, { client_secret: string }]
  'trunkline.application.delete': [Id, boolean]

  'trunkline.webhook.list': [None, Webhook[]]
  'trunkline.webhook.add': [{ user_id: number; title: string; scopes: string[]; expires_ms?: number }, { webhook: Webhook; url: string }]
  'trunkline.webhook.delete': [Id, boolean]

  'trunkline.connector.list': [None, ConnectorHealth[]]
  'trunkline.line.fields': [None, LineField[]]
  'trunkline.audit.list': [
    { from_ms?: number; to_ms?: number; actor_id?: number; kind?: string; subject?: string; cursor?: number; limit?: number },
    { entries: AuditEntry[]; next: number | null },
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
