/** Threads: windows over a chat's numbered messages that grow at both ends and never have a hole. */

import type { Message, MessagePage } from '@/api/types'

import type { State, Thread } from './model'

/** What was asked for, which says what the answer covers. */
export type Asked =
  | { kind: 'latest' }
  | { kind: 'around'; no: number }
  | { kind: 'before'; no: number }
  | { kind: 'after'; no: number }

/** How many messages may wait for those before them. */
const EARLY_MAX = 500

/** The thread of a chat; from its creation on, changes are kept for it, so none is lost while a fetch is under way. */
export function threadOf(state: State, chatId: number): Thread {
  const known = state.threads.get(chatId)
  if (known) return known
  const thread = state.make<Thread>({
    chat_id: chatId,
    items: [],
    from: 0,
    to: -1,
    first_no: 0,
    last_no: 0,
    isLoaded: false,
    isAtEnd: false,
    hasGap: false,
    early: new Map(),
    droppedAt: -1,
    versions: new Map(),
  })
  state.threads.set(chatId, thread)
  return state.threads.get(chatId) ?? thread
}

/** The thread that somebody opens is the last to be forgotten; those that nobody has opened for longest go when there are too many. */
export function openedThread(state: State, chatId: number, most: number): Thread {
  const thread = threadOf(state, chatId)
  state.threads.delete(chatId)
  state.threads.set(chatId, thread)
  for (const id of state.threads.keys()) {
    if (state.threads.size <= most) break
    state.threads.delete(id)
  }
  return thread
}

/** Takes over an answer of `trunkline.message.list`, unless more has been heard since than could be kept. */
export function mergeMessages(state: State, chatId: number, asked: Asked, page: MessagePage): 'merged' | 'ask again' {
  const thread = threadOf(state, chatId)
  if (page.number < thread.droppedAt) return 'ask again'
  // A link to a message that is not there tells nothing about where the window is.
  if (asked.kind === 'around' && page.messages.length === 0) return 'merged'
  const covered = coverage(asked, page)
  const touches = thread.isLoaded && covered.from <= thread.to + 1 && covered.to >= thread.from - 1
  const known = new Map<number, Message>()
  if (touches) for (const message of thread.items) known.set(message.no, message)
  for (const message of page.messages) {
    const version = thread.versions.get(message.no) ?? -1
    const newer = thread.early.get(message.no) ?? known.get(message.no)
    thread.versions.set(message.no, Math.max(version, page.number))
    known.set(message.no, newer && version > page.number ? newer : message)
    thread.early.delete(message.no)
  }
  thread.from = touches ? Math.min(thread.from, covered.from) : covered.from
  thread.to = touches ? Math.max(thread.to, covered.to) : covered.to
  thread.first_no = page.first_no
  thread.last_no = Math.max(thread.last_no, page.last_no)
  thread.isLoaded = true
  if (thread.to >= page.last_no) thread.isAtEnd = true
  else if (!touches) thread.isAtEnd = false
  thread.items = [...known.values()].sort((a, b) => a.no - b.no)
  pullEarly(thread)
  thread.hasGap = thread.isAtEnd && (thread.early.size > 0 || thread.to < thread.last_no)
  return 'merged'
}

/** A message as it is now, from the feed or as the answer to a call. */
export function applyMessage(state: State, message: Message, number: number): void {
  const thread = state.threads.get(message.chat_id)
  if (!thread) return
  if (number < (thread.versions.get(message.no) ?? -1)) return
  if (message.no > thread.last_no) thread.last_no = message.no
  if (thread.isLoaded && message.no >= thread.from && message.no <= thread.to) {
    thread.versions.set(message.no, number)
    thread.items = replaced(thread.items, message)
    return
  }
  // Older than the window: it is fetched when somebody scrolls there.
  if (thread.isLoaded && message.no < thread.from) return
  if (thread.early.size >= EARLY_MAX) {
    thread.early.clear()
    thread.droppedAt = number
    thread.hasGap = thread.isLoaded && thread.isAtEnd
    return
  }
  thread.versions.set(message.no, number)
  thread.early.set(message.no, message)
  pullEarly(thread)
  thread.hasGap = thread.isLoaded && thread.isAtEnd && thread.early.size > 0
}

/** After a reset nothing that is shown can be trusted; the next answer replaces it. */
export function distrust(thread: Thread): void {
  thread.isLoaded = false
  thread.isAtEnd = false
  thread.hasGap = false
  thread.early.clear()
  thread.droppedAt = -1
  thread.versions.clear()
}

function coverage(asked: Asked, page: MessagePage): { from: number; to: number } {
  const first = page.messages[0]?.no
  const last = page.messages.at(-1)?.no
  switch (asked.kind) {
    case 'latest':
      return { from: first ?? page.first_no, to: Math.max(page.last_no, last ?? 0) }
    case 'around':
      return { from: first ?? asked.no, to: last ?? asked.no - 1 }
    case 'before':
      return { from: first ?? page.first_no, to: asked.no - 1 }
    case 'after':
      return { from: asked.no + 1, to: last ?? page.last_no }
  }
}

function pullEarly(thread: Thread): void {
  if (!thread.isLoaded) return
  for (const no of [...thread.early.keys()].sort((a, b) => a - b)) {
    const message = thread.early.get(no)
    if (!message) continue
    if (no < thread.from) thread.early.delete(no)
    else if (no <= thread.to || (thread.isAtEnd && no === thread.to + 1)) {
      thread.early.delete(no)
      thread.to = Math.max(thread.to, no)
      thread.items = replaced(thread.items, message)
    }
  }
}

function replaced(items: readonly Message[], message: Message): Message[] {
  const copy = [...items]
  let index = copy.length
  while (index > 0 && (copy[index - 1]?.no ?? 0) > message.no) index -= 1
  if (copy[index - 1]?.no === message.no) copy[index - 1] = message
  else copy.splice(index, 0, message)
  return copy
}
