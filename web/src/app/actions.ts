/**
 * Everything a person can do, on one page: the keyboard, the palette, the help and the menus are made from this table. A
 * new action is one entry. Keys are physical (`KeyboardEvent.code`), so they work on every layout.
 */

import { computed, ref } from 'vue'

import type { Chat, Priority, Presence } from '@/api/types'
import { isOpen } from '@/state/query'
import { t } from '@/i18n'
import { router } from '@/router'

import { me, onChanges, optimistically, ownOf, state } from './desk'
import { explain } from './failure'
import { chat, chatId, closeChat, neighbour, openChat, showView, stepTo, togglePanel } from './inbox'
import { preferences } from './preferences'
import { client, isAtLeast, signOut } from './session'
import { theme } from './theme'
import { serverNowMs } from './time'

export type Group = 'chat' | 'go' | 'write' | 'app'

export interface Action {
  /** Also the key of its text: `action.{id}`. */
  id: string
  group: Group
  /** `KeyA`, `Shift+Slash`, `Mod+KeyK`. */
  keys?: string
  /** Absent: always. */
  isPossible?: () => boolean
  run: () => unknown
}

/** Dialogues and panes that actions open; whoever draws them listens. */
export const asked = ref<{ what: 'transfer' | 'snooze' | 'labels' | 'help' | 'palette' | 'search' | 'filters'; chat_id: number } | null>(null)
export const composerWish = ref<{ note: boolean; at: number } | null>(null)

export function ask(what: NonNullable<typeof asked.value>['what'], id = chatId.value): void {
  asked.value = { what, chat_id: id }
}

const has = (test: (chat: Chat) => boolean) => () => chat.value !== null && test(chat.value)
const isMine = (one: Chat) => isOpen(one) && one.session?.owner_id === me.value?.id
const isOffered = (one: Chat) => one.session?.status === 'offered' && isMine(one)
/** Nobody's, or offered to me, alone or with others. What is offered to a colleague is the colleague's, until it is taken over. */
const isFree = (one: Chat) =>
  isOpen(one) && (one.session?.owner_id === 0 || isOffered(one) || (one.session?.status === 'offered' && one.member_ids.includes(state.meId)))
const isOthers = (one: Chat) => isOpen(one) && !isMine(one) && !isFree(one)

/** What can be done with a chat, by whom it is. */
export const can = {
  accept: (one: Chat) => isFree(one),
  skip: (one: Chat) => isOffered(one) || isMine(one),
  finish: (one: Chat) => isMine(one) && !isOffered(one) && one.session?.status !== 'closing',
  transfer: (one: Chat) => isMine(one),
  intercept: (one: Chat) => isOthers(one),
  spam: (one: Chat) => isMine(one) || isFree(one),
}

/** One call per chat, named as the protocol names it. */
export const chatCalls = {
  accept: (id: number) => own(id, 'imopenlines.operator.answer'),
  skip: (id: number) => client.rest('imopenlines.operator.skip', { CHAT_ID: id }),
  finish: (id: number) => client.rest('imopenlines.operator.finish', { CHAT_ID: id }),
  spam: (id: number) => client.rest('imopenlines.operator.spam', { CHAT_ID: id }),
  intercept: (id: number) => own(id, 'imopenlines.session.intercept'),
  join: (id: number) => client.rest('imopenlines.session.join', { CHAT_ID: id }),
  transferTo: (id: number, target: { user_id: number } | { line_id: number }) =>
    client.rest('imopenlines.operator.transfer', {
      CHAT_ID: id,
      ...('user_id' in target ? { USER_ID: target.user_id } : { QUEUE_ID: target.line_id }),
    }),
  silent: (id: number, on: 'Y' | 'N') => client.rest('imopenlines.session.mode.silent', { CHAT_ID: id, ACTIVATE: on }),
  pin: (id: number, on: 'Y' | 'N') => client.rest('imopenlines.session.mode.pin', { CHAT_ID: id, ACTIVATE: on }),
  unread(id: number) {
    const one = state.chats.get(id)
    return client.call('trunkline.chat.unread', { chat_id: id, no: one?.last_no ?? 1 })
  },
  snooze: (id: number, untilMs: number | null) => client.call('trunkline.chat.snooze', { chat_id: id, until_ms: untilMs }),
  labels(id: number, labels: number[]) {
    const one = state.chats.get(id)
    const call = () => client.call('trunkline.chat.labels', { chat_id: id, label_ids: labels })
    return one ? optimistically(one, { labels }, call) : call()
  },
  priority(id: number, priority: Priority) {
    const one = state.chats.get(id)
    const call = () => client.call('trunkline.chat.priority', { chat_id: id, priority })
    return one ? optimistically(one, { priority }, call) : call()
  },
}

