/** Small things for tests: a chat, a message, what one has with a chat. */
import type { Chat, Message, Own, Session } from '@/api/types'

export function aSession(fields: Partial<Session> = {}): Session {
  return {
    id: 1, status: 'answered', owner_id: 0, created_ms: 0, answered_ms: null, waiting_ms: null, closed_ms: null,
    close_reason: null, vote: null, head_vote: null, pinned: false, due_ms: null, ...fields,
  }
}

export function aChat(id: number, fields: Partial<Chat> = {}): Chat {
  return {
    id, name: `Customer ${id}`, line_id: 1, connector: 'site', customer_id: id + 1000, avatar_url: null, silent: false,
    session: aSession({ id }), last: null, last_no: 0, active_ms: id, unanswered: 0, labels: [], priority: 0,
    member_ids: [], bot_id: 0, ...fields,
  }
}

export function anOwn(chatId: number, fields: Partial<Own> = {}): Own {
  return { chat_id: chatId, read_no: 0, unread: 0, draft: null, snoozed_until_ms: null, mentioned_no: null, returned: 0, ...fields }
}

export function aMessage(chatId: number, no: number, fields: Partial<Message> = {}): Message {
  return {
    id: chatId * 10_000 + no, chat_id: chatId, no, session_id: 1, author_id: 5,
    author: { id: 5, name: 'Anna', avatar_url: null, kind: 'customer' }, direction: 'in', hidden: false, body: `message ${no}`, files: [],
    attach: null, keyboard: null, quote: null, created_ms: no * 1000, edited_ms: null, deleted_ms: null, likes: [],
    state: null, failure: null, delivery_id: null, client_id: null, ...fields,
  }
}
