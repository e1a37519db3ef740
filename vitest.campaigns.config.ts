import { defineConfig } from 'vitest/config';

/** What takes minutes: `npm run test:campaigns`. */
export default defineConfig({
  test: {
    include: ['test/campaigns/**/*.test.ts'],
    pool: 'forks',
    // Each has several environments at once, and its trials wait more than they compute.
    maxWorkers: 3,
    testTimeout: 180_000,
    hookTimeout: 240_000,
    teardownTimeout: 20_000,
  },
});
