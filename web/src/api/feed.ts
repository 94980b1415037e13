/**
 * The live feed, shared by all tabs of a browser: one of them leads (a Web Lock says which) and passes on what it hears
 * over a BroadcastChannel. A tab that joins says how far it has come and gets the rest from the leader's memory. Browsers
 * allow six connections to a host, so a feed for each of ten tabs would leave none for anything else.
 */

import type { Clock } from './clock'
import { connect, SILENCE_MS_MAX, type Batch, type Beat, type Connection, type FeedEvents, type FeedState, type Source } from './connection'
import type { Live } from './types'

export type { Batch, Beat, FeedEvents, FeedState, Source } from './connection'

/** What we use of a BroadcastChannel. */
export interface Channel {
  post(message: Note): void
  listen(listener: (message: Note) => void): void
  close(): void
}

/** What tabs say to each other. */
export type Note =
  | { kind: 'leads' }
  | { kind: 'join'; tab: string; after: number }
  | { kind: 'catch_up'; tab: string; batches: Batch[]; state: FeedState }
  | { kind: 'too_far'; tab: string }
  | { kind: 'changes'; batch: Batch }
  | { kind: 'live'; live: Live }
  | { kind: 'state'; state: FeedState }
  | { kind: 'beat'; beat: Beat }
  | { kind: 'reset'; reason: string }
  | { kind: 'bye' }

export interface FeedOptions {
  clock: Clock
  random: () => number
  open: (url: string) => Source
  after: number
  /** Unique among the tabs. */
  tab: string
  /** Null where the browser has none: then every tab has its own connection. */
  channel: Channel | null
  /** Calls `lead` when this tab becomes the leader; it stays so until the tab is gone. The result gives up the wish. */
  elect: (lead: () => void) => () => void
}

export interface Feed {
  number(): number
  resume(number: number): void
  nudge(): void
  network(isThere: 'online' | 'offline'): void
  close(): void
  role(): 'leader' | 'follower' | 'alone'
}

/** How many batches the leader remembers for tabs that join. */
const MEMORY_BATCHES_MAX = 2_000

