/** What the inbox shows: which list, which chat, which pane on a phone. */

import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { isNavigationFailure, NavigationFailureType } from 'vue-router'

import type { Filter, Message, SavedView, Sort, ViewName } from '@/api/types'
import type { ChatList, Query } from '@/state/model'
import { router } from '@/router'

import { afterPaint } from './after-paint'
import { isReady, openList, state } from './desk'
import { preferences } from './preferences'
import { clock } from './time'

interface Chosen {
  view: ViewName
  filter: Filter
  sort: Sort
  /** 0: none of the saved ones. */
  saved_id: number
}

/** Of each person by itself: the next one at this browser chooses anew. */
const key = () => `inbox:${state.meId}`

function stored(): Partial<Chosen> {
  try {
    return JSON.parse(localStorage.getItem(key()) ?? '{}') as Partial<Chosen>
  } catch {
    return {}
  }
}

export const chosen = reactive<Chosen>({ view: 'mine', filter: {}, sort: 'newest', saved_id: 0 })

watch(isReady, (ready) => ready && Object.assign(chosen, stored()), { immediate: true, flush: 'sync' })
watch(chosen, () => isReady.value && localStorage.setItem(key(), JSON.stringify(chosen)), { deep: true })

export const query = computed<Query>(() => ({ view: chosen.view, filter: { ...chosen.filter }, sort: chosen.view === 'closed' ? 'newest' : chosen.sort }))

/** The list on the screen; null until the desk is ready. */
export const list = computed<ChatList | null>(() => (isReady.value ? openList(query.value) : null))

export const chatId = computed(() => Number(router.currentRoute.value.params.chat ?? 0))
const STAY_MS = 150

/** The chat with which somebody stays. About those that are only passed by, key after key, nothing needs to be asked. */
export const stayedId = ref(0)

let cancelStay: (() => void) | null = null

watch(chatId, (id) => {
  cancelStay?.()
  cancelStay = clock.after(id ? STAY_MS : 0, () => (stayedId.value = id))
}, { immediate: true })

export const messageNo = computed(() => {
  const no = Number(router.currentRoute.value.params.message ?? 0)
  return no > 0 ? no : undefined
})
export const chat = computed(() => state.chats.get(chatId.value) ?? null)

/**
 * The chat that the context panel shows: the open one, as soon as its thread is on the screen, for which people switch. All that
 * the panel shows and does is of one chat at any time.
 */
export const panelChatId = ref(chatId.value)
export const panelChat = computed(() => state.chats.get(panelChatId.value) ?? null)

let cancelPanel: (() => void) | null = null

watch(chatId, (id) => {
  cancelPanel?.()
  cancelPanel = afterPaint(() => (panelChatId.value = id))
})

/** What lies over the chat where there is no place for it beside the chat. */
export const isPanelOpen = ref(false)
export const areViewsOpen = ref(false)

const wide = matchMedia('(min-width: 64rem)')
/** There the panel has a place of its own, which the person keeps or gives up for good; elsewhere it comes and goes. */
const isWide = ref(wide.matches)
wide.addEventListener('change', () => (isWide.value = wide.matches))

export const isPanelShown = computed({
  get: () => (isWide.value ? preferences.has_panel : isPanelOpen.value),
  set(isShown) {
    if (isWide.value) preferences.has_panel = isShown
    else isPanelOpen.value = isShown
  },
})

export function togglePanel(): void {
  isPanelShown.value = !isPanelShown.value
}

/** Counts up when a message is asked for whose address is the one already shown: nothing else would tell. */
export const shownAgain = ref(0)

/** The open chat if a key led to it, from the one before: then the next key is to lead on, and is not meant for its composer. */
export const steppedId = ref(0)

export function openChat(id: number, no?: number): void {
  steppedId.value = 0
  void router.push({ name: 'chat', params: { chat: id, ...(no && { message: no }) } }).then((failure) => {
    if (no && isNavigationFailure(failure, NavigationFailureType.duplicated)) shownAgain.value += 1
  })
}

export function stepTo(id: number): void {
  openChat(id)
  steppedId.value = id
}

export function closeChat(): void {
  isPanelOpen.value = false
  void router.push({ name: 'inbox' })
}

/** The chat before or after the open one in the list. */
export function neighbour(step: 1 | -1): number | undefined {
  const ids = list.value?.ids ?? []
  const at = ids.indexOf(chatId.value)
  if (at < 0) return ids[0]
  return ids[at + step]
}

export function showView(view: ViewName, filter: Filter = {}): void {
  Object.assign(chosen, { view, filter, saved_id: 0 })
  areViewsOpen.value = false
}

export function showSaved(view: SavedView): void {
  Object.assign(chosen, { view: view.view, filter: view.filter, sort: view.sort, saved_id: view.id })
  areViewsOpen.value = false
}

/** The message whose way the context panel explains; null: those of the whole chat. */
export const inspected = shallowRef<Message | null>(null)
/** Counts up with every wish to see it, also of the same message again. */
export const inspections = ref(0)

export function inspect(message: Message): void {
  inspected.value = message
  inspections.value += 1
  isPanelShown.value = true
}

watch(chatId, () => (isPanelOpen.value = false))
watch(panelChatId, () => (inspected.value = null), { flush: 'sync' })
