/** Sends what people write. It survives a reload, a lost connection and a closed browser. */

import { shallowRef, watch } from 'vue'

import { ApiError } from '@/api/client'
import * as box from '@/state/outbox'
import type { Outgoing, Wish } from '@/state/outbox'
import { applyMessage } from '@/state/threads'

import { feedState, onChanges, state } from './desk'
import { explain } from './failure'
import { stayedId } from './inbox'
import { preferences } from './preferences'
import { client } from './session'
import { clock, serverNowMs } from './time'

export const outbox = shallowRef<box.Outbox>([])

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
  pump()
}

export function send(wish: Omit<Wish, 'client_id' | 'created_ms' | 'send_at_ms'> & { send_at_ms?: number }): void {
  const delayed = preferences.undo_ms > 0 && !wish.note ? serverNowMs() + preferences.undo_ms : null
  const full: Wish = {
    ...wish,
    client_id: crypto.randomUUID(),
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

/** Takes a message back, also where the server holds it; the result is what it was, or null if it was too late. */
export async function takeBack(one: Outgoing): Promise<Outgoing | null> {
  if (one.scheduled_id !== null) {
    try {
      await client.call('trunkline.message.unschedule', { id: one.scheduled_id })
    } catch {
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

function hurry(): void {
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
  outbox.value = box.sending(outbox.value, one.client_id)
  try {
    const answer = await client.call('trunkline.message.send', {
      chat_id: one.chat_id,
      client_id: one.client_id,
      text: one.text,
      ...(one.files.length > 0 && { file_ids: one.files.map((file) => file.id) }),
      ...(one.quote && { quote_no: one.quote.no }),
      ...(one.note && { note: true }),
      ...(one.finish && { finish: true }),
      ...(one.send_at_ms !== null && { send_at_ms: one.send_at_ms }),
    })
    if (answer.scheduled) {
      outbox.value = box.scheduled(outbox.value, one.client_id, answer.scheduled.id, answer.scheduled.send_at_ms)
      keep(one.client_id)
      return
    }
    // The number 0 says: whatever the feed has brought meanwhile is newer.
    if (answer.message) applyMessage(state, answer.message, 0)
    forget(one.client_id)
  } catch (error) {
    failed(one, error)
  }
}

function failed(one: Outgoing, error: unknown): void {
  if (error instanceof ApiError && !error.isTemporary && error.status !== 401) {
    outbox.value = box.refused(outbox.value, one.client_id, explain(error))
    keep(one.client_id)
  } else {
    const wait = error instanceof ApiError ? error.retryAfterMs : null
    outbox.value = box.postponed(outbox.value, one.client_id, clock.now(), wait)
  }
  pump()
}
