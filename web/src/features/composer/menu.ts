/** The lists above the composer: arrows choose, Enter and Tab take. */

import { ref, watch, type Ref } from 'vue'

export interface Menu {
  /** Which of the things found is chosen. */
  at: Ref<number>
  /** Whether the key was for this list. */
  press: (event: KeyboardEvent) => boolean
}

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

  return { at, press }
}
