/** Tells the others which chat is open here. */

import { onBeforeUnmount, watch, type Ref } from 'vue'

import { isReady } from './desk'
import { client } from './session'
import { clock } from './time'

const AGAIN_MS = 30_000

export function useLooking(chatId: Ref<number>): void {
  let cancel: (() => void) | null = null

  function say(id: number): void {
    cancel?.()
    if (!isReady.value) return
    if (document.visibilityState === 'visible') void client.call('trunkline.chat.look', { chat_id: id }).catch(() => {})
    cancel = id ? clock.after(AGAIN_MS, () => say(id)) : null
  }

  watch([chatId, isReady], () => say(chatId.value), { immediate: true })
  onBeforeUnmount(() => say(0))
}
