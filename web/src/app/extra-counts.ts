/** Counts that the feed does not carry: asked for when something of theirs has changed, at most every few seconds. */

import { computed, reactive, watch } from 'vue'

import type { Filter, ViewName } from '@/api/types'
import { listOf } from '@/state/lists'
import { MINE, queryKey } from '@/state/query'

import { loadMore, onChanges, onRefetched, state } from './desk'
import { client } from './session'
import { clock } from './time'

const ASK_AFTER_MS = 3_000
const AGAIN_AFTER_MS = 30_000
const VIEWS_MAX = 20

export const extraCounts = reactive({ mine: 0, unread: 0, mentions: 0, snoozed: 0, saved: {} as Record<number, number> })

/** What is mine is counted here, at once and also in a tab that nobody sees: most people's list is whole with its first page. */
const mine = computed(() => state.lists.get(queryKey(MINE)))
const isLong = computed(() => Boolean(mine.value?.next))

/** Chats of mine that are not snoozed. */
export const mineCount = computed(() => (isLong.value ? extraCounts.mine : (mine.value?.ids.length ?? 0)))

/** Those of them in which something is unread; in a tab that nobody sees, of a long list, those that are known. */
export const unreadCount = computed(() => {
  const known = (mine.value?.ids ?? []).filter((id) => (state.owns.get(id)?.unread ?? 0) > 0).length
  return isLong.value ? Math.max(known, extraCounts.unread) : known
})

/** Something has changed since they were asked for. */
let isDue = false
let isPlanned = false

export function startExtraCounts(): void {
  onChanges((changes) => {
    const isFiltered = state.catalog.views.length > 0 || isLong.value
    const matters = changes.some((change) => change.type === 'own' || (change.type === 'chat' && isFiltered))
    if (matters || changes.some((change) => change.type === 'catalog' && change.name === 'views')) plan(ASK_AFTER_MS)
  })
  onRefetched(() => {
    void openMine()
    plan(0)
  })
  // A tab that nobody sees does not ask; it does as soon as somebody looks.
  document.addEventListener('visibilitychange', () => isDue && plan(0))
  watch(isLong, (mustAsk) => mustAsk && plan(0))
  void openMine()
  plan(0)
}

async function openMine(): Promise<void> {
  const list = listOf(state, MINE)
  if (list.next === undefined) await loadMore(list)
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
    await openMine()
    if (isLong.value) {
      extraCounts.mine = (await count(MINE.view)).count
      extraCounts.unread = (await count(MINE.view, { unread: true })).count
    }
    extraCounts.mentions = (await count('mentions')).count
    extraCounts.snoozed = (await count('snoozed')).count
    for (const view of state.catalog.views.slice(0, VIEWS_MAX)) {
      extraCounts.saved[view.id] = (await count(view.view, view.filter)).count
    }
  } catch {
    isDue = true
    waitMs = AGAIN_AFTER_MS
  }
  // What changed while they were asked for is asked for again.
  isPlanned = false
  if (isDue) plan(waitMs)
}

const count = (view: ViewName, filter: Filter = {}) => client.call('trunkline.chat.count', { view, filter })
