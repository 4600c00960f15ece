import { defineConfig } from 'vitest/config'

// What needs programs that npm does not install. They have another ending than .test.ts, so that `npm test` leaves
// them alone: see the install.sh beside them.
export default defineConfig({
  test: {
    include: ['test/interop/**/*.interop.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
})
