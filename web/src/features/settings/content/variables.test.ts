import { expect, test } from 'vitest'

import { sample } from './variables'

test.each([
  ['Hi {customer.name}!', 'Hi Ann!', []],
  ['{customer.nam} {x} {x}', '{customer.nam} {x} {x}', ['customer.nam', 'x']],
  ['{ customer.name } {}', '{ customer.name } {}', []],
])('%s', (text, filled, unknown) => expect(sample(text, { 'customer.name': 'Ann' })).toEqual({ text: filled, unknown }))