/** Mine at once on the screen. */
function own(id: number, method: string): Promise<unknown> {
  const one = state.chats.get(id)
  const call = () => client.rest(method, { CHAT_ID: id })
  if (!one?.session || !me.value) return call()
  return optimistically(one, { session: { ...one.session, owner_id: me.value.id, status: 'answered' } }, call)
}

/** What did not work; the shell shows it, with a way to the chat that it is about. */
export const problem = ref<{ text: string; chat_id: number; at: number } | null>(null)

/** `aboutId`: a chat that may not be the one on the screen; 0: none. */
export function tell(text: string, aboutId = 0): void {
  problem.value = { text, chat_id: aboutId, at: serverNowMs() }
}

export async function attempt(act: () => unknown): Promise<boolean> {
  try {
    await act()
    return true
  } catch (error) {
    tell(explain(error))
    return false
  }
}

/** Done with this chat: the next one, as people expect who work through a list. Whoever has gone elsewhere meanwhile stays there. */
async function thenNext(act: (id: number) => Promise<unknown>): Promise<void> {
  const done = chatId.value
  const next = neighbour(1) ?? neighbour(-1)
  await act(done)
  if (next && next !== done && chatId.value === done) openChat(next)
}

async function leaveUnread(id: number): Promise<void> {
  await chatCalls.unread(id)
  if (chatId.value === id) closeChat()
}

export async function setPresence(presence: Presence): Promise<void> {
  const mine = state.employees.get(state.meId)
  if (mine) state.employees.set(mine.id, { ...mine, presence })
  try {
    await client.call('trunkline.presence.set', { presence })
  } catch (error) {
    if (mine) state.employees.set(mine.id, mine)
    throw error
  }
}

function go(step: 1 | -1): void {
  const next = neighbour(step)
  if (next) stepTo(next)
}

export const actions: Action[] = [
  { id: 'accept', group: 'chat', keys: 'KeyA', isPossible: has(can.accept), run: () => chatCalls.accept(chatId.value) },
  { id: 'intercept', group: 'chat', keys: 'KeyG', isPossible: has(can.intercept), run: () => chatCalls.intercept(chatId.value) },
  { id: 'skip', group: 'chat', keys: 'KeyS', isPossible: has(can.skip), run: () => thenNext(chatCalls.skip) },
  { id: 'transfer', group: 'chat', keys: 'KeyT', isPossible: has(can.transfer), run: () => ask('transfer') },
  { id: 'finish', group: 'chat', keys: 'KeyE', isPossible: has(can.finish), run: () => thenNext(chatCalls.finish) },
  { id: 'spam', group: 'chat', keys: 'Shift+KeyX', isPossible: has(can.spam), run: () => thenNext(chatCalls.spam) },
  { id: 'snooze', group: 'chat', keys: 'KeyZ', isPossible: has(isOpen), run: () => ask('snooze') },
  { id: 'unread', group: 'chat', keys: 'KeyU', isPossible: has(() => true), run: () => leaveUnread(chatId.value) },
  { id: 'labels', group: 'chat', keys: 'KeyL', isPossible: has(() => true), run: () => ask('labels') },
  {
    id: 'priority', group: 'chat', keys: 'KeyP', isPossible: has(() => true),
    run: () => chatCalls.priority(chatId.value, (((chat.value?.priority ?? 0) + 1) % 4) as Priority),
  },
  {
    id: 'pin', group: 'chat', isPossible: has(isMine),
    run: () => chatCalls.pin(chatId.value, chat.value?.session?.pinned ? 'N' : 'Y'),
  },
  {
    id: 'silent', group: 'chat', isPossible: has((one) => isMine(one) || isAtLeast('supervisor')),
    run: () => chatCalls.silent(chatId.value, chat.value?.silent ? 'N' : 'Y'),
  },
  { id: 'join', group: 'chat', isPossible: has((one) => isOthers(one) && !one.member_ids.includes(state.meId)), run: () => chatCalls.join(chatId.value) },
  { id: 'reply', group: 'write', keys: 'KeyR', isPossible: has(() => true), run: () => (composerWish.value = { note: false, at: serverNowMs() }) },
  { id: 'note', group: 'write', keys: 'KeyN', isPossible: has(() => true), run: () => (composerWish.value = { note: true, at: serverNowMs() }) },
  { id: 'next', group: 'go', keys: 'KeyJ', run: () => go(1) },
  { id: 'previous', group: 'go', keys: 'KeyK', run: () => go(-1) },
  { id: 'mine', group: 'go', keys: 'Digit1', run: () => toList(() => showView('mine')) },
  { id: 'unassigned', group: 'go', keys: 'Digit2', run: () => toList(() => showView('unassigned')) },
  { id: 'all', group: 'go', keys: 'Digit3', run: () => toList(() => showView('all')) },
  { id: 'mentions', group: 'go', keys: 'Digit4', run: () => toList(() => showView('mentions')) },
  { id: 'search', group: 'go', keys: 'Slash', run: () => ask('search') },
  { id: 'filters', group: 'go', keys: 'KeyF', run: () => ask('filters') },
  { id: 'close', group: 'go', keys: 'Escape', isPossible: () => chatId.value > 0, run: closeChat },
  { id: 'board', group: 'go', isPossible: () => isAtLeast('supervisor'), run: () => router.push('/board') },
  { id: 'reports', group: 'go', isPossible: () => isAtLeast('supervisor'), run: () => router.push('/reports') },
  { id: 'settings', group: 'go', run: () => router.push('/settings') },
  { id: 'panel', group: 'app', keys: 'KeyI', run: togglePanel },
  { id: 'palette', group: 'app', keys: 'Mod+KeyK', run: () => ask('palette') },
  { id: 'help', group: 'app', keys: 'Shift+Slash', run: () => ask('help') },
  { id: 'online', group: 'app', run: () => setPresence('online') },
  { id: 'away', group: 'app', run: () => setPresence('away') },
  { id: 'pause', group: 'app', run: () => setPresence('pause') },
  { id: 'light', group: 'app', run: () => (theme.value = 'light') },
  { id: 'dark', group: 'app', run: () => (theme.value = 'dark') },
  { id: 'system', group: 'app', run: () => (theme.value = 'system') },
  { id: 'sound', group: 'app', run: () => (preferences.sound = !preferences.sound) },
  { id: 'sign_out', group: 'app', run: signOut },
]

