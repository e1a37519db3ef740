import { defineConfig } from 'vitest/config';

/** The report's page in a real Chromium: `npm run test:report`. */
export default defineConfig({
  test: {
    include: ['test/report/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 180_000,
    hookTimeout: 240_000,
  },
});
