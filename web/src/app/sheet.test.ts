import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { defineComponent, h, nextTick, ref, useTemplateRef } from 'vue'

import { useSheet } from './sheet'

enableAutoUnmount(afterEach)

function page() {
  const isOpen = ref(false)
  const above = vi.fn()
  const view = mount(defineComponent(() => {
    const press = useSheet(isOpen, useTemplateRef<HTMLElement>('sheet'))
    return () => h('div', { onKeydown: above }, [
      h('button', { id: 'open' }),
      h('aside', { ref: 'sheet', tabindex: -1, hidden: !isOpen.value, onKeydown: press }, h('button', { id: 'inside' })),
    ])
  }), { attachTo: document.body })
  const press = (where: string, key: string) => view.get(where).trigger('keydown', { key })
  return { isOpen, above, view, press }
}

const settled = async () => {
  await nextTick()
  await nextTick()
}

test('it has the focus while it is open, and gives it back', async () => {
  const { isOpen, view, press, above } = page()
  const button = view.get<HTMLElement>('#open').element
  button.focus()
  isOpen.value = true
  await settled()
  expect(document.activeElement?.tagName).toBe('ASIDE')
  view.get<HTMLElement>('#inside').element.focus()
  await press('#inside', 'Escape')
  await settled()
  expect(isOpen.value).toBe(false)
  expect(document.activeElement).toBe(button)
  // What Escape means elsewhere is not meant.
  expect(above).not.toHaveBeenCalled()
})

test('other keys pass, and so does Escape when it is closed', async () => {
  const { isOpen, press, above } = page()
  await press('#inside', 'Escape')
  isOpen.value = true
  await settled()
  await press('#inside', 'j')
  expect(above).toHaveBeenCalledTimes(2)
})

test('who has gone on elsewhere is not called back', async () => {
  const { isOpen, view } = page()
  isOpen.value = true
  await settled()
  const button = view.get<HTMLElement>('#open').element
  button.focus()
  isOpen.value = false
  await settled()
  expect(document.activeElement).toBe(button)
})
