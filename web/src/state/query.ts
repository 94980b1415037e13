/** Which chats a list shows, and in which order: the same rules as the server's, so that a change can be placed without asking. */

import type { Chat, Filter, Own, Sort } from '@/api/types'

import type { Query, SortKey } from './model'

/** What everybody's list begins with. */
export const MINE: Query = { view: 'mine', filter: {}, sort: 'newest' }

export function isOpen(chat: Chat): boolean {
  const status = chat.session?.status
  return status !== undefined && status !== 'closed' && status !== 'spam'
}

export function matches(query: Query, chat: Chat, own: Own | null, meId: number): boolean {
  return isInView(query, chat, own, meId) && passes(query.filter, chat, own)
}

function isInView(query: Query, chat: Chat, own: Own | null, meId: number): boolean {
  switch (query.view) {
    case 'mine':
      return isOpen(chat) && chat.session?.owner_id === meId && own?.snoozed_until_ms == null
    case 'unassigned':
      return isOpen(chat) && chat.session?.owner_id === 0
    case 'all':
      return isOpen(chat)
    case 'closed':
      return !isOpen(chat)
    case 'mentions':
      return own?.mentioned_no != null
    case 'snoozed':
      return own?.snoozed_until_ms != null
  }
}

/** An empty restriction restricts nothing. */
function passes(filter: Filter, chat: Chat, own: Own | null): boolean {
  const allows = <T>(list: readonly T[] | undefined, value: T) => !list?.length || list.includes(value)
  return (
    allows(filter.line_ids, chat.line_id) &&
    allows(filter.connectors, chat.connector) &&
    allows(filter.owner_ids, chat.session?.owner_id ?? 0) &&
    (!filter.statuses?.length || (chat.session !== null && filter.statuses.includes(chat.session.status))) &&
    (!filter.label_ids?.length || filter.label_ids.some((id) => chat.labels.includes(id))) &&
    (filter.from_ms == null || chat.active_ms >= filter.from_ms) &&
    (filter.to_ms == null || chat.active_ms < filter.to_ms) &&
    (!filter.unread || (own?.unread ?? 0) > 0)
  )
}

/** Smaller comes first. */
export function sortKey(sort: Sort, chat: Chat): SortKey {
  switch (sort) {
    case 'newest':
      return [0, -chat.active_ms, -chat.id]
    case 'waiting': {
      const since = chat.session?.waiting_ms
      return since == null ? [1, -chat.active_ms, -chat.id] : [0, since, -chat.id]
    }
    case 'priority':
      return [-chat.priority, -chat.active_ms, -chat.id]
  }
}

export function compareKeys(a: SortKey, b: SortKey): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
}

/** The same text for the same question, whatever the order in which it was put together. */
export function queryKey(query: Query): string {
  const filter = Object.entries(query.filter)
    .filter(([, value]) => value != null && value !== false && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => [name, Array.isArray(value) ? [...value].sort() : value])
    .sort(([a], [b]) => String(a).localeCompare(String(b)))
  return JSON.stringify([query.view, query.sort, filter])
}
