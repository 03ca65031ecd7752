import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A CI machine that does other things beside is no reason to refuse a release.
    testTimeout: 20_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // The composition root only wires what the tests build themselves; it is proved by the smoke checks.
      exclude: ['src/server.ts'],
      reporter: ['text-summary', 'json-summary', 'json'],
    },
  },
})
