// @vitest-environment node
import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { schema } from '../scripts/schema.mjs'

test('the types are those of openapi.json; if not: npm run types:generate', async () => {
  expect(readFileSync('src/api/schema.ts', 'utf8')).toBe(await schema())
})
