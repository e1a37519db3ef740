/** The tests of the pure judging code alone: what mutation testing runs. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['harness/{history,invariants,diagnosis,verdict}/**/*.test.ts'],
    testTimeout: 120_000,
  },
});
