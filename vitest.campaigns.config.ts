import { defineConfig } from 'vitest/config';

/** Whole runs of many trials, whose verdicts are compared: `npm run test:campaigns`. */
export default defineConfig({
  test: {
    include: ['test/campaigns/**/*.test.ts'],
    pool: 'forks',
    // Each has several environments at once, and its trials wait more than they compute.
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 240_000,
    teardownTimeout: 20_000,
  },
});
