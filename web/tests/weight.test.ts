// @vitest-environment node
import { randomBytes } from 'node:crypto'

import { expect, test } from 'vitest'

import { LIMITS, tooHeavy, weigh } from '../scripts/weight.mjs'

/** A script that no compression makes smaller. */
const chunk = (fileName: string, kilobytes: number, more: { facadeModuleId?: string; imports?: string[] } = {}) =>
  ({ type: 'chunk', fileName, imports: [], code: randomBytes(kilobytes * 500).toString('latin1').replace(/[^ -~]/g, 'x'), ...more })
const bundle = (...chunks: ReturnType<typeof chunk>[]) => Object.fromEntries(chunks.map((one) => [one.fileName, one]))

test('what the inbox waits for is its pages and whatever they import', () => {
  const weights = weigh(bundle(
    chunk('inbox.js', 4, { facadeModuleId: '/x/src/pages/Inbox.vue', imports: ['base.js'] }),
    chunk('base.js', 4, { imports: ['vue.js'] }),
    chunk('vue.js', 4),
    chunk('reports.js', 4, { facadeModuleId: '/x/src/pages/Reports.vue', imports: ['base.js'] }),
  ))
  expect([weights.inbox.chunks, weights.total.chunks]).toEqual([3, 4])
  expect(weights.total.gzip).toBeGreaterThan(weights.inbox.gzip)
  expect(tooHeavy(weights)).toEqual([])
})

test('a build above a limit is refused', () => {
  const weight = (kilobytes: number) => ({ chunks: 1, brotli: 0, gzip: kilobytes * 1000 })
  expect(tooHeavy({ total: weight(LIMITS.total), inbox: weight(LIMITS.inbox) })).toEqual([])
  expect(tooHeavy({ total: weight(LIMITS.total + 1), inbox: weight(1) })).toEqual([expect.stringContaining('total: 351 kB')])
  expect(tooHeavy({ total: weight(1), inbox: weight(LIMITS.inbox + 1) })).toHaveLength(1)
})
