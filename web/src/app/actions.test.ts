import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import en from '@/locales/en.json'

import { actions, asked, keysShown, listenToKeys } from './actions'

function press(code: string, init: KeyboardEventInit = {}, target: EventTarget = document.body): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { code, bubbles: true, cancelable: true, ...init })
  target.dispatchEvent(event)
  return event
}

describe('keys', () => {
  let stop = () => {}
  beforeEach(() => {
    asked.value = null
    stop = listenToKeys()
  })
  afterEach(() => {
    stop()
    document.body.replaceChildren()
  })

  test('are physical: the same on a Cyrillic layout', () => {
    press('KeyF', { key: 'а' })
    expect(asked.value?.what).toBe('filters')
  })

  test('with Mod they act in fields too, without it they do not', () => {
    const field = document.createElement('textarea')
    document.body.append(field)
    press('KeyF', { key: 'f' }, field)
    expect(asked.value).toBeNull()
    press('KeyK', { key: 'л', ctrlKey: true }, field)
    expect(asked.value?.what).toBe('palette')
  })

  test('do nothing while a dialogue is open, or while a word is composed', () => {
    press('KeyF', { isComposing: true })
    const dialog = document.createElement('div')
    dialog.setAttribute('role', 'dialog')
    document.body.append(dialog)
    press('KeyF')
    expect(asked.value).toBeNull()
  })

  test('of the browser stay with the browser', () => {
    const run = vi.fn()
    document.addEventListener('keydown', run)
    expect(press('KeyR', { ctrlKey: true }).defaultPrevented).toBe(false)
    expect(press('KeyF', { altKey: true }).defaultPrevented).toBe(false)
    document.removeEventListener('keydown', run)
  })
})

test('every action has a text, and no two the same key', () => {
  expect(actions.map((one) => one.id).filter((id) => !(id in en.action))).toEqual([])
  const keys = actions.flatMap((one) => one.keys ?? [])
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([])
})

test('keys as people read them', () => {
  expect(keysShown('Shift+Slash')).toEqual(['?'])
  expect(keysShown('Shift+KeyX')).toEqual(['⇧', 'X'])
})
