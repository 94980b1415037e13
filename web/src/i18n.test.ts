import { afterEach, expect, test } from 'vitest'

import { hasText, locale, setLanguage, t, withTexts } from './i18n'

afterEach(() => setLanguage('en'))

test('a text has its values, and forms for numbers', async () => {
  await setLanguage('en')
  expect(t('name.customer', { id: 7 })).toBe('Customer 7')
  expect([0, 1, 2].map((count) => t('bulk.count', { count }, count))).toEqual(['0 chats', '1 chat', '2 chats'])
  expect(t('no.such.key')).toBe('no.such.key')
})

test('a value is text, whatever it looks like', async () => {
  await setLanguage('en')
  expect(t('name.customer', { id: '{id} $& <b> | 2' })).toBe('Customer {id} $& <b> | 2')
})

test('English may have a form for nothing', async () => {
  await setLanguage('en')
  await withTexts(['board'], async () => null)()
  expect([0, 1, 5].map((count) => t('board.chats', { count }, count))).toEqual(['no chats', '1 chat', '5 chats'])
})

test('Russian has three forms', async () => {
  await setLanguage('ru')
  const forms = [1, 2, 5, 11, 12, 21, 22, 25, 101, 111].map((count) => t('bulk.count', { count }, count))
  expect(forms.map((text) => text.replace(/^\d+ /, ''))).toEqual(['чат', 'чата', 'чатов', 'чатов', 'чатов', 'чат', 'чата', 'чатов', 'чат', 'чатов'])
})

test('texts of a page come with the page, in the language that was chosen last', async () => {
  expect(hasText('reports.behind')).toBe(false)
  const opening = withTexts(['reports'], async () => 'page')()
  const german = setLanguage('de')
  expect(await opening).toBe('page')
  await german
  expect(locale.value).toBe('de')
  expect(t('reports.behind', { count: 1 }, 1)).toBe('1 Sitzung')
})

test('the language chosen last is the one that is spoken', async () => {
  await Promise.all([setLanguage('ru'), setLanguage('de')])
  expect([locale.value, document.documentElement.lang]).toEqual(['de', 'de'])
})
