/** What lies over the page for a while: it takes the focus, Escape closes it and nothing else, and the focus goes back. */

import { nextTick, watch, type Ref } from 'vue'

/** The result listens to the keys that are pressed in it. */
export function useSheet(isOpen: Ref<boolean>, sheet: Readonly<Ref<HTMLElement | null>>): (event: KeyboardEvent) => void {
  let before: Element | null = null

  watch(isOpen, async (open) => {
    if (!open) {
      if (sheet.value?.contains(document.activeElement) && before instanceof HTMLElement) before.focus()
      return
    }
    before = document.activeElement
    await nextTick()
    sheet.value?.focus()
  })

  return (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented || !isOpen.value) return
    event.stopPropagation()
    isOpen.value = false
  }
}
