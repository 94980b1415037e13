/** The lists above the composer: arrows choose, Enter and Tab take. */

import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'

export interface Menu {
  /** Which of the things found is chosen. */
  at: Ref<number>
  /** The element of the one that is chosen: the field names it, for the focus stays in the field. */
  active: ComputedRef<string | undefined>
  /** Whether the key was for this list. */
  press: (event: KeyboardEvent) => boolean
}

/** The list that the field opens; there is one composer. */
export const MENU_ID = 'composer-menu'
export const optionId = (index: number): string => `composer-option-${index}`

/** The list begins anew when something else is typed. Shift+Enter is a new line and never takes. */
export function useMenu<T>(found: () => readonly T[], typed: () => string, pick: (one: T) => void): Menu {
  const at = ref(0)
  watch(typed, () => (at.value = 0))

  function press(event: KeyboardEvent): boolean {
    const count = found().length
    if (count === 0) return false
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      at.value = (at.value + (event.key === 'ArrowDown' ? 1 : count - 1)) % count
    } else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') {
      const one = found()[at.value]
      if (one !== undefined) pick(one)
    } else return false
    event.preventDefault()
    return true
  }

  const active = computed(() => (found().length > 0 ? optionId(at.value) : undefined))
  return { at, active, press }
}
