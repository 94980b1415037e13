/**
 * Messages on their way to the server. The same `client_id` is never stored twice, so a send whose answer was lost is
 * simply sent again; within a chat the next one goes only after the one before it, so the order is the order of writing.
 */

import type { File, Planned, Quote } from '@/api/types'

export type Phase =
  /** Its turn comes when those before it are done, and when `retry_at_ms` has come. */
  | 'waiting'
  | 'sending'
  /** The server keeps it until `send_at_ms`; it can be taken back. */
  | 'scheduled'
  /** The server said no, at once or when a planned moment came; a person decides. */
  | 'refused'

export interface Outgoing {
  client_id: string
  chat_id: number
  text: string
  note: boolean
  finish: boolean
  files: File[]
  quote: Quote | null
  created_ms: number
  /** Null: at once. */
  send_at_ms: number | null
  scheduled_id: number | null
  phase: Phase
  reason: string | null
  attempts: number
  retry_at_ms: number
}

export type Outbox = readonly Outgoing[]

export type Wish = Pick<Outgoing, 'client_id' | 'chat_id' | 'text' | 'note' | 'finish' | 'files' | 'quote' | 'created_ms' | 'send_at_ms'>

const RETRY_MS_MIN = 1_000
const RETRY_MS_MAX = 30_000

export function enqueue(outbox: Outbox, wish: Wish): Outbox {
  return [...outbox, { ...wish, scheduled_id: null, phase: 'waiting', reason: null, attempts: 0, retry_at_ms: 0 }]
}

/** What may be sent now: the first unsent one of each chat. A refused one does not hold up those after it. */
export function due(outbox: Outbox, nowMs: number): Outgoing[] {
  const busy = new Set<number>()
  const found: Outgoing[] = []
  for (const one of outbox) {
    if (one.phase === 'refused' || one.phase === 'scheduled' || busy.has(one.chat_id)) continue
    busy.add(one.chat_id)
    if (one.phase === 'waiting' && one.retry_at_ms <= nowMs) found.push(one)
  }
  return found
}

/** When `due` could next say something new; null: not by itself. */
export function nextDueMs(outbox: Outbox): number | null {
  const times = outbox.filter((one) => one.phase === 'waiting').map((one) => one.retry_at_ms)
  return times.length > 0 ? Math.min(...times) : null
}

export function sending(outbox: Outbox, clientId: string): Outbox {
  return change(outbox, clientId, (one) => ({ ...one, phase: 'sending', attempts: one.attempts + 1 }))
}

/** Stored by the server, or seen in the thread: it is no longer ours. */
export function arrived(outbox: Outbox, clientId: string): Outbox {
  return outbox.some((one) => one.client_id === clientId) ? outbox.filter((one) => one.client_id !== clientId) : outbox
}

export function scheduled(outbox: Outbox, clientId: string, id: number, sendAtMs: number): Outbox {
  return change(outbox, clientId, (one) => ({ ...one, phase: 'scheduled', scheduled_id: id, send_at_ms: sendAtMs }))
}

/** What the server holds for a chat: others of ours have been sent, ours of another device are shown too, and some came back. */
export function planned(outbox: Outbox, chatId: number, held: readonly Planned[]): Outbox {
  const ids = new Set(held.map((one) => one.client_id))
  const kept = outbox.filter((one) => one.chat_id !== chatId || !isHeld(one) || ids.has(one.client_id))
  return held.reduce<Outbox>((box, one) => {
    const { client_id, text, note, finish, files, quote, send_at_ms } = one
    const known = box.find((other) => other.client_id === client_id)
    // Of those under way the answer tells.
    if (known && !isHeld(known)) return box
    const wish = { client_id, chat_id: chatId, text, note, finish, send_at_ms, files, quote, created_ms: send_at_ms }
    const shown = scheduled(known ? box : enqueue(box, wish), client_id, one.id, send_at_ms)
    return one.refusal === null ? shown : refused(shown, client_id, one.refusal)
  }, kept)
}

/** Planned ones of a chat that came back. */
export function returned(outbox: Outbox, chatId: number): Outgoing[] {
  return outbox.filter((one) => one.chat_id === chatId && one.phase === 'refused' && isHeld(one))
}

/** The server has it, not sent. */
function isHeld(one: Outgoing): boolean {
  return one.scheduled_id !== null && (one.phase === 'scheduled' || one.phase === 'refused')
}

/** No answer, or "later": tried again by itself. */
export function postponed(outbox: Outbox, clientId: string, nowMs: number, retryAfterMs: number | null): Outbox {
  return change(outbox, clientId, (one) => {
    const wait = retryAfterMs ?? Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.max(0, one.attempts - 1))
    return { ...one, phase: 'waiting', retry_at_ms: nowMs + wait }
  })
}

export function refused(outbox: Outbox, clientId: string, reason: string): Outbox {
  return change(outbox, clientId, (one) => ({ ...one, phase: 'refused', reason }))
}

/** A person asks for another try. */
export function again(outbox: Outbox, clientId: string): Outbox {
  return change(outbox, clientId, (one) => ({ ...one, phase: 'waiting', reason: null, retry_at_ms: 0 }))
}

function change(outbox: Outbox, clientId: string, act: (one: Outgoing) => Outgoing): Outbox {
  return outbox.map((one) => (one.client_id === clientId ? act(one) : one))
}
