/** The settings under which vitest runs trials, in one place for the command line and for `npx vitest run`. */
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InlineConfig } from 'vitest/node';

const here = fileURLToPath(import.meta.url);

/** A module beside this one, as source or as compiled, whichever is running. */
export const sibling = (name: string): string => join(dirname(here), name + extname(here));

/**
 * One thread, no isolation, one trial after the other, never a retry: a second try would hide a verdict.
 * Threads, because a forked process stays behind when its parent is killed; not isolated, because that costs 2 to 3 s.
 */
export const trialOptions = (): InlineConfig => ({
  runner: sibling('scenario-runner'),
  pool: 'threads',
  isolate: false,
  maxWorkers: 1,
  fileParallelism: false,
  retry: 0,
  // Trials, and what starts and ends the environment, have deadlines of their own.
  testTimeout: 0,
  hookTimeout: 120_000,
  includeTaskLocation: true,
  css: false,
  exclude: [],
});
