import { afterEach, expect, test } from 'vitest'

import { setLanguage } from '@/i18n'

import { reasonLines, type Ground } from './reason'

afterEach(() => setLanguage('en'))

const ground = (word: Ground['word'], fields: Partial<Ground> = {}): Ground => ({
  word, name: null, other: null, names: [], more: 0, chats: null, chats_max: null, presence: null, note: null, ...fields,
})

const GROUNDS = [
  ground('next_in_queue', { name: 'Boris', chats: 2, chats_max: 5, presence: 'online' }),
  ground('skipped_full', { name: 'Anna', chats: 5, chats_max: 5 }),
  ground('skipped_away', { name: 'Clara', presence: 'pause', note: 'lunch' }),
]

test.each([
  ['en', ['Boris is next in the queue, 2 of 5 chats, Online', 'Anna was passed over: 5 of 5 chats', 'Clara was passed over: Break (lunch)']],
  ['ru', ['Boris: очередь дошла до этого сотрудника, 2 из 5 чатов, В сети', 'Очередь прошла мимо: Anna: 5 из 5 чатов', 'Очередь прошла мимо: Clara: Перерыв (lunch)']],
  ['de', ['Boris ist als Nächstes an der Reihe, 2 von 5 Chats, Online', 'Anna wurde übergangen: 5 von 5 Chats', 'Clara wurde übergangen: Pause (lunch)']],
] as const)('the grounds are told in %s', async (language, lines) => {
  await setLanguage(language)
  expect(reasonLines(GROUNDS)).toEqual(lines)
})

test('many who are free are named as far as they are known, and a colleague only if there was one', async () => {
  await setLanguage('en')
  expect(reasonLines([ground('all_free', { names: ['Anna', 'Boris'], more: 80 })])).toEqual(['Offered to all who are free: Anna, Boris, 80 more'])
  expect(reasonLines([ground('intercepted', { name: 'Anna' }), ground('intercepted', { name: 'Anna', other: 'Boris' })])).toEqual([
    'Anna took it', 'Anna took it from Boris',
  ])
})

test('a word of a newer server is left out', async () => {
  await setLanguage('en')
  expect(reasonLines([ground('moon_phase' as Ground['word'], { name: 'Anna' })])).toEqual([])
})
