import { defineConfig } from 'vitest/config';
import { LongestEarly } from './test/support/longest-early.ts';

const EVERYWHERE = ['**/node_modules/**', '**/dist/**', '**/dist.*/**', '.faultline/**', 'runs/**'];

/**
 * Values in, values out, and sockets of their own: no environment variable, no state of a module. What they load (hundreds of modules,
 * again for every file) costs more than what they do, so the files of a process share it.
 */
const SHARED = [
  'config',
  'contract',
  'database',
  'diagnose',
  'diagnosis',
  'faults',
  'history',
  'invariants',
  'pact',
  'pipeline',
  'recorder',
  'report',
  'reporters',
  'run',
  'runner',
  'scenario',
  'slot',
  'trial',
  'verdict',
  'wire',
]
  .map((folder) => `harness/${folder}/**/*.test.ts`)
  .concat('pipelines/**/*.test.ts');

export default defineConfig({
  test: {
    // Processes, not threads: what a test starts dies with the thread that started it, and tests send signals to themselves.
    pool: 'forks',
    // Brokers, databases and JVMs share the cores with the tests, but trials wait more than they compute.
    maxWorkers: 3,
    // What a calm machine does in two seconds may take a busy one a minute.
    testTimeout: 180_000,
    hookTimeout: 240_000,
    teardownTimeout: 20_000,
    sequence: { sequencer: LongestEarly },
    projects: [
      {
        extends: true,
        test: {
          name: 'programs',
          include: [
            '{harness,fixtures,contracts,scenarios,scripts,test,bench/diagnosis,bench/growth,bench/live}/**/*.test.ts',
          ],
          // test/docker/ needs an engine: npm run test:docker; test/report/ a Chromium: npm run test:report; test/campaigns/ takes
          // its time: npm run test:campaigns.
          exclude: [...SHARED, 'test/docker/**', 'test/report/**', 'test/campaigns/**', ...EVERYWHERE],
        },
      },
      { extends: true, test: { name: 'units', include: SHARED, exclude: EVERYWHERE, isolate: false } },
    ],
  },
});
