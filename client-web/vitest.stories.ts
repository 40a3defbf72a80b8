// Stories take minutes: real browsers, the real program, and half minutes until
// an authenticator app shows its next code. They run one after another.

import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { include: ['test/stories/*.story.ts'], testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: true, maxWorkers: 3, bail: 0, retry: 0, sequence: { concurrent: false } },
})
