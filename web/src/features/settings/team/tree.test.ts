import { expect, test } from 'vitest'

import type { Department } from '@/api/types'

import { branches, possibleParents } from './tree'

const one = (id: number, parent_id: number | null, name: string, sort = 500): Department => ({ id, parent_id, name, sort, head_id: null })
const ALL = [one(4, 1, 'Sales', 600), one(1, null, 'Company'), one(3, 2, 'Night'), one(2, 1, 'Support'), one(5, 1, 'Art')]
const drawn = (list: ReturnType<typeof branches>) => list.map((branch) => '-'.repeat(branch.depth) + branch.department.name)

test('children follow their parent, by their order and then by name', () => {
  expect(drawn(branches(ALL))).toEqual(['Company', '-Art', '-Support', '--Night', '-Sales'])
})

test('what belongs nowhere, or to itself, does not disappear or loop', () => {
  expect(drawn(branches([one(9, 77, 'Lost'), one(1, null, 'Company')]))).toEqual(['Company', 'Lost'])
  expect(branches([one(1, 2, 'a'), one(2, 1, 'b')]).length).toBe(0)
})

test('a department cannot be put below itself', () => {
  expect(drawn(possibleParents(ALL, 2))).toEqual(['Company', '-Art', '-Sales'])
  expect(drawn(possibleParents(ALL, null))).toHaveLength(5)
})
