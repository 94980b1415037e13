/** One delivery as it stands now, its attempts once somebody looks, and sending it again. */

import { computed, ref, shallowRef, watch } from 'vue'

import type { Attempt, Delivery } from '@/api/types'
import { keepDelivery } from '@/state/apply'

import { state } from './desk'
import { explain } from './failure'
import { client } from './session'

export function useDelivery(fetched: () => Delivery, startsOpen = false) {
  const told = computed(() => state.deliveries.get(fetched().id))
  /** The feed knows newer states than the page that was fetched, and what it has told once it may not tell again. */
  const one = shallowRef<Delivery>(told.value ?? fetched())
  watch([fetched, told], ([page, now], [before]) => {
    if (now) one.value = now
    else if (page !== before) one.value = page
  }, { flush: 'sync' })
  const isOpen = ref(startsOpen)
  const attempts = shallowRef<Attempt[] | null>(null)
  const problem = ref('')
  const isReplaying = ref(false)

  /** Of two answers the one that was asked for last counts. */
  let asked = 0

  async function ask(method: 'trunkline.delivery.get' | 'trunkline.delivery.replay'): Promise<void> {
    const mine = (asked += 1)
    problem.value = ''
    try {
      const answer = await client.call(method, { id: fetched().id })
      if (mine !== asked) return
      attempts.value = answer.attempts
      keepDelivery(state, answer.delivery)
    } catch (error) {
      if (mine === asked) problem.value = explain(error)
    }
  }

  async function replay(): Promise<void> {
    isReplaying.value = true
    await ask('trunkline.delivery.replay')
    isReplaying.value = false
  }

  // A new attempt of one that is open is shown at once.
  watch(() => isOpen.value && `${one.value.state} ${one.value.attempt_count}`, (now) => now && void ask('trunkline.delivery.get'), { immediate: true })

  return { one, isOpen, attempts, problem, isReplaying, replay }
}
