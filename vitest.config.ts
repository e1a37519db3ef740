import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'harness/**/*.test.ts',
      'fixtures/**/*.test.ts',
      'contracts/**/*.test.ts',
      'scenarios/**/*.test.ts',
      'scripts/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    // test/docker/ needs an engine: npm run test:docker; test/report/ a Chromium: npm run test:report.
    exclude: [
      'test/docker/**',
      'test/report/**',
      '**/node_modules/**',
      '**/dist/**',
      '**/dist.*/**',
      '.faultline/**',
      'runs/**',
    ],
    // Processes, not threads: what a test starts dies with the thread that started it, and tests send signals to themselves.
    pool: 'forks',
    // Brokers, databases and JVMs share the cores with the tests, but trials wait more than they compute.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
  },
});
