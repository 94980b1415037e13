/** What comes faster than the screen can show it is taken together, once a frame. */

/** While nothing is drawn no frame comes. */
const WAIT_MS = 250

export interface PerFrame<T> {
  add: (item: T) => void
  /** Whatever waits is handed over now. */
  flush: () => void
}

/** Hands items over in their order: all that came since the last frame before the next one is drawn. */
export function perFrame<T>(act: (items: T[]) => void): PerFrame<T> {
  let waiting: T[] = []
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush(): void {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    const items = waiting
    waiting = []
    if (items.length > 0) act(items)
  }

  function add(item: T): void {
    waiting.push(item)
    if (waiting.length > 1) return
    frame = requestAnimationFrame(flush)
    timer = setTimeout(flush, WAIT_MS)
  }

  return { add, flush }
}