export function actionTitle(action: Action): string {
  return t(`action.${action.id}`)
}

export const possible = computed(() => actions.filter((action) => action.isPossible?.() ?? true))

export function perform(id: string): Promise<boolean> {
  const action = actions.find((one) => one.id === id)
  if (!action || !(action.isPossible?.() ?? true)) return Promise.resolve(false)
  return attempt(action.run)
}

const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '')

/** As people read it: ⌘ K on a Mac, Ctrl K elsewhere, ? everywhere. */
export function keysShown(keys: string | undefined, where: 'mac' | 'elsewhere' = isMac ? 'mac' : 'elsewhere'): string[] {
  if (!keys) return []
  if (keys === 'Shift+Slash') return ['?']
  return keys.split('+').map((part) => {
    if (part === 'Mod') return where === 'mac' ? '⌘' : 'Ctrl'
    if (part === 'Shift') return where === 'mac' ? '⇧' : 'Shift'
    if (part === 'Slash') return '/'
    if (part === 'Escape') return 'Esc'
    return part.replace(/^(Key|Digit)/, '')
  })
}

/** `Mod+KeyK` for what was pressed. */
function pressed(event: KeyboardEvent): string {
  const mod = isMac ? event.metaKey : event.ctrlKey
  return [mod && 'Mod', event.shiftKey && 'Shift', event.code].filter(Boolean).join('+')
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

/**
 * The chat that went away, with the field in it, while somebody was typing. The rest of the sentence is not meant as commands:
 * until the person points at something or presses Escape, single keys do nothing.
 */
let interruptedId = 0

const isInterrupted = (): boolean => interruptedId !== 0 && interruptedId === chatId.value

/** Single keys act only when no field and no dialogue has the focus. */
export function listenToKeys(): () => void {
  const listen = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.altKey || event.isComposing || event.repeat) return
    // The other modifier belongs to the system: Win+R, or Ctrl+A on a Mac.
    if (isMac ? event.ctrlKey : event.metaKey) return
    const keys = pressed(event)
    const isGlobal = keys.startsWith('Mod+')
    if (event.code === 'Escape') interruptedId = 0
    if (!isGlobal && (isInterrupted() || isWriting(event.target) || document.querySelector('[role="dialog"],[role="menu"],[role="listbox"]'))) return
    const action = possible.value.find((one) => one.keys === keys)
    if (!action) return
    event.preventDefault()
    void attempt(action.run)
  }
  const point = (): void => void (interruptedId = 0)
  document.addEventListener('keydown', listen)
  document.addEventListener('pointerdown', point, true)
  return () => {
    document.removeEventListener('keydown', listen)
    document.removeEventListener('pointerdown', point, true)
  }
}

function toList(show: () => void): void {
  show()
  if (router.currentRoute.value.name !== 'inbox' && router.currentRoute.value.name !== 'chat') void router.push('/')
}

/** A chat that is taken away from us while it is open says so. */
export const takenAway = ref(0)

export function followTaking(): void {
  onChanges((changes) => {
    for (const change of changes) {
      if (change.type !== 'gone' || change.chat_id !== chatId.value) continue
      takenAway.value = change.chat_id
      if (isWriting(document.activeElement)) interruptedId = change.chat_id
    }
  })
}

export function isSnoozed(id: number): boolean {
  return ownOf(id)?.snoozed_until_ms != null
}
