/** Counts that the feed does not carry: asked for when something of theirs has changed, at most every few seconds. */

import { reactive } from 'vue'

import { onChanges, onRefetched, state } from './desk'
import { client } from './session'
import { clock } from './time'

const ASK_AFTER_MS = 3_000
const AGAIN_AFTER_MS = 30_000
const VIEWS_MAX = 20

export const extraCounts = reactive({ mentions: 0, snoozed: 0, saved: {} as Record<number, number> })

/** Something has changed since they were asked for. */
let isDue = false
let isPlanned = false

export function startExtraCounts(): void {
  onChanges((changes) => {
    const matters = changes.some((change) => change.type === 'own' || (change.type === 'chat' && state.catalog.views.length > 0))
    if (matters || changes.some((change) => change.type === 'catalog' && change.name === 'views')) plan(ASK_AFTER_MS)
  })
  onRefetched(() => plan(0))
  // A tab that nobody sees does not ask; it does as soon as somebody looks.
  document.addEventListener('visibilitychange', () => isDue && plan(0))
  plan(0)
}

function plan(afterMs: number): void {
  isDue = true
  if (isPlanned || document.visibilityState === 'hidden') return
  isPlanned = true
  clock.after(afterMs, () => void ask())
}

async function ask(): Promise<void> {
  isDue = false
  let waitMs = ASK_AFTER_MS
  try {
    extraCounts.mentions = (await client.call('trunkline.chat.count', { view: 'mentions' })).count
    extraCounts.snoozed = (await client.call('trunkline.chat.count', { view: 'snoozed' })).count
    for (const view of state.catalog.views.slice(0, VIEWS_MAX)) {
      extraCounts.saved[view.id] = (await client.call('trunkline.chat.count', { view: view.view, filter: view.filter })).count
    }
  } catch {
    isDue = true
    waitMs = AGAIN_AFTER_MS
  }
  // What changed while they were asked for is asked for again.
  isPlanned = false
  if (isDue) plan(waitMs)
}
