import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FaultlineError } from '../base/errors.ts';
import { packageRoot } from '../base/package-root.ts';
import { loadConfig } from './load.ts';
import type { Config } from './types.ts';
import { findWorkerSet } from './worker-sets.ts';

let own: Config;
let other: string;
beforeAll(async () => {
  other = mkdtempSync(join(tmpdir(), 'faultline-sets-'));
  own = await loadConfig({ cwd: tmpdir() });
  writeFileSync(join(other, 'tables.sql'), '');
  writeFileSync(
    join(other, 'faultline.config.ts'),
    `const set = (program: string) => ({ workers: [{ role: 'allocation-worker', command: [program] }] });
     export default { workers: { first: set('a'), second: set('b') }, database: { schema: 'tables.sql' } };`,
  );
});
afterAll(() => rmSync(other, { recursive: true }));

test('the default set, and a set by name', async () => {
  expect((await findWorkerSet(own, undefined)).name).toBe('hardened');
  expect((await findWorkerSet(own, 'incident')).name).toBe('incident');
});

test('another project: its default set, one of its sets, its tables', async () => {
  const file = join(other, 'faultline.config.ts');
  const first = await findWorkerSet(own, file);
  expect(first.workers[0]).toMatchObject({ command: ['a'], cwd: other });
  expect(first.name).toBe(`${file}#first`);
  expect(first.schema).toEqual({ file: join(other, 'tables.sql') });
  const second = await findWorkerSet(own, './faultline.config.ts#second', other);
  expect(second.workers[0]).toMatchObject({ command: ['b'] });
  expect(await findWorkerSet(own, second.name)).toEqual(second);
});

test('pacts are made in the folder that a project names, and in none of what comes with Faultline', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-own-pacts-'));
  try {
    const worker = { role: 'purchase-worker', command: ['a'] };
    const config = { workers: { first: { workers: [worker] } }, pacts: 'promises' };
    writeFileSync(join(folder, 'faultline.config.mjs'), `export default ${JSON.stringify(config)}`);
    const named = await findWorkerSet(own, join(folder, 'faultline.config.mjs'));
    expect(named.ownPacts).toBe(join(folder, 'promises'));
    expect(named.pacts).toBe(named.ownPacts);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const shipped = await findWorkerSet(own, 'purchase-to-sessions#hardened');
  expect(shipped.pacts).toBe(join(packageRoot, 'contracts/pacts'));
  expect(shipped).not.toHaveProperty('ownPacts');
});

test('unknown names are usage errors with the nearest ones', async () => {
  await expect(findWorkerSet(own, 'hardend')).rejects.toThrow(
    'there is no worker set hardend (did you mean hardened?)',
  );
  await expect(findWorkerSet(own, 'constructor')).rejects.toThrow('there is no worker set constructor');
  const error: unknown = await findWorkerSet(own, `${join(other, 'faultline.config.ts')}#secnod`).catch(
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(FaultlineError);
  expect(error).toMatchObject({ code: 'usage' });
  expect(String(error)).toContain('did you mean second?');
  await expect(findWorkerSet(own, 'nowhere/faultline.config.ts')).rejects.toMatchObject({ code: 'config' });
});

test('the reference sets: compiled programs, short delays that are announced, two misconfigurations', () => {
  const programs = (name: string): string[] =>
    (own.workerSets[name]?.workers ?? []).map(
      (worker) => worker.command[1]?.replace(`${packageRoot}/dist/fixtures/workers/`, '') ?? '',
    );
  expect(programs('incident')).toEqual(['purchase-worker/incident.js', 'allocation-worker/incident.js']);
  expect(programs('report-fix')).toEqual(['purchase-worker/incident.js', 'allocation-worker/report-fix.js']);
  expect(programs('hardened')).toEqual(['purchase-worker/hardened.js', 'allocation-worker/hardened.js']);
  const set = own.workerSets['hardened'];
  expect(set?.quietMs).toBe(20);
  expect(set?.note).toBe('retry delays shortened: first 20 ms instead of 2 s, time-out of a call 5 s instead of 30 s');
  expect(set?.workers[1]).toMatchObject({
    env: { FAULTLINE_RETRY_FIRST_MS: '20' },
    consumerGroup: 'trainer-allocation-workers',
    misconfigured: {
      'wrong-topic': { CONSUME_TOPIC: 'sessions-generated' },
      'new-group': { CONSUMER_GROUP: 'allocation-worker-misconfigured' },
    },
  });
});
