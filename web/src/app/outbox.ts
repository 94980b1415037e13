/** Sends what people write. It survives a reload, a lost connection and a closed browser. */

import { computed, shallowRef, watch } from 'vue'

import { ApiError } from '@/api/client'
import { newId } from '@/api/id'
import type { Methods } from '@/api/types'
import { t } from '@/i18n'
import * as box from '@/state/outbox'
import type { Outgoing, Wish } from '@/state/outbox'
import { applyMessage } from '@/state/threads'

import { tell } from './actions'
import { feedState, onChanges, onRefetched, state } from './desk'
import { explain } from './failure'
import { chatName } from './format'
import { chatId, stayedId } from './inbox'
import { preferences } from './preferences'
import { client } from './session'
import { clock, serverNowMs } from './time'

export const outbox = shallowRef<box.Outbox>([])

/** Chats with something of ours that was refused, for the mark in the list. */
export const refusedIds = computed(() => new Set(outbox.value.filter((one) => one.phase === 'refused').map((one) => one.chat_id)))

/** A call that was under way so long when the connection came back may wait for an answer that was lost with the old one. */
const LOST_AFTER_MS = 2_000

/** The calls that are under way. */
const underway = new Map<string, { since_ms: number; call: AbortController }>()

const prefix = () => `outbox:${state.meId}:`
let cancelWake: (() => void) | null = null

/** Takes up what an earlier page did not get rid of. */
export function startOutbox(): void {
  const stored = Object.keys(localStorage)
    .filter((key) => key.startsWith(prefix()))
    .flatMap((key) => {
      try {
        return [JSON.parse(localStorage.getItem(key) ?? '') as Outgoing]
      } catch {
        localStorage.removeItem(key)
        return []
      }
    })
    .sort((a, b) => a.created_ms - b.created_ms)
  outbox.value = stored.map((one) => (one.phase === 'sending' ? { ...one, phase: 'waiting' as const } : one))
  onChanges((changes) => {
    for (const change of changes) {
      if (change.type === 'message' && change.message.client_id) forget(change.message.client_id)
      // A planned message came back, or one that had is gone.
      if (change.type === 'own' && change.own.returned !== box.returned(outbox.value, change.own.chat_id).length) void syncPlanned(change.own.chat_id)
    }
  })
  watch(feedState, (now) => now === 'live' && hurry())
  watch(stayedId, (id) => id && void syncPlanned(id), { immediate: true })
  // Planned ones may have been sent while nobody was told.
  onRefetched(() => stayedId.value && void syncPlanned(stayedId.value))
  pump()
}

export function send(wish: Omit<Wish, 'client_id' | 'created_ms' | 'send_at_ms'> & { send_at_ms?: number }): void {
  const delayed = preferences.undo_ms > 0 && !wish.note ? serverNowMs() + preferences.undo_ms : null
  const full: Wish = {
    ...wish,
    client_id: newId(),
    created_ms: serverNowMs(),
    send_at_ms: wish.send_at_ms ?? delayed,
  }
  outbox.value = box.enqueue(outbox.value, full)
  keep(full.client_id)
  pump()
}

export function tryAgain(clientId: string): void {
  outbox.value = box.again(outbox.value, clientId)
  pump()
}

/** Asks what the server still holds for a chat. */
async function syncPlanned(chatId: number): Promise<void> {
  const held = await client.call('trunkline.message.scheduled', { chat_id: chatId }).catch(() => null)
  if (!held) return
  const before = outbox.value
  outbox.value = box.planned(before, chatId, held)
  for (const one of before) {
    if (!outbox.value.some((other) => other.client_id === one.client_id)) localStorage.removeItem(prefix() + one.client_id)
  }
}

/**
 * Takes a message back, also where the server holds it; the result is what it was, or null if it was too late. Throws when
 * the server cannot be asked: then it is still planned.
 */
