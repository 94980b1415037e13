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

/** Asks at once, and again by `reload`; gives up when the component is gone. `take` gets each answer that counts. */
export function useAsked<T>(question: (signal: AbortSignal) => Promise<T>, take: (answer: T) => void = () => {}): Asked<T> {
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
      take(answer)
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

/** A list that comes in pages. What went wrong while there is something to see is said below it, by ui/PageEnd.vue. */
export function usePages<T, C extends string | number>(
  question: (cursor: C | null, signal: AbortSignal) => Promise<{ items: T[]; next: C | null }>,
) {
  const items = shallowRef<T[]>([])
  const next = shallowRef<C | null>(null)
  const asked = useAsked((signal) => question(null, signal), (page) => {
    items.value = page.items
    next.value = page.next
  })
  const isLoadingMore = ref(false)
  let hasMoreFailed = false
  const leaving = new AbortController()
  onScopeDispose(() => leaving.abort())

  async function more(): Promise<void> {
    const [cursor, first] = [next.value, asked.data.value]
    if (cursor === null || isLoadingMore.value || asked.isBusy.value) return
    isLoadingMore.value = true
    asked.error.value = null
    // The filter may change meanwhile.
    const isOutdated = () => asked.data.value !== first
    try {
      const page = await question(cursor, leaving.signal)
      if (isOutdated()) return
      items.value = [...items.value, ...page.items]
      next.value = page.next
    } catch (failure) {
      if (isOutdated()) return
      asked.error.value = failure
      hasMoreFailed = true
    } finally {
      isLoadingMore.value = false
    }
  }

  function reload(): Promise<void> {
    hasMoreFailed = false
    return asked.reload()
  }

  /** What failed last. */
  const retry = () => (hasMoreFailed ? more() : reload())

  return { ...asked, items, next, isLoadingMore, more, reload, retry }
}

export type Pages = ReturnType<typeof usePages<unknown, string | number>>
