/**
 * One connection to the live feed that never gives up: it resumes from the last number, backs off with jitter, and
 * does not believe in a connection that has been silent for too long (a laptop that slept, a dead Wi-Fi).
 */

import type { Clock } from './clock'
import type { Change, Live } from './types'

export type FeedState = 'live' | 'reconnecting' | 'offline'

/** What we use of an EventSource. */
export interface Source {
  addEventListener(name: string, listener: (event: { data?: string }) => void): void
  close(): void
}

export interface Batch {
  number: number
  changes: Change[]
}

export interface FeedEvents {
  changes(batch: Batch): void
  live(live: Live): void
  /** Everything must be fetched again; the feed goes on from wherever `resume` says. */
  reset(reason: string): void
  state(state: FeedState): void
  /** The session ended on the server. */
  bye(): void
  /** Any sign of life with the server's time and build. */
  beat(beat: { now_ms?: number; build?: string }): void
  /** The n-th attempt in a row failed; somebody should look whether the session is still there. */
  failing(attempt: number): void
}

export interface ConnectionOptions {
  clock: Clock
  /** In [0, 1). */
  random: () => number
  open: (url: string) => Source
  after: number
}

export interface Connection {
  /** The number up to which everything has been received. */
  number(): number
  /** Sets the number after a fetch made everything before it superfluous, and connects again from there. */
  resume(number: number): void
  /** Connects at once instead of waiting for the next attempt: the network came back, the tab woke up. */
  nudge(): void
  /** The device says whether it has a network. */
  network(isThere: 'online' | 'offline'): void
  close(): void
}

export const SILENCE_MS_MAX = 40_000
const WATCH_MS = 5_000
/** A tick that comes this late means that the device slept. */
const SLEEP_MS = 20_000
const BACKOFF_MS_MIN = 500
const BACKOFF_MS_MAX = 30_000
/** After this long without a connection we say "offline", although we go on trying. */
const OFFLINE_AFTER_MS = 30_000

export function connect(options: ConnectionOptions, events: FeedEvents): Connection {
  const { clock } = options
  let number = options.after
  let source: Source | null = null
  let attempt = 0
  let cancelRetry: (() => void) | null = null
  let state: FeedState = 'reconnecting'
  let heardMs = clock.now()
  let tickMs = clock.now()
  let downSinceMs = clock.now()
  let hasBeat = false
  let hasHello = false
  let isClosed = false
  let hasNetwork = true

  function tell(next: FeedState): void {
    if (next === state) return
    state = next
    events.state(next)
  }

  function heard(): void {
    heardMs = clock.now()
  }

  function open(): void {
    if (isClosed) return
    cancelRetry?.()
    cancelRetry = null
    source?.close()
    hasBeat = false
    hasHello = false
    heard()
    const mine = options.open(`/api/feed?after=${number}`)
    source = mine
    const on = (name: string, act: (data: unknown) => void) =>
      mine.addEventListener(name, (event) => {
        if (source !== mine || isClosed) return
        heard()
        // The device thought that it had no network, and yet here is somebody speaking.
        if (hasHello) tell('live')
        act(event.data === undefined ? null : JSON.parse(event.data))
      })
    on('hello', (data) => {
      attempt = 0
      hasHello = true
      tell('live')
      events.beat(data as { now_ms?: number; build?: string })
    })
    on('beat', (data) => {
      hasBeat = true
      const beat = data as { number?: number; now_ms?: number }
      // Nothing below this number is still to come, so the next connection need not ask for it.
      if (beat.number !== undefined && beat.number > number) number = beat.number
      events.beat(beat)
    })
    on('change', (data) => {
      const batch = data as Batch
      events.changes(batch)
      if (batch.number > number) number = batch.number
    })
    on('live', (data) => events.live(data as Live))
    on('reset', (data) => {
      // Whoever fetches again calls resume(); until then nothing of this connection is of use.
      mine.close()
      source = null
      events.reset((data as { reason?: string }).reason ?? 'reset')
    })
    on('bye', () => {
      close()
      events.bye()
    })
    mine.addEventListener('error', () => {
      if (source === mine && !isClosed) retryLater()
    })
  }

  function retryLater(): void {
    source?.close()
    source = null
    if (state === 'live') downSinceMs = clock.now()
    attempt += 1
    tell(isOffline() ? 'offline' : 'reconnecting')
    events.failing(attempt)
    const most = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** Math.min(attempt - 1, 10))
    cancelRetry = clock.after(most * (0.5 + options.random() / 2), open)
  }

  function isOffline(): boolean {
    return !hasNetwork || clock.now() - downSinceMs > OFFLINE_AFTER_MS
  }

  function reopen(): void {
    if (state === 'live') downSinceMs = clock.now()
    tell(isOffline() ? 'offline' : 'reconnecting')
    open()
  }

  function watch(): void {
    if (isClosed) return
    const late = clock.now() - tickMs - WATCH_MS
    tickMs = clock.now()
    const isSilent = hasBeat && clock.now() - heardMs > SILENCE_MS_MAX
    if (source && (late > SLEEP_MS || isSilent)) reopen()
    else if (state === 'reconnecting' && isOffline()) tell('offline')
    clock.after(WATCH_MS, watch)
  }

  function close(): void {
    isClosed = true
    cancelRetry?.()
    source?.close()
    source = null
  }

  events.state(state)
  open()
  clock.after(WATCH_MS, watch)

  return {
    number: () => number,
    resume(next) {
      number = next
      open()
    },
    nudge() {
      if (state !== 'live') open()
    },
    network(isThere) {
      hasNetwork = isThere === 'online'
      if (hasNetwork) {
        if (state !== 'live') open()
      } else {
        if (state === 'live') downSinceMs = clock.now()
        // The connection is kept: if it still speaks, it is believed more than the device.
        tell('offline')
      }
    },
    close,
  }
}