export async function takeBack(one: Outgoing): Promise<Outgoing | null> {
  if (one.scheduled_id !== null) {
    try {
      await client.call('trunkline.message.unschedule', { id: one.scheduled_id })
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'ERROR_NOT_FOUND') throw error
      void syncPlanned(one.chat_id)
      return null
    }
  }
  forget(one.client_id)
  return one
}

function keep(clientId: string): void {
  const one = outbox.value.find((each) => each.client_id === clientId)
  if (one) localStorage.setItem(prefix() + clientId, JSON.stringify(one))
}

function forget(clientId: string): void {
  outbox.value = box.arrived(outbox.value, clientId)
  localStorage.removeItem(prefix() + clientId)
  pump()
}

/** There is a connection again: nothing waits any longer. To send again what the server has already changes nothing. */
function hurry(): void {
  const lostMs = clock.now() - LOST_AFTER_MS
  for (const [clientId, { since_ms, call }] of underway) {
    if (since_ms > lostMs) continue
    underway.delete(clientId)
    call.abort()
    outbox.value = box.postponed(outbox.value, clientId, 0, 0)
  }
  outbox.value = outbox.value.map((one) => (one.phase === 'waiting' ? { ...one, retry_at_ms: 0 } : one))
  pump()
}

function pump(): void {
  const now = clock.now()
  for (const one of box.due(outbox.value, now)) void deliver(one)
  cancelWake?.()
  const next = box.nextDueMs(outbox.value)
  cancelWake = next !== null && next > now ? clock.after(next - now, pump) : null
}

async function deliver(one: Outgoing): Promise<void> {
  const mine = { since_ms: clock.now(), call: new AbortController() }
  underway.set(one.client_id, mine)
  outbox.value = box.sending(outbox.value, one.client_id)
  try {
    const answer = await client.call('trunkline.message.send', wordsOf(one), mine.call.signal)
    if (underway.get(one.client_id) === mine) delivered(one, answer)
  } catch (error) {
    if (underway.get(one.client_id) === mine) failed(one, error)
  } finally {
    if (underway.get(one.client_id) === mine) underway.delete(one.client_id)
  }
}

function wordsOf(one: Outgoing): Methods['trunkline.message.send'][0] {
  return {
    chat_id: one.chat_id,
    client_id: one.client_id,
    text: one.text,
    ...(one.files.length > 0 && { file_ids: one.files.map((file) => file.id) }),
    ...(one.quote && { quote_no: one.quote.no }),
    ...(one.note && { note: true }),
    ...(one.finish && { finish: true }),
    ...(one.send_at_ms !== null && { send_at_ms: one.send_at_ms }),
  }
}

function delivered(one: Outgoing, answer: Methods['trunkline.message.send'][1]): void {
  if (answer.scheduled) {
    outbox.value = box.scheduled(outbox.value, one.client_id, answer.scheduled.id, answer.scheduled.send_at_ms)
    keep(one.client_id)
    // The next one of this chat waited for this answer.
    pump()
    return
  }
  // The number 0 says: whatever the feed has brought meanwhile is newer.
  if (answer.message) applyMessage(state, answer.message, 0)
  forget(one.client_id)
}

function failed(one: Outgoing, error: unknown): void {
  if (error instanceof ApiError && !error.isTemporary && error.status !== 401) {
    const reason = explain(error)
    outbox.value = box.refused(outbox.value, one.client_id, reason)
    keep(one.client_id)
    // In its own chat it says so itself.
    if (one.chat_id !== chatId.value) {
      const name = chatName(state.chats.get(one.chat_id) ?? { id: one.chat_id, name: '' })
      tell(t('message.not_sent_to', { name, reason }), one.chat_id)
    }
  } else {
    const wait = error instanceof ApiError ? error.retryAfterMs : null
    outbox.value = box.postponed(outbox.value, one.client_id, clock.now(), wait)
  }
  pump()
}
