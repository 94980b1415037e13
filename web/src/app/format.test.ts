import { beforeAll, expect, test } from 'vitest'

import { setLanguage } from '@/i18n'

import { aChat } from '../../tests/support/things'
import { authorName, chatName, duration, employeeName, initials, size } from './format'

beforeAll(() => setLanguage('en'))

test.each([
  ['Maria', 'Maria'],
  ['  Maria   Luisa ', 'Maria Luisa'],
  ['   ', 'Customer 1005'],
  ['\u200b\u2060\u3164\u2800', 'Customer 1005'],
  ['', 'Customer 1005'],
])('a chat named %j is shown as %j', (name, shown) => {
  expect(chatName(aChat(5, { name }))).toBe(shown)
})

test('people without a name have a number', () => {
  expect(employeeName({ id: 3, name: ' ', last_name: '' })).toBe('Employee 3')
  expect(employeeName(undefined)).toBe('Nobody')
  expect(authorName({ id: 9, name: '\u200e', avatar_url: null, kind: 'customer' })).toBe('Customer 9')
  expect(authorName(null)).toBe('System')
})

test.each([
  [0, '0:00'], [42_000, '0:42'], [725_000, '12:05'], [12_000_000, '3:20 h'], [200_000_000, '2 d'], [-5, '0:00'],
])('%i ms are %s', (ms, shown) => {
  expect(duration(ms)).toBe(shown)
})

test('letters of an avatar', () => {
  expect(['Maria Schneider', 'иван', '🦄 Unicorn', '---', 'a b c'].map(initials)).toEqual(['MS', 'И', 'U', '?', 'AC'])
})

test('sizes', () => {
  expect([0, 1023, 1536, 5_000_000].map(size)).toEqual(['0 B', '1,023 B', '1.5 KB', '4.8 MB'])
})
