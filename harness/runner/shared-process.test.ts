import { expect, test } from 'vitest';
import { workerOf } from '../config/testing/worker.ts';
import type { WorkerConfig, WorkerSet } from '../config/types.ts';
import { loadScenarios, ownScenarios } from '../scenario/load.ts';
import { obstacleOfSharing } from './shared-process.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';

const process: WorkerConfig = {
  ...workerOf({ role: 'purchase-worker', consumerGroup: 'purchase-creation-workers' }),
  misconfigured: { 'wrong-topic': { TOPIC: 'x' }, 'new-group': { GROUP: 'x' } },
};
const allocation = { role: 'allocation-worker', consumerGroup: 'trainer-allocation-workers' } as const;
const set = (workers: readonly WorkerConfig[]): WorkerSet => ({
  name: 'ours',
  pipeline: shippedPipeline,
  stubs: {},
  quietMs: 20,
  workers,
});
const SHARED = set([{ ...process, also: [allocation] }]);
const APART = set([process, { ...process, ...allocation }]);

const scenarios = (await loadScenarios([ownScenarios], pipelineOf(shippedPipeline))).map(({ scenario }) => scenario);

test('a fault that lasts on the one part cannot be played where the other one is awaited', () => {
  const left = scenarios.filter((scenario) => obstacleOfSharing(scenario, SHARED) !== undefined);
  expect(left.map(({ name }) => name).sort()).toEqual(['group-misconfigured-new-group', 'worker-down', 'worker-hung']);
  const [first] = left;
  expect(first === undefined ? '' : obstacleOfSharing(first, SHARED)).toBe(
    'allocation-worker and purchase-worker are one process of these workers: what halts the one halts the other, which the scenario needs',
  );
});

test('for workers with a process each, everything can be played', () => {
  expect(scenarios.filter((scenario) => obstacleOfSharing(scenario, APART) !== undefined)).toEqual([]);
});

test('a fault on both at once can be played', () => {
  const [down] = scenarios.filter(({ name }) => name === 'worker-down');
  if (down === undefined) throw new Error('worker-down is gone');
  const both = { ...down, faults: [...down.faults, { kind: 'worker-stopped', worker: 'purchase-worker' } as const] };
  expect(obstacleOfSharing(both, SHARED)).toBeUndefined();
});
