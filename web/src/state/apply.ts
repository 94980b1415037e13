/** The feed's changes become state. Applying one twice, or one that is older than what is known, changes nothing. */

import type { Change, ChatPage, Delivery, Live, Own } from '@/api/types'

import { keepChat, keepOwn, place } from './lists'
import type { State } from './model'
import { applyMessage } from './threads'

export function applyChange(state: State, number: number, change: Change): void {
  switch (change.type) {
    case 'chat':
      keepChat(state, change.chat, number)
      place(state, change.chat.id)
      return
    case 'own':
      keepOwn(state, change.own.chat_id, change.own, number)
      place(state, change.own.chat_id)
      return
    case 'message':
      applyMessage(state, change.message, number)
      return
    case 'gone':
      forget(state, change.chat_id, number)
      return
    case 'employee':
      state.employees.set(change.employee.id, change.employee)
      return
    case 'delivery':
      keepDelivery(state, change.delivery)
      return
    case 'catalog':
      // Nothing is carried: whoever listens fetches the list again.
      return
  }
}

/** One batch of the feed; the number moves on only when all of it is in. */
export function applyBatch(state: State, batch: { number: number; changes: Change[] }): void {
  // It has been applied before, and what it says about things we have since forgotten may be outdated.
  if (batch.number < state.number) return
  for (const change of batch.changes) applyChange(state, batch.number, change)
  if (batch.number > state.number) state.number = batch.number
}

/** One chat fetched by itself. */
export function applyChat(state: State, answer: { number: number; chat: ChatPage['chats'][number]; own: Own | null }): void {
  keepChat(state, answer.chat, answer.number)
  keepOwn(state, answer.chat.id, answer.own, answer.number)
  state.wanted.delete(answer.chat.id)
  place(state, answer.chat.id)
}

export function applyLive(state: State, live: Live, nowMs: number): void {
  switch (live.type) {
    case 'counts':
      state.live.counts = { lines: live.lines }
      return
    case 'looking':
      state.live.looking.set(live.chat_id, live.user_ids)
      return
    case 'typing': {
      const others = (state.live.typing.get(live.chat_id) ?? []).filter(
        (one) => one.user_id !== live.user_id && one.until_ms > nowMs,
      )
      state.live.typing.set(live.chat_id, [...others, { user_id: live.user_id, until_ms: live.until_ms }])
    }
  }
}

/** So many of the latest are kept, for pages that were asked for before them and arrive after them. */
const DELIVERIES_MAX = 500

/** A delivery as it is now. Whoever shows it keeps what it has seen: here it makes room for newer ones. */
export function keepDelivery(state: State, delivery: Delivery): void {
  // The latest comes last, also of one that is known.
  state.deliveries.delete(delivery.id)
  state.deliveries.set(delivery.id, delivery)
  for (const id of state.deliveries.keys()) {
    if (state.deliveries.size <= DELIVERIES_MAX) return
    state.deliveries.delete(id)
  }
}

function forget(state: State, chatId: number, number: number): void {
  if (number < (state.versions.chat.get(chatId) ?? -1)) return
  state.versions.chat.set(chatId, number)
  state.versions.own.set(chatId, number)
  state.chats.delete(chatId)
  state.owns.delete(chatId)
  state.threads.delete(chatId)
  state.wanted.delete(chatId)
  state.live.typing.delete(chatId)
  state.live.looking.delete(chatId)
  place(state, chatId)
}
