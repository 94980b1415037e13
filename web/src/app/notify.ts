/** Sound, desktop notification, the number in the title and on the icon: each by itself, each can be switched off. */

import { computed, watch } from 'vue'

import type { Chat, Message } from '@/api/types'
import { viewCounts } from '@/state/counts'
import { plain } from '@/ui/bbcode'
import { t } from '@/i18n'

import { onChanges, state } from './desk'
import { unreadCount } from './extra-counts'
import { chatName } from './format'
import { chatId, openChat } from './inbox'
import { preferences } from './preferences'
import { clock } from './time'

/** What has come in while the feed catches up is not news. */
const FRESH_MS = 60_000
const QUIET_MS = 1_500
const HEARD_MAX = 500
/** What a tab nobody looks at lets the others go ahead: the news may reach the one in front of somebody a little later. */
const BEHIND_MS = 400
/** Long enough for the other tabs to come too late. */
const ANSWERED_MS = 2_000

const heard = new Set<number>()
let soundMs = 0
let audio: AudioContext | null = null

export function startNotifying(nowMs: () => number): void {
  onChanges((changes) => {
    for (const change of changes) {
      if (change.type === 'message' && isNews(change.message, nowMs())) tell(change.message, nowMs())
    }
  })
  watch([unreadCount, unassigned, () => preferences.badge], badge, { immediate: true })
}

const unassigned = computed(() => viewCounts(state.live.counts).unassigned)

function isNews(message: Message, nowMs: number): boolean {
  if (message.direction !== 'in' || heard.has(message.id) || nowMs - message.created_ms > FRESH_MS) return false
  if (message.edited_ms !== null || message.deleted_ms !== null) return false
  heard.add(message.id)
  if (heard.size > HEARD_MAX) heard.delete(heard.values().next().value ?? 0)
  const chat = state.chats.get(message.chat_id)
  if (!chat || chat.silent) return false
  return preferences.notify_what === 'all' || concernsMe(chat)
}

function concernsMe(chat: Chat): boolean {
  const owner = chat.session?.owner_id ?? 0
  return owner === state.meId || owner === 0
}

function tell(message: Message, nowMs: number): void {
  const isWatched = document.hasFocus() && chatId.value === message.chat_id
  // Of several tabs only one answers, the first that gets the lock; the one in which the chat is being read, by silence.
  const answer = () => once(`trunkline-news-${message.id}`, () => {
    if (isWatched) return
    if (preferences.sound && nowMs - soundMs > QUIET_MS) {
      soundMs = nowMs
      play(preferences.sound_volume)
    }
    if (preferences.notify && !document.hasFocus()) show(message)
  })
  if (document.hasFocus()) void answer()
  else clock.after(BEHIND_MS, () => void answer())
}

async function once(name: string, act: () => void): Promise<void> {
  if (!navigator.locks) return act()
  await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (!lock) return
    act()
    await new Promise<void>((resolve) => clock.after(ANSWERED_MS, resolve))
  })
}

function show(message: Message): void {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return
  const chat = state.chats.get(message.chat_id)
  if (!chat) return
  const body = plain(message.body).slice(0, 200) || t('list.no_text')
  const note = new Notification(chatName(chat), { body, tag: `chat-${chat.id}` })
  note.onclick = () => {
    window.focus()
    openChat(chat.id)
    note.close()
  }
}

/** Two short tones, made here: nothing to load. */
export function play(volume: number): void {
  audio ??= new AudioContext()
  const start = audio.currentTime
  for (const [at, pitch] of [[0, 660], [0.11, 880]] as const) {
    const tone = audio.createOscillator()
    const gain = audio.createGain()
    tone.frequency.value = pitch
    gain.gain.setValueAtTime(0.0001, start + at)
    gain.gain.exponentialRampToValueAtTime(Math.max(0.001, volume * 0.3), start + at + 0.01)
    gain.gain.exponentialRampToValueAtTime(0.0001, start + at + 0.18)
    tone.connect(gain).connect(audio.destination)
    tone.start(start + at)
    tone.stop(start + at + 0.2)
  }
}

const TITLE = 'Trunkline'

/** The number is of chats of mine in which something is unread; the mark on the icon also says that somebody waits whom nobody has. */
function badge(): void {
  const count = preferences.badge ? unreadCount.value : 0
  const hasMark = preferences.badge && unreadCount.value + unassigned.value > 0
  document.title = count ? `(${count > 99 ? '99+' : count}) ${TITLE}` : TITLE
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
  if (icon) icon.href = hasMark ? '/favicon-news.svg' : '/favicon.svg'
  if ('setAppBadge' in navigator) void navigator.setAppBadge(count).catch(() => {})
}
