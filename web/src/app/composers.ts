/**
 * What is being written, one entry per chat. The composer on the screen shows the entry of its chat and nothing else, so
 * no text can get from one chat into another. Entries are kept in this browser at once, and by the server a moment later.
 */

import { effectScope, reactive, watch } from 'vue'

import { ApiError, isForged } from '@/api/client'
import { newId } from '@/api/id'
import { upload, type Upload } from '@/api/upload'
import type { Draft, File as StoredFile, Own, Quote } from '@/api/types'
import type { Outgoing } from '@/state/outbox'

import { feedState, ownOf, state } from './desk'
import { explain } from './failure'
import { client, renewSession } from './session'
import { clock, serverNowMs } from './time'

export interface Attachment {
  key: string
  name: string
  size: number
  /** Null: it was uploaded before, and is only attached again. */
  source: File | null
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

/** A draft in this browser; one without text says that there is none any more. */
interface Local extends Draft {
  /** The server has the text. */
  saved?: boolean
  /** Of these only this browser knows. */
  quote?: Quote | null
  files?: StoredFile[]
}

/** What is known of the server's copy of a draft. Drafts are compared by what they say: no two clocks agree. */
interface Book {
  /** Changes that the server does not have yet, counted up; 0: none. */
  unsaved: number
  /** What the server had when we last heard of it. */
  seen: string
  /** What we have told the server without having heard it back, and when. */
  told: { what: string; at_ms: number }[]
  saving: Promise<void>
  cancel: (() => void) | null
}

const SAVE_AFTER_MS = 1_200
const AGAIN_MS = 5_000
/** What was told comes back within this time or, because it changed nothing, not at all. */
const ECHO_MS_MAX = 60_000
/** A draft that is so much newer than ours is another one, whatever we have missed between. */
const CLEARLY_NEWER_MS = 10_000

const entries = reactive(new Map<number, Composer>())
const books = new Map<number, Book>()
/** Watches entries as long as the page lives, whoever opened them first. */
const scope = effectScope(true)

const key = (chatId: number) => `draft:${state.meId}:${chatId}`
const said = (draft: Pick<Draft, 'text' | 'note'> | null | undefined) => (draft?.text ? `${draft.note} ${draft.text}` : '')

/** The entry of a chat: what is here, or what the server has, whichever is newer. */
export function composerOf(chatId: number): Composer {
  const known = entries.get(chatId)
  if (known) return known
  const local = readLocal(chatId)
  const own = state.owns.get(chatId)
  const remote = own?.draft ?? null
  const isOurs = local !== null && !local.saved && !(remote && remote.updated_ms > local.updated_ms)
  // What the server had of ours and has no more was sent or thrown away elsewhere. It may not have told us yet.
  const best = isOurs || own === undefined ? local : remote
  entries.set(chatId, {
    chat_id: chatId, text: best?.text ?? '', note: best?.note ?? false, quote: local?.quote ?? null,
    attachments: (local?.files ?? []).map(attached), updated_ms: best?.updated_ms ?? 0,
  })
  const seen = said(own === undefined ? local : remote)
  books.set(chatId, { unsaved: 0, seen, told: [], saving: Promise.resolve(), cancel: null })
  const entry = entries.get(chatId) as Composer
  if (isOurs) plan(chatId, 0)
  else keepLocal(entry)
  scope.run(() => {
    watch(() => state.owns.get(chatId), (now) => now !== undefined && follow(entry, now), { flush: 'sync' })
    watch(() => [entry.quote, ...entry.attachments.map((one) => one.stored)], () => keepLocal(entry))
  })
  return entry
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
  plan(chatId, SAVE_AFTER_MS)
  keepLocal(entry)
}

/** Hands the draft to the server now, if there is something new: another chat is opened, the tab is left, it was sent. */
export function saveDraft(chatId: number): Promise<void> {
  const book = books.get(chatId)
  if (!book?.unsaved) return Promise.resolve()
  book.cancel?.()
  // One after the other: the last one said must be the last one heard.
  book.saving = book.saving.then(() => push(chatId))
  return book.saving
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

/**
 * A message that is not sent after all is written again, in front of what was begun meanwhile, with its files. If one of
 * the two was for colleagues only, both are.
 */
export function putBack(one: Pick<Outgoing, 'chat_id' | 'text' | 'note' | 'quote' | 'files'>): void {
  const entry = composerOf(one.chat_id)
  const isBegun = entry.text.trim() !== '' || entry.attachments.length > 0
  entry.note = isBegun ? entry.note || one.note : one.note
  entry.text = [one.text, entry.text].filter(Boolean).join('\n')
  entry.quote ??= one.quote
  const known = new Set(entry.attachments.map((each) => each.stored?.id))
  entry.attachments.unshift(...one.files.filter((file) => !known.has(file.id)).map(attached))
  keepDraft(one.chat_id)
}

/** A file that the server has. */
function attached(stored: StoredFile): Attachment {
  return { key: newId(), name: stored.name, size: stored.size, source: null, progress: 1, stored, error: null, running: null }
}

export function attach(chatId: number, files: Iterable<File>): void {
  const entry = composerOf(chatId)
  for (const source of files) {
    entry.attachments.push({
      key: newId(), name: source.name || 'file', size: source.size, source, progress: 0, stored: null,
      error: null, running: null,
    })
    const added = entry.attachments.at(-1)
    if (added) void startUpload(chatId, added)
  }
}

export async function startUpload(chatId: number, one: Attachment): Promise<void> {
  if (!one.source) return
  one.error = null
  one.progress = 0
  const { source } = one
  const run = (): Promise<StoredFile> => {
    one.running = upload(source, chatId, client.csrf(), (part) => (one.progress = part))
    return one.running.done
  }
  try {
    one.stored = await run().catch((error: unknown) => {
      if (!isForged(error)) throw error
      return renewSession().then(run)
    })
    one.progress = 1
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'CANCELLED')) one.error = explain(error)
  } finally {
    one.running = null
  }
}

