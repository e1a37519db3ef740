import { expect, test } from 'vitest';
import { workerOf } from '../config/testing/worker.ts';
import type { WorkerConfig } from '../config/types.ts';
import type { WorkerRole } from '../pipeline/vocabulary.ts';
import { createReadiness } from './readiness.ts';

const PURCHASE = 'purchase-creation-workers';
const ALLOCATION = 'trainer-allocation-workers';

const purchase = workerOf({ role: 'purchase-worker', consumerGroup: PURCHASE });
const allocation: WorkerConfig = { ...purchase, role: 'allocation-worker', consumerGroup: ALLOCATION };
const both: WorkerConfig = { ...purchase, also: [{ role: 'allocation-worker', consumerGroup: ALLOCATION }] };

type Seen = Readonly<Partial<Record<WorkerRole, Readonly<Record<string, readonly string[]>>>>>;

const setUp = (configs: readonly WorkerConfig[], seen: Seen, inGroups: Readonly<Record<string, readonly string[]>>) => {
  const removed: string[] = [];
  const never = (): never => {
    throw new Error('not asked for');
  };
  const readiness = createReadiness({
    roles: ['purchase-worker', 'allocation-worker'],
    configs,
    groups: {
      describe: async (group) => ({
        state: 'Stable',
        members: (inGroups[group] ?? []).map((memberId) => ({ memberId, clientId: memberId })),
      }),
      remove: async (_, memberId) => void removed.push(memberId),
      empty: never,
      commitEnds: never,
      commitBeginning: never,
      committed: never,
      delete: never,
    },
    members: (worker) => new Map(Object.entries(seen[worker] ?? {})),
    heldBack: () => undefined,
    keepsPlaces: () => false,
  });
  return { readiness, removed };
};

test('ready with one member of several: a launcher with two processes', async () => {
  const { readiness } = setUp(
    [purchase],
    { 'purchase-worker': { [PURCHASE]: ['a', 'b', 'stale'] } },
    { [PURCHASE]: ['a', 'b'] },
  );
  expect(await readiness.isReady(purchase, false)).toBe(true);
});

test('one that plays both parts is ready as a member of both groups', async () => {
  const seen = { 'purchase-worker': { [PURCHASE]: ['a'], [ALLOCATION]: ['b'] } };
  expect(await setUp([both], seen, { [PURCHASE]: ['a'], [ALLOCATION]: ['b'] }).readiness.isReady(both, false)).toBe(
    true,
  );
  expect(await setUp([both], seen, { [PURCHASE]: ['a'] }).readiness.isReady(both, false)).toBe(false);
});

test('a dead process’s member is removed, the other worker’s is not', async () => {
  const { readiness, removed } = setUp(
    [purchase, allocation],
    { 'purchase-worker': { [PURCHASE]: ['a'] }, 'allocation-worker': { [PURCHASE]: ['b'] } },
    { [PURCHASE]: ['a', 'b', 'ghost'] },
  );
  expect(await readiness.isReady(purchase, false)).toBe(true);
  expect(removed).toEqual(['ghost']);
});

test('both parts started twice is an error of the configuration, which tells the way out', () => {
  const twice = { [PURCHASE]: ['a'], [ALLOCATION]: ['b'] };
  const { readiness } = setUp([purchase, allocation], { 'purchase-worker': twice, 'allocation-worker': twice }, {});
  const error = readiness.failed(purchase);
  expect(error).toMatchObject({ code: 'config' });
  expect(error?.message).toContain("both members of each other's consumer groups");
  expect(error?.hint).toContain("roles: ['purchase-worker', 'allocation-worker']");
  const once = setUp(
    [purchase, allocation],
    { 'purchase-worker': twice, 'allocation-worker': { [ALLOCATION]: ['c'] } },
    {},
  );
  expect(once.readiness.failed(purchase)).toBeUndefined();
});
