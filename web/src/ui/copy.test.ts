import { afterEach, expect, test, vi } from 'vitest'

import { copy } from './copy'

const clipboard = (value: unknown) => vi.stubGlobal('navigator', { ...navigator, clipboard: value })

/** What a browser does when it is told to copy. */
function copying(isAllowed: boolean): { text: string } {
  const taken = { text: '' }
  document.execCommand = () => {
    if (!isAllowed) return false
    const event = new Event('copy', { cancelable: true })
    Object.assign(event, { clipboardData: { setData: (_: string, text: string) => (taken.text = text) } })
    return !document.dispatchEvent(event)
  }
  return taken
}

afterEach(() => vi.unstubAllGlobals())

test('a text is copied where the browser has a clipboard', async () => {
  const writeText = vi.fn(async () => {})
  clipboard({ writeText })
  expect(await copy('a text')).toBe(true)
  expect(writeText).toHaveBeenCalledExactlyOnceWith('a text')
})

test('without HTTPS there is none: the old way is taken, and leaves nothing behind', async () => {
  clipboard(undefined)
  const taken = copying(true)
  expect(await copy('a text')).toBe(true)
  expect(taken.text).toBe('a text')
  document.dispatchEvent(new Event('copy'))
  expect(taken.text).toBe('a text')
})

test('a browser that allows neither is told of', async () => {
  clipboard({ writeText: () => Promise.reject(new Error('not allowed')) })
  copying(false)
  expect(await copy('a text')).toBe(false)
})
