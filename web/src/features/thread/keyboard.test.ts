import { expect, test } from 'vitest'

import { rowsOfButtons } from './keyboard'

const LINK = { TEXT: 'Site', LINK: 'https://a.example/' }
const site = { text: 'Site', href: 'https://a.example/' }

test('a keyboard is read in each of its shapes', () => {
  for (const shape of [[LINK], { BUTTONS: [LINK], BOT_ID: 5 }, { buttons: { 1: LINK } }, JSON.stringify({ BUTTONS: [LINK] }), { 3: LINK }]) {
    expect(rowsOfButtons(shape)).toEqual([[site]])
  }
})

test('rows end where it says', () => {
  expect(rowsOfButtons([LINK, { TYPE: 'NEWLINE' }, { text: 'Yes', command: 'yes' }, LINK])).toEqual([[site], [{ text: 'Yes', href: null }, site]])
})

test('an address that is not safe to open is no link, and what is no button is nothing', () => {
  expect(rowsOfButtons([{ TEXT: 'x', LINK: 'javascript:alert(1)' }, { TEXT: 'y', LINK: 'data:text/html,x' }, { TEXT: 'z', LINK: { a: 1 } }]))
    .toEqual([['x', 'y', 'z'].map((text) => ({ text, href: null }))])
  for (const nothing of [null, undefined, 'N', '', '{', 5, [], [null, 5, 'x', {}], '"\\"x\\""']) expect(rowsOfButtons(nothing)).toEqual([])
  expect(rowsOfButtons(Array.from({ length: 100 }, () => LINK)).flat()).toHaveLength(30)
})
