import { join } from 'node:path'

import { defineConfig } from 'vitest/config'

/** What `load/inbox.md` tells, with the release build unless another is named. */
export default defineConfig({
  test: {
    include: ['e2e/measure/*.measure.ts'],
    environment: 'node',
    env: { TRUNKLINE_PROGRAM: process.env.TRUNKLINE_PROGRAM ?? join(import.meta.dirname, '../target/release/trunkline') },
  },
})
