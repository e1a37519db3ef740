import { expect, test } from 'vitest';
import { FaultlineError } from '../base/errors.ts';
import type { WorkerInput } from './define.ts';
import { resolveConfig } from './resolve.ts';
import type { WorkerSet } from './types.ts';
import { underPrefix } from './under-prefix.ts';

const NAMES = {
  group: 'GROUP',
  topics: { 'purchase-created': 'IN', 'trainer-allocated': 'OUT', 'dead-letter-queue': 'DEAD' },
} as const;

const setOf = (...workers: readonly Partial<WorkerInput>[]): WorkerSet => {
  const all = workers.map((over) => ({ role: 'allocation-worker' as const, command: ['x'], ...over }));
  const set = resolveConfig({ workers: { mine: { workers: all } } }, '/', null).workerSets['mine'];
  if (set === undefined) throw new Error('no set');
  return set;
};

const envUnder = (over: Partial<WorkerInput>): unknown => {
  const [worker] = underPrefix(setOf({ names: NAMES, ...over }), 'ci.').workers;
  return { ...worker?.env, ...(over.misconfigured === undefined ? {} : { misconfigured: worker?.misconfigured }) };
};

test('a worker is told what its group and topics are called; the group’s real name stays', () => {
  const set = underPrefix(setOf({ names: NAMES, env: { PORT: '1' } }), 'ci.');
  expect(set.prefix).toBe('ci.');
  expect(set.workers[0]).toMatchObject({
    consumerGroup: 'trainer-allocation-workers',
    env: {
      PORT: '1',
      GROUP: 'ci.trainer-allocation-workers',
      IN: 'ci.purchase-created',
      OUT: 'ci.trainer-allocated',
      DEAD: 'ci.dead-letter-queue',
    },
  });
});

test.each<[string, Partial<WorkerInput>, unknown]>([
  ['a group of its own', { consumerGroup: 'ours' }, { GROUP: 'ci.ours' }],
  ['a value of its own', { env: { IN: 'other' } }, { IN: 'ci.other' }],
  [
    'wrong values',
    { misconfigured: { 'new-group': { GROUP: 'new', MODE: 'x' }, 'wrong-topic': { IN: 'sessions-generated' } } },
    { misconfigured: { 'new-group': { GROUP: 'ci.new', MODE: 'x' }, 'wrong-topic': { IN: 'ci.sessions-generated' } } },
  ],
])('the prefix stands before %s too', (_, over, expected) => expect(envUnder(over)).toMatchObject(expected as object));

test('without a prefix nothing changes, with or without names', () => {
  for (const set of [setOf({ names: NAMES }), setOf({})]) expect(underPrefix(set, '')).toBe(set);
});

test('a prefix that a group of the workers begins with is refused', () => {
  const set = setOf({ names: NAMES, consumerGroup: 'ci.reports' });
  expect(() => underPrefix(set, 'ci.')).toThrow(
    'the prefix ci. is what a group of the workers mine begins with: ci.reports',
  );
});

test('one error names every worker that cannot be told, what it lacks, and what to do', () => {
  const set = setOf(
    { names: { topics: { 'purchase-created': 'IN' } } },
    { role: 'purchase-worker', names: { group: 'GROUP' } },
  );
  let error: unknown;
  try {
    underPrefix(set, 'ci.');
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(FaultlineError);
  expect(error).toMatchObject({
    code: 'config',
    message: [
      'with the prefix ci. the workers mine must be told what their topics and groups are called, and their configuration does not say how:',
      "  allocation-worker: names.group, names.topics['trainer-allocated'], names.topics['dead-letter-queue']",
      "  purchase-worker: names.topics['purchase-confirmed'], names.topics['purchase-created'], names.topics['course-access-granted'], names.topics['dead-letter-queue']",
    ].join('\n'),
    hint: expect.stringContaining("names: { group: 'CONSUMER_GROUP'"),
  });
});

test('a wrong setting must be one of the names as well, or it would lead to somebody else’s', () => {
  const misconfigured = { 'wrong-topic': { MODE: 'wrong' }, 'new-group': { GROUP: 'new' } };
  expect(() => underPrefix(setOf({ names: NAMES, misconfigured }), 'ci.')).toThrow(
    /say how:\n {2}allocation-worker: IN under misconfigured\['wrong-topic'\]$/,
  );
});

test('the reference workers can all be told', () => {
  const { workerSets } = resolveConfig({}, '/', null);
  for (const set of Object.values(workerSets)) {
    const { workers } = underPrefix(set, 'ci.');
    expect(workers.map(({ env }) => env)).toMatchObject([
      { CONSUME_TOPIC: 'ci.purchase-confirmed', CONSUMER_GROUP: 'ci.purchase-creation-workers' },
      { CONSUME_TOPIC: 'ci.purchase-created', TRAINER_ALLOCATED_TOPIC: 'ci.trainer-allocated' },
    ]);
  }
});
