import { defineConfig } from 'vitest/config'

/** The real program, a real connector, a real browser. One file after the other: the machine is small. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 90_000,
    teardownTimeout: 20_000,
  },
})
