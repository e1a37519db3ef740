/**
 * No verdict depends on how long a worker takes to start: the scenarios that start workers while their fault lasts, with programs
 * that begin at once and with ones that sleep 3 s first. Every scenario and edition, 0 to 8 s: npm run bench:startup.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultline, projectWith } from '../support/cli.ts';
import { conclusionOf } from '../support/conclusions.ts';
import { readJson } from '../support/run-output.ts';

const EDITIONS = ['incident'] as const;
const DELAYS_S = [0, 3] as const;
const SCENARIOS = ['topic-missing', 'worker-killed-mid-call', 'group-misconfigured*'];

const CONFIG = `
  import { defineConfig, referenceWorkers } from 'faultline';
  const slow = (seconds) => (worker) => ({
    ...worker,
    command: ['/bin/sh', '-c', 'sleep ' + seconds + ' && exec "$@"', 'slow-start', ...worker.command],
  });
  const sets = ${JSON.stringify(EDITIONS)}.flatMap((edition) => {
    const set = referenceWorkers(edition);
    return ${JSON.stringify(DELAYS_S)}.map((s) => [edition + '-' + s, { ...set, workers: set.workers.map(slow(s)) }]);
  });
  export default defineConfig({ workers: Object.fromEntries(sets) });`;

describe('workers that take their time to start', () => {
  const cwd = projectWith({ 'faultline.config.ts': CONFIG });

  const conclusionsOf = async (set: string): Promise<readonly unknown[]> => {
    const options = ['--seed', '5', '--workers', set, '--out', `runs-${set}`, '--json', `${set}.json`];
    const { code, stdout, stderr } = await faultline(['run', ...SCENARIOS, ...options], { cwd, timeoutMs: 400_000 });
    expect([0, 1], stdout + stderr).toContain(code);
    return readJson(join(cwd, `${set}.json`)).scenarios.map(conclusionOf);
  };

  it.each(EDITIONS)('%s gets the same verdicts, causes and violations', { timeout: 500_000 }, async (edition) => {
    const [quick, slow] = await Promise.all(DELAYS_S.map((seconds) => conclusionsOf(`${edition}-${seconds}`)));
    expect(quick).toHaveLength(4);
    expect(slow).toEqual(quick);
  });
});
