/**
 * What is being written, one entry per chat. The composer on the screen shows the entry of its chat and nothing else, so
 * no text can get from one chat into another. Entries are kept here at once, and by the server a moment later.
 */

import { reactive } from 'vue'

import { ApiError } from '@/api/client'
import { upload, type Upload } from '@/api/upload'
import type { Draft, File as StoredFile, Quote } from '@/api/types'

import { onChanges, ownOf, state } from './desk'
import { client } from './session'
import { clock, serverNowMs } from './time'

export interface Attachment {
  key: string
  name: string
  size: number
  source: File
  progress: number
  stored: StoredFile | null
  error: string | null
  running: Upload | null
}

export interface Composer {
  chat_id: number
  text: string
  note: boolean
  quote: Quote | null
  attachments: Attachment[]
  updated_ms: number
}

const SAVE_AFTER_MS = 1_200
const entries = reactive(new Map<number, Composer>())
const waiting = new Map<number, () => void>()

const key = (chatId: number) => `draft:${state.meId}:${chatId}`

/** The entry of a chat: what is here, or what the server has, whichever is newer. */
export function composerOf(chatId: number): Composer {
  const known = entries.get(chatId)
  if (known) return known
  const local = readLocal(chatId)
  const remote = ownOf(chatId)?.draft ?? null
  const best = newer(local, remote)
  entries.set(chatId, {
    chat_id: chatId,
    text: best?.text ?? '',
    note: best?.note ?? false,
    quote: null,
    attachments: [],
    updated_ms: best?.updated_ms ?? 0,
  })
  return entries.get(chatId) as Composer
}

/** Whether the chat has something unsent, for the mark in the list. */
export function hasDraft(chatId: number): boolean {
  const entry = entries.get(chatId)
  return entry ? entry.text.trim() !== '' || entry.attachments.length > 0 : ownOf(chatId)?.draft != null
}

/** Called after each change of text or kind. */
export function keepDraft(chatId: number): void {
  const entry = entries.get(chatId)
  if (!entry) return
  entry.updated_ms = serverNowMs()
  if (entry.text) {
    const draft: Draft = { text: entry.text, note: entry.note, updated_ms: entry.updated_ms }
    localStorage.setItem(key(chatId), JSON.stringify(draft))
  } else {
    localStorage.removeItem(key(chatId))
  }
  waiting.get(chatId)?.()
  waiting.set(chatId, clock.after(SAVE_AFTER_MS, () => void saveDraft(chatId)))
}

/** Hands the draft to the server now: another chat is opened, the tab is left. */
export async function saveDraft(chatId: number): Promise<void> {
  const cancel = waiting.get(chatId)
  const entry = entries.get(chatId)
  if (!cancel || !entry) return
  cancel()
  waiting.delete(chatId)
  await client.call('trunkline.chat.draft', { chat_id: chatId, text: entry.text, note: entry.note }).catch(() => {
    // It is in this browser; the next change tries again.
  })
}

/** After sending: nothing of it stays. */
export function clearComposer(chatId: number): void {
  const entry = entries.get(chatId)
  if (!entry) return
  entry.text = ''
  entry.quote = null
  entry.attachments = []
  keepDraft(chatId)
  void saveDraft(chatId)
}

export function attach(chatId: number, files: Iterable<File>): void {
  const entry = composerOf(chatId)
  for (const source of files) {
    entry.attachments.push({
      key: crypto.randomUUID(), name: source.name || 'file', size: source.size, source, progress: 0, stored: null,
      error: null, running: null,
    })
    const added = entry.attachments.at(-1)
    if (added) void startUpload(chatId, added)
  }
}

export async function startUpload(chatId: number, one: Attachment): Promise<void> {
  one.error = null
  one.progress = 0
  const running = upload(one.source, chatId, client.csrf(), (part) => (one.progress = part))
  one.running = running
  try {
    one.stored = await running.done
    one.progress = 1
  } catch (error) {
    const code = error instanceof ApiError ? error.code : ''
    if (code !== 'CANCELLED') one.error = error instanceof ApiError ? error.description || code : String(error)
  } finally {
    one.running = null
  }
}

export function detach(chatId: number, one: Attachment): void {
  one.running?.cancel()
  const entry = entries.get(chatId)
  if (entry) entry.attachments = entry.attachments.filter((other) => other.key !== one.key)
}

/** A draft written on another device replaces ours only if it is newer and nobody is typing here. */
export function followDrafts(): void {
  onChanges((changes) => {
    for (const change of changes) {
      if (change.type !== 'own') continue
      const { chat_id: chatId, draft } = change.own
      const entry = entries.get(chatId)
      if (!entry || waiting.has(chatId) || !draft || draft.updated_ms <= entry.updated_ms) continue
      entry.text = draft.text
      entry.note = draft.note
      entry.updated_ms = draft.updated_ms
    }
  })
  addEventListener('pagehide', () => {
    for (const chatId of waiting.keys()) void saveDraft(chatId)
  })
}

function readLocal(chatId: number): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(key(chatId)) ?? 'null') as Draft | null
  } catch {
    return null
  }
}

function newer(a: Draft | null, b: Draft | null): Draft | null {
  if (!a || !b) return a ?? b
  return b.updated_ms > a.updated_ms ? b : a
}
