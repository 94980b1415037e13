/**
 * The form of a line, made from the server's description of its fields: what the server shows becomes values that the form
 * holds, and what has changed becomes what the server takes. The server passes over values that do not fit without a word
 * (contract/openlines.md, D-47), so everything is checked here.
 */

import type { LineConfig, LineField, LineFieldGroup } from '@/api/types'

/** What the form holds: a text (null: unset), a list, or an object. */
export type Value = string | null | string[] | OperatorData
export type Values = Record<string, Value>

export interface OperatorData {
  NAME: string
  AVATAR: string
}

/** Why a value cannot be saved: the key of a text and what to fill into it. */
export interface Complaint {
  key: string
  values?: Record<string, string | number>
}

export const GROUPS: readonly LineFieldGroup[] = [
  'general', 'queue', 'worktime', 'welcome', 'no_answer', 'operator', 'closing', 'vote', 'kpi', 'crm',
]

/** Fields that other programs keep here and that change nothing (docs/line-settings.md, "kept only"). */
const KEPT_ONLY = new Set([
  'WORKTIME_DAYOFF_FORM_ID', 'WORKTIME_DAYOFF_BOT_ID', 'NO_ANSWER_FORM_ID', 'NO_ANSWER_BOT_ID', 'CLOSE_FORM_ID',
  'CLOSE_BOT_ID', 'AUTO_CLOSE_FORM_ID', 'AUTO_CLOSE_BOT_ID', 'USE_WELCOME_FORM', 'WELCOME_FORM_ID', 'WELCOME_FORM_DELAY',
  'IGNORE_WELCOME_FORM_RESPONSIBLE', 'WATCH_TYPING', 'CATEGORY_ENABLE', 'CATEGORY_ID', 'TEMPORARY',
])

/** The switch without which a field says nothing; the form then shows it faintly. */
const NEEDS: readonly (readonly [prefix: RegExp, field: string, value: string])[] = [
  [/^WORKTIME_(?!ENABLE$)/, 'WORKTIME_ENABLE', 'Y'],
  [/^(WELCOME_MESSAGE_TEXT|SEND_WELCOME_EACH_SESSION)$/, 'WELCOME_MESSAGE', 'Y'],
  [/^WELCOME_BOT_(?!ENABLE$)/, 'WELCOME_BOT_ENABLE', 'Y'],
  [/^NO_ANSWER_TEXT$/, 'NO_ANSWER_RULE', 'text'],
  [/^CLOSE_TEXT$/, 'CLOSE_RULE', 'text'],
  [/^AUTO_CLOSE_TEXT$/, 'AUTO_CLOSE_RULE', 'text'],
  [/^VOTE_(?!MESSAGE$)/, 'VOTE_MESSAGE', 'Y'],
  [/^KPI_FIRST_ANSWER_(TIME|LIST|TEXT)$/, 'KPI_FIRST_ANSWER_ALERT', 'Y'],
  [/^KPI_FURTHER_ANSWER_(TIME|LIST|TEXT)$/, 'KPI_FURTHER_ANSWER_ALERT', 'Y'],
  [/^CRM_/, 'CRM', 'Y'],
]

export const NAME_CHARS_MAX = 255
const DAYS_MAX = 400
const INT_MAX = 4_294_967_295

export const isKeptOnly = (name: string): boolean => KEPT_ONLY.has(name)

/** The fields that can be set, by group, in the server's order. */
export function grouped(fields: readonly LineField[]): { group: LineFieldGroup; used: LineField[]; kept: LineField[] }[] {
  return GROUPS.map((group) => {
    const own = fields.filter((field) => field.settable && field.group === group)
    return { group, used: own.filter((field) => !isKeptOnly(field.name)), kept: own.filter((field) => isKeptOnly(field.name)) }
  }).filter((one) => one.used.length + one.kept.length > 0)
}

/** Whether the switches that the field depends on are on. */
export function isInUse(name: string, values: Values): boolean {
  return NEEDS.every(([prefix, field, value]) => !prefix.test(name) || values[field] === undefined || values[field] === value)
}

/** The form's values out of an answer of `imopenlines.config.get`. */
export function read(fields: readonly LineField[], config: LineConfig): Values {
  const values: Values = { LINE_NAME: text(config.LINE_NAME) ?? '', ACTIVE: text(config.ACTIVE) ?? 'Y' }
  for (const field of fields) if (field.settable) values[field.name] = readOne(field, config[field.name])
  return values
}

