/** Counts that the feed does not carry: asked for when something of theirs has changed, at most every few seconds. */

import { reactive } from 'vue'

import { onChanges, state } from './desk'
import { client } from './session'
import { clock } from './time'

const ASK_AFTER_MS = 3_000

export const extraCounts = reactive({ mentions: 0, snoozed: 0, saved: {} as Record<number, number> })

let isPlanned = false

export function startExtraCounts(): void {
  onChanges((changes) => {
    const matters = changes.some((change) => change.type === 'own' || (change.type === 'chat' && state.catalog.views.length > 0))
    if (matters || changes.some((change) => change.type === 'catalog' && change.name === 'views')) plan()
  })
  void askAll()
}

function plan(): void {
  if (isPlanned || document.visibilityState === 'hidden') return
  isPlanned = true
  clock.after(ASK_AFTER_MS, () => {
    isPlanned = false
    void askAll()
  })
}

async function askAll(): Promise<void> {
  try {
    extraCounts.mentions = (await client.call('trunkline.chat.count', { view: 'mentions' })).count
    extraCounts.snoozed = (await client.call('trunkline.chat.count', { view: 'snoozed' })).count
    for (const view of state.catalog.views.slice(0, 20)) {
      extraCounts.saved[view.id] = (await client.call('trunkline.chat.count', { view: view.view, filter: view.filter })).count
    }
  } catch {
    // The numbers stay as they are until the next change.
  }
}
