import { expect, test } from 'vitest'

import { csv } from './csv'

test.each([
  ['a', 'a'],
  ['a,b', '"a,b"'],
  ['a;b', '"a;b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['', ''],
  ['-5', '-5'],
  ['3.5', '3.5'],
  // What a spreadsheet would run stays a text.
  ['=SUM(A1)', "'=SUM(A1)"],
  ['@me', "'@me"],
  ['-x', "'-x"],
  ['+49 30 1', "'+49 30 1"],
])('%j is written as %j', (text, written) => expect(csv([[text]])).toBe(`\uFEFF${written}\r\n`))

test('rows end as the standard says', () => {
  expect(csv([['a', 'b'], ['1', '2']])).toBe('\uFEFFa,b\r\n1,2\r\n')
})
