import { effectScope, nextTick, ref } from 'vue'
import { expect, test } from 'vitest'

import { useMenu } from './menu'

function menu(found: string[]) {
  const typed = ref('')
  const picked: string[] = []
  const made = effectScope().run(() => useMenu(() => found, () => typed.value, (one) => picked.push(one)))
  if (!made) throw new Error('no scope')
  const press = (key: string, more: KeyboardEventInit = {}) => {
    const event = new KeyboardEvent('keydown', { key, cancelable: true, ...more })
    return made.press(event) === event.defaultPrevented && event.defaultPrevented
  }
  return { typed, picked, press, at: made.at }
}

test('arrows go round, Enter and Tab take', () => {
  const { picked, press } = menu(['a', 'b', 'c'])
  for (const key of ['ArrowUp', 'Enter', 'ArrowDown', 'Tab', 'ArrowDown', 'Enter']) expect(press(key)).toBe(true)
  expect(picked).toEqual(['c', 'a', 'b'])
})

test('other keys are for the text, and so is everything when nothing was found', () => {
  const { picked, press } = menu(['a'])
  expect([press('x'), press('Escape'), press('Enter', { shiftKey: true })]).toEqual([false, false, false])
  expect(menu([]).press('Enter')).toBe(false)
  expect(picked).toEqual([])
})

test('what is typed begins the list anew', async () => {
  const { typed, press, at } = menu(['a', 'b'])
  press('ArrowDown')
  expect(at.value).toBe(1)
  typed.value = 'x'
  await nextTick()
  expect(at.value).toBe(0)
})
