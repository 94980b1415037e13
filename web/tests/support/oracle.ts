/**
 * What the contract says about lists of chats, written down a second time and in another way than in the app, so that a
 * mistake there does not agree with itself here.
 */
import type { Chat, Own, Sort, ViewName } from '@/api/types'
import type { Query } from '@/state/model'

interface Seen {
  isOpen: boolean
  owner: number
  isSnoozed: boolean
  isMentioned: boolean
}

const VIEWS: Record<ViewName, (seen: Seen, meId: number) => boolean> = {
  mine: ({ isOpen, owner, isSnoozed }, meId) => isOpen && owner === meId && !isSnoozed,
  unassigned: ({ isOpen, owner }) => isOpen && owner === 0,
  all: ({ isOpen }) => isOpen,
  closed: ({ isOpen }) => !isOpen,
  mentions: ({ isMentioned }) => isMentioned,
  snoozed: ({ isSnoozed }) => isSnoozed,
}

/** Whether a list shows a chat. Of the filters it knows `unread`. */
export function shows({ view, filter }: Query, chat: Chat, own: Own | undefined, meId: number): boolean {
  const { unread, ...others } = filter
  if (Object.keys(others).length > 0) throw new Error(`unknown here: ${Object.keys(others).join(', ')}`)
  if (unread && !own?.unread) return false
  const status = chat.session ? chat.session.status : 'closed'
  return VIEWS[view](
    {
      isOpen: !['closed', 'spam'].includes(status),
      owner: chat.session?.owner_id ?? 0,
      isSnoozed: typeof own?.snoozed_until_ms === 'number',
      isMentioned: typeof own?.mentioned_no === 'number',
    },
    meId,
  )
}

const newest = (a: Chat, b: Chat) => b.active_ms - a.active_ms || b.id - a.id

const ORDERS: Record<Sort, (a: Chat, b: Chat) => number> = {
  newest,
  priority: (a, b) => b.priority - a.priority || newest(a, b),
  waiting(a, b) {
    const [sinceA, sinceB] = [a.session?.waiting_ms ?? null, b.session?.waiting_ms ?? null]
    if (sinceA === null && sinceB === null) return newest(a, b)
    if (sinceA === null) return 1
    if (sinceB === null) return -1
    return sinceA - sinceB || b.id - a.id
  },
}

/** Below 0 when `a` stands before `b`. */
export const order = (sort: Sort, a: Chat, b: Chat): number => ORDERS[sort](a, b)