export function openFeed(options: FeedOptions, events: FeedEvents): Feed {
  const { channel, clock } = options
  let role: 'leader' | 'follower' | 'alone' = channel ? 'follower' : 'alone'
  let number = options.after
  let connection: Connection | null = null
  let state: FeedState = 'reconnecting'
  let heardMs = clock.now()
  let hasJoined = false
  let isClosed = false
  /** After a reset or a bye: what is heard is of no use, and nobody is joined, until `resume`. */
  let isParked = false
  let held: Batch[] = []
  const memory: { since: number; batches: Batch[] } = { since: number, batches: [] }

  function say(note: Note): void {
    if (role === 'leader') channel?.post(note)
  }

  function take(batch: Batch): void {
    events.changes(batch)
    if (batch.number > number) number = batch.number
  }

  function tell(next: FeedState): void {
    state = next
    events.state(next)
  }

  function ownConnection(): void {
    memory.since = number
    memory.batches = []
    connection = connect({ clock, random: options.random, open: options.open, after: number }, {
      changes(batch) {
        take(batch)
        memory.batches.push(batch)
        if (memory.batches.length > MEMORY_BATCHES_MAX) memory.since = memory.batches.shift()?.number ?? memory.since
        say({ kind: 'changes', batch })
      },
      live(live) {
        events.live(live)
        say({ kind: 'live', live })
      },
      state(next) {
        tell(next)
        if (!isClosed) say({ kind: 'state', state: next })
      },
      beat(beat) {
        events.beat(beat)
        say({ kind: 'beat', beat })
      },
      reset(reason) {
        isParked = true
        say({ kind: 'reset', reason })
        events.reset(reason)
      },
      bye() {
        isParked = true
        say({ kind: 'bye' })
        events.bye()
      },
      failing: (attempt) => events.failing(attempt),
    })
  }

  function lead(): void {
    if (isClosed || role === 'alone') return
    role = 'leader'
    // While everything is fetched again, nobody knows yet from where to go on: `resume` will say.
    if (isParked) return
    ownConnection()
    say({ kind: 'leads' })
  }

  function join(): void {
    hasJoined = false
    held = []
    channel?.post({ kind: 'join', tab: options.tab, after: number })
  }

  function answer(note: Extract<Note, { kind: 'join' }>): void {
    // What is remembered ends before the gap; whoever asks hears 'leads' when the leader knows where it goes on.
    if (isParked) return
    if (note.after < memory.since) {
      say({ kind: 'too_far', tab: note.tab })
      return
    }
    const batches = memory.batches.filter((batch) => batch.number > note.after)
    say({ kind: 'catch_up', tab: note.tab, batches, state })
  }

  function park(): void {
    isParked = true
    hasJoined = false
    held = []
    tell('reconnecting')
  }

  function follow(note: Note): void {
    heardMs = clock.now()
    if (isParked && note.kind !== 'beat') return
    switch (note.kind) {
      case 'leads':
        join()
        return
      case 'catch_up':
        if (note.tab !== options.tab) return
        for (const batch of [...note.batches, ...held]) take(batch)
        held = []
        hasJoined = true
        tell(note.state)
        return
      case 'too_far':
        if (note.tab !== options.tab) return
        park()
        events.reset('too far behind')
        return
      case 'changes':
        // Out of turn before we have caught up: a number must never be passed over.
        if (hasJoined) take(note.batch)
        else held.push(note.batch)
        return
      case 'live':
        events.live(note.live)
        return
      case 'state':
        if (hasJoined) tell(note.state)
        return
      case 'beat':
        events.beat(note.beat)
        return
      case 'reset':
        park()
        events.reset(note.reason)
        return
      case 'bye':
        park()
        events.bye()
        return
      case 'join':
    }
  }

  /**
   * A leader that says nothing for too long is not to be relied on: this tab helps itself, and no longer waits to lead,
   * because a lock in the hands of somebody who does not lead would leave all others without a leader.
   */
  function watch(): void {
    if (isClosed || role !== 'follower') return
    if (!isParked && clock.now() - heardMs > SILENCE_MS_MAX) {
      role = 'alone'
      giveUp()
      ownConnection()
      return
    }
    if (!hasJoined && !isParked) join()
    clock.after(5_000, watch)
  }

  channel?.listen((note) => {
    if (isClosed) return
    if (role === 'leader' && note.kind === 'join') answer(note)
    if (role === 'follower') follow(note)
  })
  const giveUp = channel ? options.elect(lead) : () => {}
  events.state(state)
  if (role === 'alone') ownConnection()
  else if (role === 'follower') {
    join()
    clock.after(5_000, watch)
  }

  return {
    number: () => connection?.number() ?? number,
    resume(next) {
      if (isClosed) return
      number = next
      isParked = false
      if (role === 'follower') {
        join()
        return
      }
      memory.since = next
      memory.batches = []
      if (connection) connection.resume(next)
      else ownConnection()
      say({ kind: 'leads' })
    },
    nudge: () => connection?.nudge(),
    network: (isThere) => connection?.network(isThere),
    close() {
      isClosed = true
      connection?.close()
      if (!connection) tell('offline')
      giveUp()
      channel?.close()
    },
    role: () => role,
  }
}

/** The channel and the election of this browser, or what stands in where it has none. */
export function browserSharing(name: string): Pick<FeedOptions, 'channel' | 'elect'> {
  const alone = { channel: null, elect: () => () => {} }
  if (!('BroadcastChannel' in globalThis) || !globalThis.navigator?.locks) return alone
  const channel = new BroadcastChannel(name)
  return {
    channel: {
      post: (note) => channel.postMessage(note),
      listen: (listener) => channel.addEventListener('message', (event) => listener(event.data as Note)),
      close: () => channel.close(),
    },
    elect(lead) {
      const wish = new AbortController()
      let release = () => {}
      void navigator.locks
        .request(name, { signal: wish.signal }, () => {
          lead()
          return new Promise<void>((resolve) => (release = resolve))
        })
        .catch(() => {})
      return () => {
        wish.abort()
        release()
      }
    },
  }
}
