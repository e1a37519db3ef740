/** For tests only: the command line with the double (double.mjs), in a folder of its own that goes with the test file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { startDouble } from './spawn.mjs';
import type { Ended, ScenarioOrder } from './spawn.mjs';

/** Every test is a process: node and vitest's import, on a machine that may be busy. */
export const PATIENCE = { timeout: 240_000 };

/** Registers the hook that removes the folder. `name` tells folders of several test files apart. */
export const useDouble = (name: string) => {
  const cwd = mkdtempSync(join(tmpdir(), `faultline-${name}-`));
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));
  return {
    cwd,
    /** Faultline with these arguments, up to its end, in a folder of its own. Scenarios without an order pass. */
    faultline: (
      args: readonly string[],
      scenarios: Readonly<Record<string, ScenarioOrder>> = {},
      folder = '.',
    ): Promise<Ended> => startDouble(args, { cwd: join(cwd, folder), orders: { scenarios } }).ended,
  };
};
