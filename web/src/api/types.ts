/**
 * The shapes of the inbox's API. Whatever the server describes (openapi.json, and from it schema.ts) is taken from there;
 * written by hand is only what has no method: the sign-in and the live feed. Times are unix milliseconds.
 */

import type { components, paths } from './schema'

type Schemas = components['schemas']

/** Where the schema says that something in an answer may be absent, the server writes null. */
type Whole<T> = T extends readonly (infer One)[]
  ? Whole<One>[]
  : T extends object
    ? { [Key in keyof T]-?: Whole<Exclude<T[Key], undefined>> }
    : T

/** A shape of the server's answers. */
type Shape<Name extends keyof Schemas> = Whole<Schemas[Name]>

type Post<Path extends keyof paths> = paths[Path] extends { post: infer Operation } ? Operation : never
type Params<Operation> = Operation extends { requestBody?: { content: { 'application/json': infer Body } } } ? Body : never
type Answer<Operation> = Operation extends { responses: { 200: { content: { 'application/json': { result: infer Result } } } } }
  ? Whole<Result>
  : never

/** Parameters and results by method. */
export type Methods = {
  [Path in keyof paths as Path extends `/rest/${infer Name}` ? Name : never]: [Params<Post<Path>>, Answer<Post<Path>>]
}

/** What a method answers. */
export type AnswerOf<Method extends keyof Methods> = Methods[Method][1]

export type Me = Shape<'Me'>
export type Role = Shape<'Role'>
export type Employee = Shape<'Employee'>
export type Presence = Employee['presence']
export type Line = Shape<'Line'>
export type Connector = Shape<'Connector'>
export type Label = Shape<'Label'>
export type Counts = Shape<'Counts'>
export type LineCounts = Shape<'LineCounts'>

export type Chat = Shape<'Chat'>
export type Priority = Chat['priority']
export type Session = Shape<'Session'>
export type SessionStatus = Session['status']
export type SessionSummary = AnswerOf<'trunkline.session.list'>['sessions'][number]
/** What one employee has with one chat; only its owner sees it. */
export type Own = Shape<'Own'>
export type Draft = Shape<'Draft'>
export type Preview = Shape<'Preview'>
export type Customer = Shape<'Customer'>

export type Message = Shape<'Message'>
export type MessageState = Shape<'MessageState'>
export type Author = Shape<'Author'>
export type File = Shape<'File'>
export type Quote = Shape<'Quote'>
/** A message that waits for its time. */
export type Planned = Shape<'Planned'>
export type QuickAnswer = Shape<'QuickAnswer'>

/** One event for one handler. */
export type Delivery = Shape<'Delivery'>
export type DeliveryState = Delivery['state']
export type Attempt = Shape<'Attempt'>

export type ViewName = Shape<'ViewName'>
export type Sort = Shape<'Sort'>
/** Empty or absent lists restrict nothing. */
export type Filter = Schemas['Filter']
export type SavedView = Shape<'SavedView'>

export type StartAnswer = Shape<'Start'>
export type ChatPage = Shape<'ChatPage'>
export type MessagePage = Shape<'MessagePage'>
export type SearchFound = Shape<'SearchFound'>
export type Snippet = Shape<'Snippet'>

export type Account = Shape<'Account'>
/** A browser in which the person is signed in. */
export type Device = Shape<'Device'>
export type Colleague = Shape<'Colleague'>
/** With which somebody sets a password, once. */
export type PasswordLink = Shape<'PasswordLink'>
export type Department = Shape<'Department'>
export type Application = Shape<'Application'>
export type Webhook = Shape<'Webhook'>
export type ConnectorHealth = Shape<'ConnectorHealth'>
/** One field of a line's configuration, as the server describes it. */
export type LineField = Shape<'LineField'>
export type LineFieldGroup = Shape<'LineFieldGroup'>
export type LineFieldType = Shape<'LineFieldType'>
export type AuditEntry = Shape<'AuditEntry'>

export type Board = Shape<'Board'>
export type BoardLine = Shape<'BoardLine'>
export type BoardOperator = Shape<'BoardOperator'>
export type GroupBy = Shape<'GroupBy'>
export type ReportFilter = Omit<Methods['trunkline.report.get'][0], 'group_by'>
export type Report = Shape<'Report'>
export type ReportRow = Shape<'ReportRow'>
export type ReportFigures = Shape<'ReportFigures'>
export type ReportSession = Shape<'ReportSession'>

/** A line as `imopenlines.config.get` shows it: a method of the protocol, whose answers no schema describes. */
export type LineConfig = Record<string, unknown>

/** What `/api/session` answers. */
export interface SessionAnswer {
  csrf: string
  user: Me
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
