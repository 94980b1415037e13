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

/** The server's time, its version, and who is signed in in this browser. */
export interface Beat {
  now_ms?: number
  build?: string
  user_id?: number
}

export interface FeedEvents {
  changes(batch: Batch): void
  live(live: Live): void
  /** Everything must be fetched again; the feed goes on from wherever `resume` says. */
  reset(reason: string): void
  state(state: FeedState): void
  /** The server says that the session has ended; the feed rests until `resume`, should it be there after all. */
  bye(): void
  /** Any sign of life; the first of each connection says for whom the feed is. */
  beat(beat: Beat): void
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
  let hasHello = false
  let isClosed = false
  /** After a reset or a bye nothing is opened until somebody says from where to go on. */
  let isParked = false
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
    isParked = false
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
      events.beat(data as Beat)
    })
    on('beat', (data) => {
      const beat = data as Beat & { number?: number }
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
      park()
      events.reset((data as { reason?: string }).reason ?? 'reset')
    })
    on('bye', () => {
      park()
      events.bye()
    })
    mine.addEventListener('error', () => {
      if (source === mine && !isClosed) retryLater()
    })
  }

  function park(): void {
    source?.close()
    source = null
    isParked = true
    tellDown()
  }

  /** Without a connection nothing on the screen is known to be true now. */
  function tellDown(): void {
    if (state === 'live') downSinceMs = clock.now()
    tell(isOffline() ? 'offline' : 'reconnecting')
  }

  function retryLater(): void {
    source?.close()
    source = null
    attempt += 1
    tellDown()
    events.failing(attempt)
    const most = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** Math.min(attempt - 1, 10))
    cancelRetry = clock.after(most * (0.5 + options.random() / 2), open)
  }

  function isOffline(): boolean {
    return !hasNetwork || clock.now() - downSinceMs > OFFLINE_AFTER_MS
  }

  function reopen(): void {
    tellDown()
    open()
  }

  function watch(): void {
    if (isClosed) return
    const late = clock.now() - tickMs - WATCH_MS
    tickMs = clock.now()
    const isSilent = clock.now() - heardMs > SILENCE_MS_MAX
    if (source && (late > SLEEP_MS || isSilent)) reopen()
    else if (state === 'reconnecting' && isOffline()) tell('offline')
    clock.after(WATCH_MS, watch)
  }

  function close(): void {
    isClosed = true
    cancelRetry?.()
    source?.close()
    source = null
    tell('offline')
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
      if (state !== 'live' && !isParked) open()
    },
    network(isThere) {
      hasNetwork = isThere === 'online'
      if (hasNetwork) {
        if (state !== 'live' && !isParked) open()
      } else {
        if (state === 'live') downSinceMs = clock.now()
        // The connection is kept: if it still speaks, it is believed more than the device.
        tell('offline')
      }
    },
    close,
  }
}