function readOne(field: LineField, raw: unknown): Value {
  switch (field.type) {
    case 'holidays':
    case 'weekdays':
    case 'users':
      return list(raw)
    case 'time':
      return timeOfDay(text(raw) ?? field.default ?? '') ?? '00:00'
    case 'operator_data': {
      const data = (typeof raw === 'object' && raw !== null ? raw : {}) as Record<string, unknown>
      return { NAME: text(data.NAME) ?? '', AVATAR: text(data.AVATAR) ?? '' }
    }
    case 'text':
      return text(raw)
    default:
      return text(raw) ?? field.default ?? ''
  }
}

function text(raw: unknown): string | null {
  return typeof raw === 'string' ? raw : typeof raw === 'number' ? String(raw) : null
}

function list(raw: unknown): string[] {
  const items = Array.isArray(raw) ? raw.map((item) => text(item) ?? '') : (text(raw) ?? '').split(',')
  return items.map((item) => item.trim()).filter(Boolean)
}

/** `9`, `18.30` and `09:00` as `HH:MM`; null for what is no time of day. */
export function timeOfDay(written: string): string | null {
  const [hours, minutes = '0', ...rest] = written.trim().split(/[:.]/)
  if (rest.length > 0 || !/^\d{1,2}$/.test(hours ?? '') || !/^\d{1,2}$/.test(minutes)) return null
  if (Number(hours) > 23 || Number(minutes) > 59) return null
  return `${String(Number(hours)).padStart(2, '0')}:${String(Number(minutes)).padStart(2, '0')}`
}

/** What keeps a value from being saved; null when nothing does. */
export function check(field: LineField, value: Value): Complaint | null {
  switch (field.type) {
    case 'text': {
      const most = field.chars_max ?? 10_000
      return typeof value === 'string' && [...value].length > most ? { key: 'line_form.too_long', values: { count: most } } : null
    }
    case 'int': {
      const most = field.max ?? INT_MAX
      if (typeof value !== 'string' || !/^\d+$/.test(value.trim())) return { key: 'line_form.not_a_number' }
      if (Number(value) < (field.min ?? 0)) return { key: 'line_form.too_small', values: { min: field.min ?? 0 } }
      return Number(value) > most ? { key: 'line_form.too_great', values: { max: most } } : null
    }
    case 'time':
      return typeof value === 'string' && timeOfDay(value) !== null ? null : { key: 'line_form.not_a_time' }
    case 'one_of':
      return typeof value === 'string' && field.words.includes(value) ? null : { key: 'line_form.not_a_choice' }
    case 'holidays':
      return checkDays(value as string[])
    default:
      return null
  }
}

function checkDays(days: readonly string[]): Complaint | null {
  if (days.length > DAYS_MAX) return { key: 'line_form.too_many', values: { count: DAYS_MAX } }
  const wrong = days.find((day) => !isDayOfYear(day))
  return wrong === undefined ? null : { key: 'line_form.not_a_day', values: { day: wrong } }
}

const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** `DD.MM`; the 29th of February is one. */
export function isDayOfYear(written: string): boolean {
  const [, day = '', month = ''] = /^(\d{1,2})\.(\d{1,2})$/.exec(written) ?? []
  return Number(day) >= 1 && Number(day) <= (MONTH_DAYS[Number(month) - 1] ?? 0)
}

/** Complaints by the name of the field. */
export function complaints(fields: readonly LineField[], values: Values): Record<string, Complaint> {
  const found: Record<string, Complaint> = {}
  const name = values.LINE_NAME as string
  if (!name.trim()) found.LINE_NAME = { key: 'line_form.no_name' }
  else if ([...name].length > NAME_CHARS_MAX) found.LINE_NAME = { key: 'line_form.too_long', values: { count: NAME_CHARS_MAX } }
  for (const field of fields) {
    const complaint = field.settable ? check(field, values[field.name] ?? null) : null
    if (complaint) found[field.name] = complaint
  }
  return found
}

/** Only what differs, as `PARAMS` of `imopenlines.config.update` takes it. */
export function changes(before: Values, now: Values): Record<string, unknown> {
  const changed: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(now)) {
    if (same(before[name] ?? null, value)) continue
    // An unset text that was typed into and emptied again is as it was.
    changed[name] = value
  }
  return changed
}

function same(before: Value, now: Value): boolean {
  if (before === null && now === '') return true
  return JSON.stringify(before) === JSON.stringify(now)
}
