import { defineConfig } from 'vitest/config';

/** The tests that need a Docker engine: `npm run test:docker`, which brings one. */
export default defineConfig({
  test: {
    include: ['test/docker/**/*.test.ts'],
    pool: 'forks',
    // Whole environments, one after the other: they share two cores and one engine.
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 400_000,
    hookTimeout: 240_000,
    teardownTimeout: 20_000,
  },
});
