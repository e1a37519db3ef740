import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FaultlineError } from '../base/errors.ts';
import { packageRoot } from '../base/package-root.ts';
import { CONFIG_FILES, loadConfig } from './load.ts';
import { emitPurchaseCreated, pay, writePurchase } from '../../pipelines/purchase-to-trainer/acts.ts';
import { adminService } from '../../pipelines/purchase-to-trainer/admin-service/stub.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';

let folder: string;
let cwd: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-config-'));
  cwd = folder;
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (content: string, name = 'faultline.config.ts'): void => writeFileSync(join(cwd, name), content);

let files = 0;
const failure = async (content: string): Promise<FaultlineError> => {
  // A folder each: a process imports a module once.
  cwd = join(cwd, String((files += 1)));
  mkdirSync(cwd);
  write(content);
  const error: unknown = await loadConfig({ cwd }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FaultlineError);
  expect(error).toMatchObject({ code: 'config' });
  return error as FaultlineError;
};

describe('where it comes from', () => {
  test('without a file: built-in defaults', async () => {
    const config = await loadConfig({ cwd });
    expect(config.file).toBeNull();
    expect(config.root).toBe(cwd);
    expect(Object.keys(config.workerSets)).toEqual(['incident', 'report-fix', 'hardened']);
    expect(config.defaultWorkers).toBe('hardened');
    expect(config.database.schema).toEqual({ file: join(packageRoot, 'fixtures/schema.sql') });
    expect(config.scenarios).toEqual([]);
  });

  test.each(CONFIG_FILES)('%s is found, and imports faultline in an empty project', async (name) => {
    write(
      `import { defineConfig, referenceWorkers } from 'faultline';
       export default defineConfig({ workers: { mine: referenceWorkers('incident', { retryFirstMs: 2000 }) } });`,
      name,
    );
    const config = await loadConfig({ cwd });
    expect(config.file).toBe(join(cwd, name));
    expect(config.defaultWorkers).toBe('mine');
    expect(config.workerSets['mine']?.workers[1]?.env).toMatchObject({ FAULTLINE_RETRY_FIRST_MS: '2000' });
    expect(config.workerSets['mine']).not.toHaveProperty('note');
  });

  test('a named file; a missing one is an error', async () => {
    mkdirSync(join(cwd, 'sub'));
    write('export default {}', 'sub/other.config.mjs');
    expect((await loadConfig({ cwd, file: 'sub/other.config.mjs' })).root).toBe(join(cwd, 'sub'));
    await expect(loadConfig({ cwd, file: 'nowhere.ts' })).rejects.toThrow(join(cwd, 'nowhere.ts'));
  });
});

