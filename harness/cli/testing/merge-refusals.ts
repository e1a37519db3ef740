/** For tests only. Part of merge.test.ts: what is refused, with everything that is wrong with it and no verdict. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ShardDocument } from '../../reporters/shard-file.ts';
import { SHARD_1, SHARD_2 } from './merge-bench.ts';
import type { ShardBench } from './merge-bench.ts';
import { startDouble } from './spawn.mjs';

export const testRefusals = ({ cwd, faultline, here, read, changed }: ShardBench): void => {
  const refused = async (folders: readonly string[], message: RegExp): Promise<void> => {
    rmSync(join(cwd, 'refused.md'), { force: true });
    const args = ['merge', ...folders, '--summary', 'refused.md', '--json', 'refused.json'];
    const { code, stdout, stderr } = await here(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
    expect(readFileSync(join(cwd, 'refused.md'), 'utf8')).toMatch(/^### No verdict\n/);
    expect(existsSync(join(cwd, 'refused.json'))).toBe(false);
  };

  it('a missing shard', () => refused(['whole/shard-1'], /2\/2 of the shards is missing/));
  it('a shard given twice', () => refused(['whole', 'whole/shard-1'], /the shard 1\/2 is there 2 times: \S+, \S+/));
  it('no folder, and a folder without shards', async () => {
    await refused(['nowhere'], /there is no folder \S+nowhere/);
    mkdirSync(join(cwd, 'empty'));
    await refused(['empty'], /there are no shard's results in \S+empty/);
  });

  it.each<[string, string, (document: ShardDocument) => unknown, RegExp]>([
    [
      'of another number',
      SHARD_1,
      (d) => ({ ...d, shard: { index: 1, count: 3 } }),
      /the number of shards is not the same in all shards: 3 in 1\/3; 2 in 2\/2/,
    ],
    [
      'of another version',
      SHARD_1,
      (d) => ({ ...d, faultline: '9.9.9' }),
      /Faultline's version is not the same in all shards: 9\.9\.9 in 1\/2/,
    ],
    [
      'with other workers',
      SHARD_2,
      (d) => ({ ...d, workers: { name: 'incident' } }),
      /the workers is not the same in all shards/,
    ],
    [
      'in another environment',
      SHARD_2,
      (d) => ({ ...d, environment: { ...d.environment, kafka: '3.9.0' } }),
      /the environment is not the same/,
    ],
    [
      'of other scenarios',
      SHARD_2,
      (d) => ({ ...d, selection: { ...d.selection, healthy: 'x' } }),
      /are of different scenarios: healthy/,
    ],
    [
      'that divided otherwise',
      SHARD_2,
      (d) => ({
        ...d,
        planned: [...d.planned, ...read(`whole/${SHARD_1}`).planned.slice(0, 1)],
        results: [...d.results, ...read(`whole/${SHARD_1}`).results.slice(0, 1)],
      }),
      / is in the shards 1\/2 and 2\/2: every shard must divide by the same recorded durations/,
    ],
    [
      'that leaves a scenario out',
      SHARD_2,
      (d) => ({ ...d, planned: d.planned.slice(1), results: d.results.slice(1) }),
      /is in no shard/,
    ],
    [
      'whose scenarios are named as options of a command are',
      SHARD_2,
      (d) => ({ ...d, planned: d.planned.map((one) => ({ ...one, name: '--config=evil.ts' })) }),
      /planned\.0\.name: it is no name of a scenario/,
    ],
    [
      'whose results are named so',
      SHARD_2,
      (d) => ({ ...d, results: d.results.map((one) => ({ ...one, result: { ...one.result, name: '#x' } })) }),
      /results\.0\.result\.name: it is no name of a scenario/,
    ],
    [
      'that was killed',
      SHARD_1,
      (d) => ({ ...d, exitCode: null }),
      /the shard 1\/2 has not finished: it has \d of \d results/,
    ],
    [
      'whose environment did not start',
      SHARD_1,
      (d) => ({ ...d, exitCode: 4, results: [] }),
      /the shard 1\/2 ended with exit code 4 \(the environment did not start,/,
    ],
    [
      'that lacks a result',
      SHARD_1,
      (d) => ({ ...d, results: d.results.slice(1) }),
      /the shard 1\/2 did not run healthy/,
    ],
    [
      'whose results are of another seed',
      SHARD_1,
      (d) => ({ ...d, results: d.results.map((r) => ({ ...r, result: { ...r.result, seed: 8 } })) }),
      /are not those of its trials/,
    ],
    [
      'whose results say otherwise',
      SHARD_1,
      (d) => ({ ...d, exitCode: 3 }),
      /says exit code 3, and its results make [01]/,
    ],
    ['of another format', SHARD_1, (d) => ({ ...d, version: 2 }), /cannot read the shard's results \S+: version: /],
    [
      'with a verdict nobody knows',
      SHARD_1,
      (d) => ({
        ...d,
        results: d.results.map((r) => ({
          ...r,
          result: { ...r.result, verdict: { ...r.result.verdict, outcome: 'green' } },
        })),
      }),
      /results\.0\.result\.verdict\.outcome: /,
    ],
  ])('a shard %s', (_what, file, change, message) => refused([changed([file], change)], message));

  it('half a file', () => {
    const folder = changed([SHARD_1], (d) => d);
    writeFileSync(join(cwd, folder, SHARD_1), readFileSync(join(cwd, folder, SHARD_1), 'utf8').slice(0, -40));
    return refused([folder], /it is not JSON/);
  });

  it('a shard that ended with an error, bailed out, or could not start', async () => {
    const shard = (out: string): string[] => ['run', 'healthy', 'worker-down', '--shard', '1/1', '--out', out];
    await faultline(shard('bug'), { healthy: { throws: 'bug' } });
    await refused(['bug'], /ended with exit code 70 \(a bug in Faultline\)/);
    await faultline([...shard('bailed'), '--bail'], { healthy: { outcome: 'failed' } });
    await refused(['bailed'], /the shard 1\/1 did not run worker-down/);
    await startDouble(shard('closed'), { cwd, orders: { open: 'fails' } }).ended;
    await refused(['closed'], /ended with exit code 4/);
    expect(readdirSync(join(cwd, 'closed'))).toEqual(['shard-1-of-1.json']);
  });
};
