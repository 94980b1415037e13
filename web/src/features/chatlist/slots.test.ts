import fc from 'fast-check'
import { expect, test } from 'vitest'

import { makeSlots } from './slots'

const SHOWN = (rows: { id: number; slot: number }[]) => rows.map(({ id, slot }) => `${id}@${slot}`)

test('rows that scroll out are used for those that scroll in', () => {
  const slots = makeSlots()
  expect(SHOWN(slots([1, 2, 3]))).toEqual(['1@0', '2@1', '3@2'])
  expect(SHOWN(slots([2, 3, 4]))).toEqual(['2@1', '3@2', '4@0'])
  expect(SHOWN(slots([7, 8, 9]))).toEqual(['7@0', '8@1', '9@2'])
})

test('whatever is drawn: every chat has a row of its own, keeps it, and no row is made while one is free', () => {
  const windows = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 12 }), { maxLength: 20 })
  fc.assert(
    fc.property(windows, (all) => {
      const slots = makeSlots()
      let before = new Map<number, number>()
      let most = 0
      for (const ids of all) {
        const rows = slots(ids)
        expect(rows.map((row) => row.id)).toEqual(ids)
        expect(new Set(rows.map((row) => row.slot)).size).toBe(ids.length)
        for (const { id, slot } of rows) if (before.has(id)) expect(slot).toBe(before.get(id))
        most = Math.max(most, ids.length)
        before = new Map(rows.map(({ id, slot }) => [id, slot]))
        const kept = rows.filter((row) => row.slot >= most)
        expect(kept.length).toBe(0)
      }
    }),
  )
})
