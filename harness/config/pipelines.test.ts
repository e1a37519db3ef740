import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withSessions } from '../history/testing/sessions.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { loadConfig } from './load.ts';
import { resolveConfig } from './resolve.ts';
import { findWorkers } from './worker-sets.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-pipelines-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const WORKER = { role: 'session-worker', command: ['node', 'w.js'] };
const of = (value: object) => resolveConfig(value, cwd, null);
/** What stands for the service is code. */
const STUB = (): readonly [] => [];
const stubbed = {
  ...withSessions,
  services: { 'admin-service': { ...withSessions.services['admin-service'], stub: STUB } },
};
const declared = { pipeline: stubbed, workers: { ours: { workers: [WORKER] } } };

describe('handlers of its own for a service', () => {
  const handlers = [http.get('/health', () => new HttpResponse())];

  test('stand in front of what the pipeline has, for every set of workers', () => {
    const config = of({ ...declared, services: { 'admin-service': { handlers } } });
    expect(config.stubs).toEqual({ 'admin-service': { handlers, otherwise: STUB } });
    expect(config.workerSets['ours']?.stubs).toBe(config.stubs);
    const shipped = of({ services: { 'admin-service': { handlers: () => handlers } } });
    expect(shipped.workerSets['hardened']?.stubs['admin-service']).toMatchObject({
      otherwise: expect.any(Function) as unknown,
    });
  });

  test.each([
    [{ 'admin-srvice': { handlers } }, 'there is no service admin-srvice; the pipeline has admin-service'],
    [{ 'admin-service': { handlers: [() => 1] } }, "must be a list of MSW's request handlers"],
    [{ 'admin-service': {} }, "must be a list of MSW's request handlers"],
    [{ 'admin-service': { handler: handlers } }, 'handler'],
  ])('%j is refused', (services, why) => {
    expect(() => of({ services })).toThrow(why);
  });
});

describe('a pipeline of its own', () => {
  test('gives its workers their parts and their groups, and leaves out the reference workers', () => {
    const config = of(declared);
    expect(config.pipeline).toEqual(withSessions);
    expect(config.stubs).toEqual({ 'admin-service': STUB });
    expect(Object.keys(config.workerSets)).toEqual(['ours']);
    expect(config.defaultWorkers).toBe('ours');
    expect(config.workerSets['ours']).toMatchObject({
      pipeline: config.pipeline,
      stubs: { 'admin-service': STUB },
      workers: [{ role: 'session-worker', consumerGroup: 'session-scheduling-workers' }],
    });
  });

  test('an act that is done as a shipped one takes and tells what that does, where it does not say so', () => {
    const about = { about: 'PURCHASE_CONFIRMED', as: 'shop' };
    const perform = (): Promise<void> => Promise.resolve();
    const actsOf = (acts: object) => of({ ...declared, pipeline: { ...stubbed, acts } }).pipeline.acts;
    const { pay, 'write-purchase': write } = shippedPipeline.acts;
    expect(actsOf({ pay: about, 'write-purchase': about })).toEqual({
      pay: { ...about, takes: pay.takes, tells: true },
      'write-purchase': { ...about, takes: write.takes },
    });
    const own = { takes: { subjects: 'one' } };
    expect(actsOf({ pay: { ...about, ...own } })).toEqual({ pay: { ...about, ...own } });
    expect(actsOf({ pay: { ...about, perform } })).toEqual({ pay: about });
  });

  test('what does its acts is apart from what is data; one of the shipped ones that it leaves out is done as there', () => {
    const refund = (): Promise<void> => Promise.resolve();
    const { pay } = shippedPipeline.acts;
    const acts = { pay, refund: { about: 'PURCHASE_CONFIRMED', as: 'x', perform: refund } };
    const config = of({ ...declared, pipeline: { ...stubbed, acts } });
    expect(config.pipeline.acts).toEqual({ pay, refund: { about: 'PURCHASE_CONFIRMED', as: 'x' } });
    expect(config.acts).toEqual({ pay: expect.any(Function) as unknown, refund });
    expect(config.workerSets['ours']?.acts).toBe(config.acts);
  });

  test.each<[string, object, string]>([
    ['a role of another', { ...declared, pipeline: undefined }, 'role: "session-worker": allowed: purchase-worker'],
    [
      'its name',
      { ...declared, pipeline: 'orders' },
      'pipeline: "orders": must be the declaration itself, not its name: import',
    ],
    ['no workers', { pipeline: stubbed }, 'workers: missing: must name a set: the reference workers play'],
    [
      'a declaration that is not right',
      { ...declared, pipeline: { ...stubbed, guard: undefined } },
      'pipeline.guard: missing: must be an object',
    ],
    [
      'a service that nothing stands for',
      { ...declared, pipeline: withSessions },
      'pipeline.services.admin-service.stub: missing: must be there: what stands for it',
    ],
    [
      'an act that nothing does',
      {
        ...declared,
        pipeline: { ...stubbed, acts: { ...stubbed.acts, refund: { about: 'PURCHASE_CONFIRMED', as: 'x' } } },
      },
      'pipeline.acts.refund.perform: missing: must be a function that does it',
    ],
    [
      'what cannot stand for a service',
      {
        ...declared,
        pipeline: { ...stubbed, services: { 'admin-service': { ...stubbed.services['admin-service'], stub: [{}] } } },
      },
      "pipeline.services.admin-service.stub: a list: must be a list of MSW's request handlers",
    ],
    [
      'a name that is not declared',
      { ...declared, pipeline: { ...stubbed, furtherTables: ['tutoring_sessions'] } },
      'pipeline.furtherTables[0]: "tutoring_sessions": must be a table of its own',
    ],
    [
      'a prefix that a group of its begins with',
      { ...declared, external: { kafka: { prefix: 'session-s' } } },
      'external.kafka.prefix: a text: must be nothing that a name of the pipeline begins with',
    ],
    [
      'a variable that is one of its services',
      {
        ...declared,
        workers: { ours: { workers: [{ ...WORKER, names: { group: 'ADMIN_SERVICE_URL' } }] } },
      },
      'must not be one that Faultline sets: KAFKA_BROKERS, DATABASE_URL, POSTGRES_URL, ADMIN_SERVICE_URL',
    ],
  ])('%s is refused', (_, value, message) => {
    expect(() => of(value)).toThrow(message);
  });
});