export function detach(chatId: number, one: Attachment): void {
  one.running?.cancel()
  const entry = entries.get(chatId)
  if (entry) entry.attachments = entry.attachments.filter((other) => other.key !== one.key)
}

/** What the server could not be told is told when there is a connection again, and when the page is left. */
export function startDrafts(): void {
  const saveAll = () => {
    for (const chatId of books.keys()) void saveDraft(chatId)
  }
  watch(feedState, (now) => now === 'live' && saveAll())
  addEventListener('pagehide', saveAll)
  // An upload ends with its page.
  addEventListener('beforeunload', (event) => {
    for (const entry of entries.values()) if (entry.attachments.some((one) => one.running)) event.preventDefault()
  })
}

/** Somebody changes the draft: we, another tab, another device, or the server because it was sent. */
function follow(entry: Composer, own: Own | null): void {
  const book = books.get(entry.chat_id)
  if (!book) return
  const draft = own?.draft ?? null
  const before = book.seen
  book.seen = said(draft)
  if (isEcho(book) || book.seen === said(entry)) return
  // What is being written here will be told, and counts more than what it was before.
  if (book.unsaved) return
  const isWhatItWas = said(entry) === before
  if (!isWhatItWas && !(draft && draft.updated_ms > entry.updated_ms + CLEARLY_NEWER_MS)) return
  entry.text = draft?.text ?? ''
  if (draft) entry.note = draft.note
  entry.updated_ms = draft?.updated_ms ?? serverNowMs()
  keepLocal(entry)
}

/** What we told comes back: it is older than what is here. Several changes may come back as one, the last. */
function isEcho(book: Book): boolean {
  const sinceMs = clock.now() - ECHO_MS_MAX
  book.told = book.told.filter((one) => one.at_ms > sinceMs)
  const at = book.told.findIndex((one) => one.what === book.seen)
  book.told.splice(0, at + 1)
  return at >= 0
}

function plan(chatId: number, afterMs: number): void {
  const book = books.get(chatId)
  if (!book) return
  book.unsaved += 1
  book.cancel?.()
  book.cancel = clock.after(afterMs, () => void saveDraft(chatId))
}

async function push(chatId: number): Promise<void> {
  const [book, entry] = [books.get(chatId), entries.get(chatId)]
  if (!book?.unsaved || !entry) return
  const saving = book.unsaved
  const { text, note } = entry
  const told = { what: said(entry), at_ms: clock.now() }
  book.told.push(told)
  try {
    await client.call('trunkline.chat.draft', { chat_id: chatId, text, note })
  } catch (error) {
    book.told = book.told.filter((one) => one !== told)
    // It is in this browser meanwhile.
    if (error instanceof ApiError && error.isTemporary && book.unsaved === saving) {
      book.cancel = clock.after(AGAIN_MS, () => void saveDraft(chatId))
    }
    return
  }
  // The server had it already, so it has nothing to tell.
  if (book.told.length === 1 && book.seen === told.what) book.told = []
  if (book.unsaved !== saving) return
  book.unsaved = 0
  keepLocal(entry)
}

function keepLocal(entry: Composer): void {
  const saved = !books.get(entry.chat_id)?.unsaved
  const files = entry.attachments.flatMap((one) => one.stored ?? [])
  if (saved && !entry.text && !entry.quote && files.length === 0) {
    localStorage.removeItem(key(entry.chat_id))
    return
  }
  const local: Local = { text: entry.text, note: entry.note, updated_ms: entry.updated_ms, saved, quote: entry.quote, files }
  localStorage.setItem(key(entry.chat_id), JSON.stringify(local))
}

function readLocal(chatId: number): Local | null {
  try {
    return JSON.parse(localStorage.getItem(key(chatId)) ?? 'null') as Local | null
  } catch {
    return null
  }
}
