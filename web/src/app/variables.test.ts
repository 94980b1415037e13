import { expect, test } from 'vitest'

import { fill, search, unfilled } from './variables'

test('variables are filled, and those without a value are named', () => {
  expect(fill('Hi {customer.name}, {line.name}. {customer.name}{x}', { 'customer.name': 'Ann', 'line.name': ' ' })).toEqual({
    text: 'Hi Ann, {line.name}. Ann{x}', missing: ['{line.name}', '{x}'],
  })
  expect(unfilled('{a.b} {a.b} {c}')).toEqual(['{a.b}'])
})

test('a value that looks like a variable is not filled again', () => {
  expect(fill('{customer.name}', { 'customer.name': '{line.name}', 'line.name': 'x' }).text).toBe('{line.name}')
})

test.each([
  ['Hi {customer.name}!', 'Hi Ann!', []],
  ['{customer.nam} {x} {x}', '{customer.nam} {x} {x}', ['{customer.nam}', '{x}']],
  ['{ customer.name } {}', '{ customer.name } {}', []],
])('%s', (text, filled, missing) => expect(fill(text, { 'customer.name': 'Ann' })).toEqual({ text: filled, missing }))

test('the search prefers titles, and wants all words', () => {
  const answers = [
    { title: 'Price list', text: 'see' }, { title: 'Hello', text: 'our price' }, { title: 'The price', text: '' },
  ]
  expect(search(answers, 'price').map((one) => one.title)).toEqual(['Price list', 'The price', 'Hello'])
  expect(search(answers, 'price see').map((one) => one.title)).toEqual(['Price list'])
  expect(search(answers, '')).toHaveLength(3)
})