test('a database is made of one SQL file, of several one after the other, or by a command', () => {
  for (const name of ['a.sql', 'b.sql']) writeFileSync(join(cwd, name), '');
  const schemaOf = (schema: unknown) => of({ ...declared, database: { schema } }).database.schema;
  expect(schemaOf('a.sql')).toEqual({ file: join(cwd, 'a.sql') });
  expect(schemaOf(['b.sql', 'a.sql'])).toEqual({ file: join(cwd, 'b.sql'), further: [join(cwd, 'a.sql')] });
  expect(() => schemaOf(['a.sql', 'c.sql'])).toThrow(`there is none at ${join(cwd, 'c.sql')}`);
  expect(() => schemaOf([])).toThrow('database.schema');
});

describe('--pipeline', () => {
  const find = async (pipeline: string, workers?: string) =>
    findWorkers(await loadConfig({ cwd }), { pipeline, workers }, cwd);
  const write = (): void =>
    writeFileSync(
      join(cwd, 'faultline.config.mjs'),
      `const config = ${JSON.stringify({ ...declared, workers: { ours: declared.workers.ours, theirs: declared.workers.ours } })};
      config.pipeline.services['admin-service'].stub = () => [];
      export default config;`,
    );

  test('the shipped one by its name', async () => {
    expect(await find('purchase-to-trainer')).toMatchObject({
      name: 'purchase-to-trainer#hardened',
      pipeline: shippedPipeline,
    });
    const incident = await find('purchase-to-trainer', 'incident');
    expect(incident.name).toBe('purchase-to-trainer#incident');
    // As a stored run names them.
    const again = await findWorkers(await loadConfig({ cwd }), { workers: incident.name, pipeline: undefined }, cwd);
    expect(again).toEqual(incident);
  });

  test('one of its own by the folder of its configuration, or the file', async () => {
    const elsewhere = await loadConfig({ cwd });
    write();
    const file = join(cwd, 'faultline.config.mjs');
    for (const [pipeline, set, name] of [
      ['.', undefined, 'ours'],
      ['./faultline.config.mjs', 'theirs', 'theirs'],
      [cwd, 'theirs', 'theirs'],
    ] as const)
      expect(await findWorkers(elsewhere, { pipeline, workers: set }, cwd)).toMatchObject({
        name: `${file}#${name}`,
        pipeline: { name: 'purchase-to-sessions' },
      });
  });

  test.each([
    [
      'a name that there is not',
      'purchase-to-trainr',
      undefined,
      /no pipeline purchase-to-trainr \(did you mean purchase-to-trainer or purchase-to-sessions\?\)/,
    ],
    ['a folder without a configuration', './nowhere', undefined, /no faultline\.config\.ts at .*nowhere/],
    ['workers of another', 'purchase-to-trainer', './faultline.config.ts', /names workers of a pipeline of their own/],
    ['a set that it has not', 'purchase-to-trainer', 'ours', /no worker set ours/],
  ])('%s is a mistake in its use', async (_, pipeline, workers, message) => {
    await expect(find(pipeline, workers)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message),
    });
  });
});
