/** What a thread draws, from its messages: days, the mark of what is new, and who begins a group. */

import type { Message } from '@/api/types'

export type Row =
  | { kind: 'day'; key: string; ms: number }
  | { kind: 'new'; key: string }
  | { kind: 'session'; key: string; id: number }
  | { kind: 'message'; key: string; message: Message; isFirst: boolean }

const GROUP_MS = 5 * 60_000

export function rowsOf(messages: readonly Message[], readNo: number | null, dayKey: (ms: number) => string): Row[] {
  const rows: Row[] = []
  let before: Message | null = null
  for (const message of messages) {
    const isNewDay = before === null || dayKey(before.created_ms) !== dayKey(message.created_ms)
    if (isNewDay) rows.push({ kind: 'day', key: `day ${dayKey(message.created_ms)}`, ms: message.created_ms })
    if (before && message.session_id && before.session_id && message.session_id !== before.session_id) {
      rows.push({ kind: 'session', key: `session ${message.session_id} ${message.no}`, id: message.session_id })
    }
    const isNew = readNo !== null && message.no > readNo && (before?.no ?? 0) <= readNo && message.direction === 'in'
    if (isNew && before) rows.push({ kind: 'new', key: 'new' })
    const continues =
      before !== null && !isNewDay && !isNew && before.author_id === message.author_id && before.direction === message.direction &&
      before.hidden === message.hidden && before.session_id === message.session_id && message.created_ms - before.created_ms < GROUP_MS
    rows.push({ kind: 'message', key: String(message.id), message, isFirst: !continues })
    before = message
  }
  return rows
}
