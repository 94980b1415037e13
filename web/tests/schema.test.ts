// @vitest-environment node
import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { schema } from '../scripts/schema.mjs'
import { sources } from './sources'

test('the types are those of openapi.json; if not: npm run types:generate', async () => {
  expect(readFileSync('src/api/schema.ts', 'utf8')).toBe(await schema())
})

test('no shape that the server describes is written by hand', () => {
  const described = Object.keys((JSON.parse(readFileSync('openapi.json', 'utf8')) as { components: { schemas: object } }).components.schemas)
  const byHand = sources().flatMap(({ path, text }) =>
    [...text.matchAll(/^export (?:interface|type) (\w+)\b(?! = (?:Shape|Whole|Schemas|AnswerOf)\b)/gm)].map((found) => ({ path, name: found[1] ?? '' })),
  )
  expect(byHand.filter(({ name }) => described.includes(name))).toEqual([])
})