describe('defaults', () => {
  test('are applied to each worker', async () => {
    mkdirSync(join(cwd, 'more'));
    write('create table t (a int)', 'tables.sql');
    write(`export default {
      workers: {
        ours: { workers: [{ role: 'allocation-worker', command: ['node', 'a.js'] }] },
        theirs: {
          quietMs: 5,
          longestTimerMs: 900,
          note: 'python',
          workers: [{
            role: 'purchase-worker', command: ['python3', 'p.py'], cwd: 'sub', env: { REDIS_URL: 'redis://x' }, consumerGroup: 'g',
            ready: { log: 'joined', timeoutMs: 9 }, misconfigured: { 'new-group': { GROUP: 'h' } },
          }],
        },
      },
      defaultWorkers: 'theirs',
      database: { schema: 'tables.sql' },
      scenarios: ['more'],
    }`);
    const config = await loadConfig({ cwd });
    expect(config.workerSets['ours']).toEqual({
      name: 'ours',
      pipeline: shippedPipeline,
      stubs: { 'admin-service': adminService },
      acts: { pay, 'write-purchase': writePurchase, 'emit-purchase-created': emitPurchaseCreated },
      pactDeclarations: expect.any(Function) as unknown,
      quietMs: 150,
      workers: [
        {
          role: 'allocation-worker',
          command: ['node', 'a.js'],
          cwd,
          env: {},
          consumerGroup: 'trainer-allocation-workers',
          ready: { timeoutMs: 30_000 },
          stopGraceMs: 35_000,
          restart: 'on-success',
          misconfigured: {},
        },
      ],
    });
    expect(config.workerSets['theirs']).toEqual({
      name: 'theirs',
      pipeline: shippedPipeline,
      stubs: { 'admin-service': adminService },
      acts: { pay, 'write-purchase': writePurchase, 'emit-purchase-created': emitPurchaseCreated },
      pactDeclarations: expect.any(Function) as unknown,
      quietMs: 5,
      longestTimerMs: 900,
      note: 'python',
      workers: [
        {
          role: 'purchase-worker',
          command: ['python3', 'p.py'],
          cwd: join(cwd, 'sub'),
          env: { REDIS_URL: 'redis://x' },
          consumerGroup: 'g',
          ready: { log: 'joined', timeoutMs: 9 },
          stopGraceMs: 35_000,
          restart: 'on-success',
          misconfigured: { 'new-group': { GROUP: 'h' } },
        },
      ],
    });
    expect(config.defaultWorkers).toBe('theirs');
    expect(config.database.schema).toEqual({ file: join(cwd, 'tables.sql') });
    expect(config.scenarios).toEqual([join(cwd, 'more')]);
  });

  test('a worker may be an image, with or without a command in the place of its own', async () => {
    write(`export default { workers: { ours: { workers: [
      { role: 'purchase-worker', image: 'registry/purchase-worker:1' },
      { role: 'allocation-worker', image: 'registry/allocation-worker:1', command: ['node', 'a.js'] },
    ] } } }`);
    expect((await loadConfig({ cwd })).workerSets['ours']?.workers).toEqual([
      expect.objectContaining({ image: 'registry/purchase-worker:1', command: [] }),
      expect.objectContaining({ image: 'registry/allocation-worker:1', command: ['node', 'a.js'] }),
    ]);
  });

  test('one program may play several parts: its name is the first, each with a group of its own or all with one', async () => {
    write(`const program = { roles: ['purchase-worker', 'allocation-worker'], command: ['node', 'a.js'] };
    export default { workers: {
      ours: { workers: [program] },
      named: { workers: [{ ...program, role: 'allocation-worker', consumerGroup: { 'purchase-worker': 'p' }, restart: 'on-exit' }] },
      one: { workers: [{ ...program, consumerGroup: 'all' }] },
    } }`);
    const { workerSets } = await loadConfig({ cwd });
    const [purchase, allocation] = [
      { role: 'purchase-worker', consumerGroup: 'purchase-creation-workers' },
      { role: 'allocation-worker', consumerGroup: 'trainer-allocation-workers' },
    ];
    expect(workerSets['ours']?.workers).toMatchObject([{ ...purchase, also: [allocation], restart: 'on-success' }]);
    expect(workerSets['named']?.workers).toMatchObject([
      { ...allocation, also: [{ ...purchase, consumerGroup: 'p' }], restart: 'on-exit' },
    ]);
    expect(workerSets['one']?.workers).toMatchObject([{ consumerGroup: 'all', also: [{ consumerGroup: 'all' }] }]);
  });

  test('a migration command runs in the project', async () => {
    write(`export default { database: { schema: { command: ['npm', 'run', 'migrate'] } } }`);
    expect((await loadConfig({ cwd })).database.schema).toEqual({ command: ['npm', 'run', 'migrate'], cwd, env: {} });
  });
});

