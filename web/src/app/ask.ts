/** One question to the server and what became of it: for pages that fetch once and show the answer. */

import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'

export interface Asked<T> {
  /** The last answer; it stays while a newer one is on the way. */
  data: ShallowRef<T | null>
  error: ShallowRef<unknown>
  isBusy: Ref<boolean>
  /** Asks again; an older answer that arrives later is thrown away. */
  reload: () => Promise<void>
}

/** Asks at once, and again by `reload`; gives up when the component is gone. */
export function useAsked<T>(question: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<unknown>(null)
  const isBusy = ref(false)
  let running: AbortController | null = null

  async function reload(): Promise<void> {
    running?.abort()
    const mine = new AbortController()
    running = mine
    isBusy.value = true
    try {
      const answer = await question(mine.signal)
      if (running !== mine) return
      data.value = answer
      error.value = null
    } catch (failure) {
      if (running === mine) error.value = failure
    } finally {
      if (running === mine) isBusy.value = false
    }
  }

  onScopeDispose(() => {
    running?.abort()
    running = null
  })
  void reload()
  return { data, error, isBusy, reload }
}

/** A list that comes in pages. */
export function usePages<T, C extends string | number>(
  question: (cursor: C | null, signal: AbortSignal) => Promise<{ items: T[]; next: C | null }>,
) {
  const items = shallowRef<T[]>([])
  const next = shallowRef<C | null>(null)
  const asked = useAsked(async (signal) => {
    const page = await question(null, signal)
    items.value = page.items
    next.value = page.next
    return page
  })
  const isLoadingMore = ref(false)

  async function more(): Promise<void> {
    const cursor = next.value
    if (cursor === null || isLoadingMore.value || asked.isBusy.value) return
    isLoadingMore.value = true
    try {
      const page = await question(cursor, new AbortController().signal)
      // The filter may have changed meanwhile.
      if (next.value !== cursor) return
      items.value = [...items.value, ...page.items]
      next.value = page.next
    } catch (failure) {
      asked.error.value = failure
    } finally {
      isLoadingMore.value = false
    }
  }

  return { ...asked, items, next, more, isLoadingMore }
}
