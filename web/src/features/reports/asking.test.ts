import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseQuery, stringifyQuery } from 'vue-router'

import { PRESETS, preset } from '@/app/days'

import { readAsking, writeAsking, type Asking } from './asking'
import { GROUPINGS } from './figures'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const ZONE = 'Europe/Berlin'
const read = (address: string) => readAsking(parseQuery(address), NOW, ZONE)

test('nothing in the address is the last week by day', () => {
  expect(read('')).toEqual({
    span: 'week', from: '2026-11-16', to: '2026-11-22', group_by: 'day', line_ids: [], operator_ids: [], connectors: [], bucket: null,
  })
  expect(stringifyQuery(writeAsking(read('')))).toBe('')
})

test('a link says what was chosen', () => {
  const asked = 'from=2026-03-01&to=2026-03-31&by=operator&line=1&line=2&operator=0&connector=a%26b&row=7'
  expect(read(asked)).toMatchObject({
    span: 'own', from: '2026-03-01', to: '2026-03-31', group_by: 'operator', line_ids: [1, 2], operator_ids: [0], connectors: ['a&b'], bucket: '7',
  })
  expect(stringifyQuery(writeAsking(read(asked)))).toBe(asked)
})

test('what makes no sense is as if it was not there', () => {
  for (const wrong of ['span=decade', 'by=moon', 'line=x&line=-1&line=1e3', 'from=2026-02-30&to=2026-03-01', 'from=2026-03-01', 'from=&to=', 'operator', 'by=day&by=hour'])
    expect(read(wrong), wrong).toEqual(read(''))
})

test('what is written is what is read', () => {
  const day = fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10))
  const span = fc.oneof(
    fc.constantFrom(...PRESETS).map((name) => ({ span: name, ...preset(name, NOW, ZONE) })),
    fc.tuple(day, day).map(([from, to]) => ({ span: 'own' as const, from, to })),
  )
  const rest = fc.record({
    group_by: fc.constantFrom(...GROUPINGS), line_ids: fc.array(fc.nat(), { maxLength: 4 }), operator_ids: fc.array(fc.nat(), { maxLength: 4 }),
    connectors: fc.array(fc.string(), { maxLength: 3 }), bucket: fc.option(fc.string()),
  })
  fc.assert(
    fc.property(span, rest, (one, other) => {
      const asking: Asking = { ...one, ...other }
      expect(read(stringifyQuery(writeAsking(asking)))).toEqual(asking)
    }),
  )
})
