/** How the channels do, as far as somebody who answers customers has to know it. */

import { onScopeDispose, shallowRef, watch } from 'vue'

import type { Chat, ConnectorHealth } from '@/api/types'

import { onChanges } from './desk'
import { client } from './session'
import { clock } from './time'

/** Waiting shorter than this is on its way. */
const LAG_MS_MAX = 60_000
/** How often it is asked while nothing happens, and at most. */
const AGAIN_MS = 60_000
const PAUSE_MS = 5_000

export type Trouble =
  /** Nothing is exchanged with it at all. */
  | { kind: 'off' }
  /** It has reported an error itself. */
  | { kind: 'error' }
  | { kind: 'waits'; count: number; lag_ms: number; reason: string }
  /** What it was told last did not get through. */
  | { kind: 'failed'; reason: string }

/** What is wrong with the channel of a chat; null: nothing that is known. */
export function troubleOf(health: ConnectorHealth, lineId: number): Trouble | null {
  const channel = health.channels.find((one) => one.line_id === lineId)
  // A chat may have been passed to a line that is not the channel's own.
  const isActive = channel ? channel.active : health.channels.some((one) => one.active)
  if (!isActive) return { kind: 'off' }
  if (channel?.error) return { kind: 'error' }
  const reason = health.last_error?.text ?? ''
  if (health.queued > 0 && (reason || (health.lag_ms ?? 0) > LAG_MS_MAX)) {
    return { kind: 'waits', count: health.queued, lag_ms: health.lag_ms ?? 0, reason }
  }
  return reason ? { kind: 'failed', reason } : null
}

const known = shallowRef<readonly ConnectorHealth[]>([])
let askedMs = -Infinity
let isAsking = false
let isPlanned = false

/** Asks soon, and not more often than need be, however many want to know. */
function ask(): void {
  if (isPlanned || document.visibilityState === 'hidden') return
  isPlanned = true
  clock.after(Math.max(0, askedMs + PAUSE_MS - clock.now()), () => void fetchHealth())
}

async function fetchHealth(): Promise<void> {
  isPlanned = false
  if (isAsking) return
  isAsking = true
  askedMs = clock.now()
  try {
    known.value = (await client.call('trunkline.connector.list', {})).connectors
  } catch {
    // What was known stays; it is asked again in a while.
  } finally {
    isAsking = false
  }
}

/** The trouble with a chat's channel, kept up to date for as long as it is shown. */
export function useTrouble(chat: () => Chat): () => Trouble | null {
  let cancel = () => {}
  function again(): void {
    ask()
    cancel()
    cancel = clock.after(AGAIN_MS, again)
  }
  watch(() => chat().connector, again, { immediate: true })
  const stop = onChanges((changes) => {
    // A reply got stuck, or got through after all.
    const matters = changes.some(
      (change) =>
        (change.type === 'message' && change.message.chat_id === chat().id && change.message.direction === 'out' && (change.message.failure !== null || trouble() !== null)) ||
        (change.type === 'catalog' && change.name === 'connectors'),
    )
    if (matters) ask()
  })
  onScopeDispose(() => {
    cancel()
    stop()
  })

  function trouble(): Trouble | null {
    const code = chat().connector.toLowerCase()
    const health = known.value.find((one) => one.code.toLowerCase() === code)
    return health ? troubleOf(health, chat().line_id) : null
  }
  return trouble
}
