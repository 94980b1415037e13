/** What a report is asked for, as the address says it: a link leads to the same report, and "back" to the one before. */

import type { LocationQuery, LocationQueryRaw } from 'vue-router'

import type { GroupBy } from '@/api/types'
import { PRESETS, preset, type Day, type Preset } from '@/app/days'

import { GROUPINGS } from './figures'

export interface Asking {
  /** Days as chosen by name move on with the calendar. */
  span: Preset | 'own'
  from: Day
  to: Day
  group_by: GroupBy
  line_ids: number[]
  operator_ids: number[]
  connectors: string[]
  /** The row whose chats are shown. */
  bucket: string | null
}

const SPAN: Preset = 'week'
const GROUP: GroupBy = 'day'
/** The server takes no more of one kind. */
const LIST_MAX = 1_000

const all = (query: LocationQuery, name: string): string[] => [query[name] ?? []].flat().filter((one) => one !== null).slice(0, LIST_MAX)
const numbers = (texts: string[]): number[] => texts.filter((one) => /^\d{1,15}$/.test(one)).map(Number)
const oneOf = <T extends string>(known: readonly T[], word: string | undefined): T | undefined => known.find((one) => one === word)

function isDay(text: string | undefined): text is Day {
  return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)
}

/** Whatever is not understood is as if it was not there. */
export function readAsking(query: LocationQuery, nowMs: number, zone: string): Asking {
  const one = (name: string) => all(query, name)[0]
  const [from, to] = [one('from'), one('to')]
  const isOwn = isDay(from) && isDay(to)
  const span = oneOf(PRESETS, one('span')) ?? SPAN
  return {
    span: isOwn ? 'own' : span,
    ...(isOwn ? { from, to } : preset(span, nowMs, zone)),
    group_by: oneOf(GROUPINGS, one('by')) ?? GROUP,
    line_ids: numbers(all(query, 'line')),
    operator_ids: numbers(all(query, 'operator')),
    connectors: all(query, 'connector'),
    bucket: one('row') ?? null,
  }
}

/** Only what differs from the report that is shown at first. */
export function writeAsking(asking: Asking): LocationQueryRaw {
  const { span, from, to, group_by, line_ids, operator_ids, connectors, bucket } = asking
  return {
    ...(span === 'own' ? { from, to } : span !== SPAN && { span }),
    ...(group_by !== GROUP && { by: group_by }),
    ...(line_ids.length > 0 && { line: line_ids.map(String) }),
    ...(operator_ids.length > 0 && { operator: operator_ids.map(String) }),
    ...(connectors.length > 0 && { connector: connectors }),
    ...(bucket !== null && { row: bucket }),
  }
}
