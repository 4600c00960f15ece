import { defineConfig } from 'vitest/config'

// A folder of further known answers, which are not part of this repository: see CONTRIBUTING.md.
const furtherVectors = process.env.COUNTERSIGN_VECTORS

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: furtherVectors ? [] : ['test/shared/**'],
    testTimeout: 30_000,
    pool: 'threads',
  },
})