describe('errors name the key, the value and what is allowed', () => {
  test('all of them at once', async () => {
    const error = await failure(`export default {
      worker: {},
      workers: {
        'a/b': { workers: [] },
        mine: {
          quietMs: -1,
          workers: [
            { role: 'alocation-worker', command: 'node x.js', env: { PORT: 3010, API_TOKEN: 12345678 } },
            { role: 'purchase-worker', command: [], cwd: '', ready: { timeoutMs: 0, logs: 'x' }, misconfigured: { 'no-group': {} } },
            { role: 'purchase-worker', command: ['x'] },
          ],
        },
      },
    }`);
    const lines = error.message.split('\n').map((line) => line.trim());
    expect(lines[0]).toBe(`${join(cwd, 'faultline.config.ts')} is not valid:`);
    expect(lines).toContain(
      'worker: an object: unknown key; allowed: pipeline, workers, defaultWorkers, database, scenarios, pacts, services, external, live (did you mean workers or defaultWorkers?)',
    );
    expect(lines).toContain(
      'workers.mine.workers[0].role: "alocation-worker": allowed: purchase-worker, allocation-worker (did you mean allocation-worker?)',
    );
    expect(lines).toContain(
      'workers.mine.workers[0].command: "node x.js": must be a list such as ["node", "worker.js"]; there is no shell',
    );
    expect(lines).toContain('workers.mine.workers[0].env.PORT: a number: must be a text (variables are texts)');
    expect(lines).toContain('workers.mine.workers[1].command: []: must name a program, such as ["node", "worker.js"]');
    expect(lines).toContain('workers.mine.workers[1].cwd: "": must not be empty');
    expect(lines).toContain('workers.mine.workers[1].ready.timeoutMs: 0: must be at least 1');
    expect(lines).toContain(
      'workers.mine.workers[1].ready.logs: a text: unknown key; allowed: log, timeoutMs (did you mean log?)',
    );
    expect(lines).toContain('workers.mine.quietMs: -1: must be at least 0');
    expect(lines).toContain(
      'workers.mine.workers[1].misconfigured.no-group: an object: unknown key; allowed: wrong-topic, new-group (did you mean new-group?)',
    );
    expect(lines).toContain('workers["a/b"]: an object: a name is made of letters, digits, ".", "_" and "-"');
    expect(error.message).not.toContain('12345678');
  });

  test('two workers of one role', async () => {
    const error = await failure(`const w = { role: 'purchase-worker', command: ['x'] };
      export default { workers: { mine: { workers: [w, w] } } }`);
    expect(error.message).toContain('workers.mine.workers[1].role: "purchase-worker": a set has one worker a role');
  });

  test('parts that are played twice, or by nobody', async () => {
    const error = await failure(`const command = ['x'];
      const roles = ['purchase-worker', 'allocation-worker'];
      export default { workers: {
        a: { workers: [{ command, role: 'allocation-worker' }, { command, roles }] },
        b: { workers: [{ command }, { command, roles: ['purchase-worker', 'purchase-worker'] }] },
        c: { workers: [{ command, role: 'allocation-worker', roles: ['purchase-worker'], consumerGroup: { 'allocation-worker': 'g' } }] },
      } }`);
    expect(error.message).toMatch(/workers\.a\.workers\[1\]\.roles: .*a set has one worker a role/);
    expect(error.message).toMatch(
      /workers\.b\.workers\[0\]\.role: .*a worker plays a part: purchase-worker or allocation-worker/,
    );
    expect(error.message).toMatch(/workers\.b\.workers\[1\]\.roles: .*names a part twice/);
    expect(error.message).toMatch(/workers\.c\.workers\[0\]\.role: .*must be one of its roles/);
    expect(error.message).toMatch(
      /workers\.c\.workers\[0\]\.consumerGroup: .*names allocation-worker, which is none of its roles/,
    );
  });

  test('a worker without a program, and an image with a directory of this machine', async () => {
    const error = await failure(`export default { workers: { mine: { workers: [
      { role: 'purchase-worker' },
      { role: 'allocation-worker', image: 'x', cwd: '.' },
    ] } } }`);
    expect(error.message).toMatch(/workers\.mine\.workers\[0\]\.command: .*a worker needs a command.*or an image/);
    expect(error.message).toMatch(/workers\.mine\.workers\[1\]\.cwd: "\.": must be left out with an image/);
  });

  test('variables for names: unknown topics, one variable for two names, one that Faultline sets', async () => {
    const error = await failure(`export default { workers: { mine: { workers: [
      { role: 'purchase-worker', command: ['x'], names: { group: 'NAME', topics: { 'purchase-created': 'NAME', 'purchase-creatd': 'Y' } } },
      { role: 'allocation-worker', command: ['x'], names: { group: 'KAFKA_BROKERS', topics: { 'dead-letter-queue': '' } } },
    ] } } }`);
    expect(error.message).toContain(`names.topics.purchase-creatd: a text: unknown key; allowed: purchase-confirmed`);
    expect(error.message).toContain('names.group: "KAFKA_BROKERS": must not be one that Faultline sets');
    expect(error.message).toContain('names.topics.dead-letter-queue: "": a variable name must not be empty');
    const twice = await failure(`export default { workers: { mine: { workers: [
      { role: 'purchase-worker', command: ['x'], names: { group: 'NAME', topics: { 'purchase-created': 'NAME' } } },
    ] } } }`);
    expect(twice.message).toContain('names.topics.purchase-created: "NAME": a variable stands for one name');
  });

  test('what must exist', async () => {
    const error = await failure(
      `export default { defaultWorkers: 'hardend', database: { schema: 'no.sql' }, scenarios: ['no'] }`,
    );
    expect(error.message).toContain(
      'defaultWorkers: "hardend": allowed: incident, report-fix, hardened (did you mean hardened?)',
    );
    expect(error.message).toContain(
      `database.schema: "no.sql": must be an SQL file; there is none at ${join(cwd, 'no.sql')}`,
    );
    expect(error.message).toContain(`scenarios[0]: "no": must be a directory; there is none at ${join(cwd, 'no')}`);
  });

  test('but not the pacts: `contracts generate` makes them, and `down` needs none', async () => {
    write(`export default { pacts: 'none-yet' }`);
    expect((await loadConfig({ cwd })).pacts).toBe(join(cwd, 'none-yet'));
  });

  test('a schema of the wrong shape', async () => {
    expect((await failure('export default { database: { schema: 5 } }')).message).toContain(
      'database.schema: 5: must be the path of an SQL file, or must be a list of SQL files, or must be { command, cwd?, env? }',
    );
    expect((await failure(`export default { database: { schema: { command: [] } } }`)).message).toContain(
      'database.schema.command: []: must name a program',
    );
  });

  test('no default export, not an object, a file that throws', async () => {
    expect((await failure('export const config = {}')).message).toContain('no default export');
    expect((await failure('export default 5')).message).toContain('(the whole): 5: must be an object');
    const thrown = await failure(`throw new Error('cannot reach postgres://me:hunter22@db/x')`);
    expect(thrown.message).toContain('cannot reach postgres://***@db/x');
    expect((await failure('export default {{')).message).toContain('could not be loaded');
  });
});
