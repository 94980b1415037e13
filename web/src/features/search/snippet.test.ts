import { expect, test } from 'vitest'

import { stretches } from './snippet'

const shown = (text: string, ...marks: [number, number][]) =>
  stretches({ text, marks: marks.map(([start, length]) => ({ start, length })) })
    .map((one) => (one.isMarked ? `[${one.text}]` : one.text))
    .join('')

test.each([
  ['nothing found', [], 'nothing found'],
  ['at the beginning', [[0, 2]], '[at] the beginning'],
  ['two of them here', [[0, 3], [7, 4]], '[two] of [them] here'],
  ['up to the end', [[10, 3]], 'up to the [end]'],
  ['one after another', [[0, 3], [3, 1]], '[one][ ]after another'],
  // A face is two UTF-16 units.
  ['😀 face', [[3, 4]], '😀 [face]'],
  ['', [], ''],
] as [string, [number, number][], string][])('%s', (text, marks, expected) => {
  expect(shown(text, ...marks)).toBe(expected)
})

test('marks that cannot be are passed over, and no letter is lost or doubled', () => {
  expect(shown('short', [2, 9])).toBe('short')
  expect(shown('overlap', [0, 4], [2, 3])).toBe('[over]lap')
})
