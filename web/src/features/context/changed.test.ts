import { expect, test } from 'vitest'

import { changed } from './changed'

test('only what was changed is sent, and what was emptied is emptied', () => {
  const before = { name: 'Ann', phone: '+49 30 1', email: '', notes: 'x' }
  expect(changed({ ...before }, before)).toEqual({})
  expect(changed({ name: 'Anna', phone: ' ', email: '', notes: 'x ' }, before)).toEqual({ name: 'Anna', phone: null })
})
